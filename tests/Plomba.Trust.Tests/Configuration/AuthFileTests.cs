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
    public void An_identity_token_comes_without_a_password()
    {
        var file = AuthFile.Parse("""{"auths":{"r.example":{"identitytoken":"secret"}}}"""u8.ToArray());
        var login = file.Find("r.example/a");
        Assert.Equal("secret", login?.IdentityToken);
        Assert.DoesNotContain("secret", login!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"auths":[]}""")]
    [InlineData("""{"auths":{"a":1}}""")]
    [InlineData("""{"auths":{"a":{"auth":"not base64!"}}}""")]
    [InlineData("{")]
    public void A_file_of_another_shape_is_a_mistake(string json) =>
        Assert.ThrowsAny<JsonException>(() => AuthFile.Parse(Encoding.UTF8.GetBytes(json)));

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
