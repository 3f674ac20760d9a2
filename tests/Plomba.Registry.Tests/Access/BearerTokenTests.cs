using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Access;

namespace Plomba.Registry.Tests.Access;

public sealed class BearerTokenTests : IDisposable
{
    private const string Service = "registry.local";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly BearerTokens _tokens;

    public BearerTokenTests() => _tokens = new BearerTokens(_key, _clock);

    [Fact]
    public async Task A_token_says_who_and_what()
    {
        var token = Issue();
        var caller = await _tokens.CheckAsync(Service, token);
        Assert.Equal("maker", caller?.Account);
        Assert.Equal(new TokenScope(Repository, Rights.Pull | Rights.Push), Assert.Single(caller!.Grants!));
    }

    [Fact]
    public async Task A_token_ends()
    {
        var token = Issue();
        Assert.NotNull(await _tokens.CheckAsync(Service, token));
        _clock.Advance(BearerTokens.Lifetime);
        Assert.Null(await _tokens.CheckAsync(Service, token));
    }

    [Fact]
    public async Task A_token_of_another_service_is_not_ours()
    {
        var token = Issue();
        Assert.Null(await _tokens.CheckAsync("other.local", token));
        Assert.NotNull(await _tokens.CheckAsync(Service, token));
    }

    [Fact]
    public async Task A_token_signed_by_a_key_it_brings_along_is_refused()
    {
        using var attacker = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = attacker.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Encode(point.X!)}}","y":"{{Encode(point.Y!)}}"}""";
        foreach (var header in new[]
        {
            $$"""{"alg":"ES256","typ":"JWT","jwk":{{jwk}}}""",
            """{"alg":"ES256","typ":"JWT","kid":"../../token-key.pem"}""",
            """{"alg":"ES256","typ":"JWT"}""",
        })
            Assert.Null(await _tokens.CheckAsync(Service, Sign(header, Payload(), attacker)));
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"ES384","typ":"JWT"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt"}""")]
    public async Task Only_our_algorithm_and_type_count(string header)
    {
        Assert.Null(await _tokens.CheckAsync(Service, Sign(header, Payload(), _key)));
        Assert.Null(await _tokens.CheckAsync(Service, $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(Payload()))}."));
    }

    [Fact]
    public async Task A_token_of_ours_made_by_hand_counts_so_that_these_tests_mean_something() =>
        Assert.NotNull(await _tokens.CheckAsync(Service, Sign("""{"alg":"ES256","typ":"JWT"}""", Payload(), _key)));

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    public async Task Rubbish_is_no_token(string token) => Assert.Null(await _tokens.CheckAsync(Service, token));

    [Fact]
    public async Task A_changed_token_is_no_token()
    {
        var parts = Issue().Split('.');
        var other = Encode(Encoding.UTF8.GetBytes(Payload().Replace("maker", "admin", StringComparison.Ordinal)));
        Assert.Null(await _tokens.CheckAsync(Service, $"{parts[0]}.{other}.{parts[2]}"));
    }

    [Fact]
    public void The_key_is_kept_for_its_owner_alone_and_read_again()
    {
        using var directory = new TemporaryDirectory();
        using var first = TokenKey.Open(directory.Path);
        using var second = TokenKey.Open(directory.Path);
        Assert.Equal(first.ExportSubjectPublicKeyInfo(), second.ExportSubjectPublicKeyInfo());
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(directory.Combine(TokenKey.FileName)));
        foreach (var useless in new[] { "rubbish", first.ExportSubjectPublicKeyInfoPem() })
        {
            File.WriteAllText(directory.Combine(TokenKey.FileName), useless);
            using var third = TokenKey.Open(directory.Path);
            Assert.NotEqual(first.ExportSubjectPublicKeyInfo(), third.ExportSubjectPublicKeyInfo());
            Assert.NotEmpty(third.SignData([1], HashAlgorithmName.SHA256));
        }
    }

    public void Dispose() => _tokens.Dispose();

    private static RepositoryName Repository => RepositoryName.TryParse("alt/alt", out var name) ? name : throw new InvalidOperationException();

    private string Issue() => _tokens.Issue(Service, "maker", [new TokenScope(Repository, Rights.Pull | Rights.Push)]).Text;

    private string Payload()
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        return $$"""{"iss":"{{Service}}","aud":"{{Service}}","sub":"maker","iat":{{now}},"nbf":{{now}},"exp":{{now + 300}},"access":[]}""";
    }

    private static string Sign(string header, string payload, ECDsa key)
    {
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
