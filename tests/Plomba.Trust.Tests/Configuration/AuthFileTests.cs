using System.Text;
using System.Text.Json;
using Plomba.Testing;
using Plomba.Trust.Configuration;

namespace Plomba.Trust.Tests.Configuration;

public sealed class AuthFileTests(ITestOutputHelper output)
{
    [Fact]
    public void Logins_are_found_as_recorded() => Vectors.Check("auth/find-credentials.jsonl", Find, output);

    [Fact]
    public void Keys_are_normalised_as_recorded() => Vectors.Check("auth/normalize-key.jsonl", Normalize, output);

    [Fact]
    public void The_closest_key_wins()
    {
        var file = AuthFile.Parse(
            """{"auths":{"r.example":{"auth":"YTpi"},"r.example/ns":{"auth":"YzpkZTpm"}}}"""u8.ToArray());
        Assert.Equal(("c", "de:f"), Login(file.Find("r.example/ns/app")));
        Assert.Equal(("a", "b"), Login(file.Find("r.example/other")));
        Assert.Null(file.Find("r.example:5000/ns/app"));
        Assert.Null(file.Find("evil.r.example/ns"));
    }

    [Fact]
    public void An_identity_token_comes_with_a_user_and_without_a_password()
    {
        var file = AuthFile.Parse("""{"auths":{"r.example":{"auth":"YTo=","identitytoken":"secret"},"s.example":{"identitytoken":"secret"}}}"""u8.ToArray());
        Assert.Null(file.Find("s.example")!.IdentityToken);
        var login = file.Find("r.example/a");
        Assert.Equal("secret", login?.IdentityToken);
        Assert.DoesNotContain("secret", login!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"auths":[]}""")]
    [InlineData("""{"auths":{"a":1}}""")]
    [InlineData("""{"auths":{"a":{"auth":["YTpi"]}}}""")]
    [InlineData("""{"auths":{"a":{"auth":"YTpi","identitytoken":1}}}""")]
    [InlineData("{")]
    public void A_file_of_another_shape_is_a_mistake(string json) =>
        Assert.ThrowsAny<JsonException>(() => AuthFile.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("not base64!")]
    [InlineData("YTpi YTpi")]
    [InlineData("YTpiYg")]
    public void A_login_that_is_no_base64_spoils_only_its_own_registry(string auth)
    {
        var file = AuthFile.Parse(Encoding.UTF8.GetBytes($$$"""{"auths":{"broken.example":{"auth":"{{{auth}}}"},"r.example":{"auth":"YTpi"},"empty.example":null}}"""));
        Assert.Equal(("a", "b"), Login(file.Find("r.example/ns/app")));
        Assert.Equal(("", ""), Login(file.Find("empty.example")));
        Assert.Throws<JsonException>(() => file.Find("broken.example/app"));
    }

    [Fact]
    public void The_members_of_a_file_are_known_in_any_case_and_its_keys_in_one()
    {
        var file = AuthFile.Parse("""{"Auths":{"r.example":{"AUTH":"YTpi"}},"CREDHELPERS":{"h.example":"x"}}"""u8.ToArray());
        Assert.Equal(("a", "b"), Login(file.Find("r.example")));
        Assert.Equal("x", file.HelperFor("h.example"));
        Assert.Null(file.Find("R.example"));
    }

    private static (string, string) Login(StoredLogin? login) => (login!.User, login.Password);

    private static Outcome Find(JsonElement vector)
    {
        var key = vector.GetProperty("key").GetString()!;
        StoredLogin? login;
        try
        {
            login = AuthFile.Parse(
                Encoding.UTF8.GetBytes(vector.GetProperty("file").GetString()!), vector.GetProperty("legacyFormat").GetBoolean()).Find(key);
        }
        catch (JsonException e)
        {
            return vector.GetProperty("error").ValueKind == JsonValueKind.Null ? Outcome.Fail(e.Message) : Outcome.Pass;
        }

        var found = $"{login?.User}|{login?.Password}|{login?.IdentityToken}";
        var wanted = $"{vector.GetProperty("username")}|{vector.GetProperty("password")}|{vector.GetProperty("identityToken")}";
        return found == wanted ? Outcome.Pass : Outcome.Fail($"{found} instead of {wanted}");
    }

    private static Outcome Normalize(JsonElement vector)
    {
        var found = AuthFile.NormalizeKey(vector.GetProperty("key").GetString()!, vector.GetProperty("legacyFormat").GetBoolean());
        return found == vector.GetProperty("result").GetString() ? Outcome.Pass : Outcome.Fail(found);
    }
}
