using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Plomba.Files;
using Plomba.Testing;
using Plomba.Trust.Configuration;
using Plomba.Trust.Policy.Linting;

namespace Plomba.Trust.Tests.Policy.Linting;

public sealed class PolicyLintTests
{
    private const string Path = "/home/u/.config/containers/policy.json";
    private static readonly TrustEnvironment User = new("/home/u", IsRoot: false, _ => null);

    private readonly HandedFiles _files = new();

    [Theory]
    [InlineData("busybox", "error scope-short-name", "docker.io/library/busybox")]
    [InlineData("busybox:latest", "error scope-short-name", "docker.io/library/busybox:latest")]
    [InlineData("library/busybox", "error scope-short-name", "docker.io/library/busybox")]
    [InlineData("docker.io/busybox:latest", "error scope-short-name", "docker.io/library/busybox:latest")]
    [InlineData("index.docker.io/a/b", "error scope-short-name", "docker.io/a/b")]
    [InlineData("registry.example/Ns", "error scope-case", "registry.example/ns")]
    [InlineData("Registry.example/ns", "warning scope-case", "Registry.example")]
    [InlineData("registry.example/ns/", "error scope-trailing-slash", "registry.example/ns")]
    [InlineData("registry.example/", "error scope-trailing-slash", "registry.example")]
    [InlineData("*.example.com/ns", "error scope-wildcard", "*.DOMAIN")]
    [InlineData("*.example.com:5000", "error scope-wildcard", "*.DOMAIN")]
    [InlineData("registry.*/ns", "error scope-wildcard", "*.DOMAIN")]
    [InlineData("*", "error scope-wildcard", "*.DOMAIN")]
    [InlineData("https://registry.example/ns", "error scope-invalid", "https://")]
    [InlineData("registry.example/a b", "error scope-invalid", "no image")]
    [InlineData("registry.example:443/ns", "warning scope-port", "registry.example")]
    [InlineData("registry.example/ns/app:v1@sha256:0000000000000000000000000000000000000000000000000000000000000000", "error scope-invalid", "both")]
    public void A_scope_that_never_matches_is_found_with_what_to_write(string scope, string finding, string hint)
    {
        var found = Assert.Single(Lint(Docker(scope, """{"type":"reject"}""")));
        Assert.Equal(finding, $"{found.Severity} {found.Id}");
        Assert.Contains(hint, found.Text, StringComparison.Ordinal);
        Assert.Equal((1, 56), (found.Line, found.Column));
    }

    [Theory]
    [InlineData("registry.example")]
    [InlineData("registry.example:5000/ns/app")]
    [InlineData("registry.example/ns/app:v1")]
    [InlineData("localhost/a")]
    [InlineData("localhost")]
    [InlineData("docker.io")]
    [InlineData("docker.io/bitnami")]
    [InlineData("*.com")]
    [InlineData("*.example.com")]
    [InlineData("")]
    public void A_scope_that_can_match_is_not_complained_about(string scope) =>
        Assert.Empty(Lint(Docker(scope, """{"type":"reject"}""")));

    [Fact]
    public void Holes_are_told_with_their_places()
    {
        var found = Lint("""
            {
              "default": [{"type": "insecureAcceptAnything"}],
              "transports": {
                "dir": {"/x": [{"type": "signedBy", "keyType": "X509Certificates", "keyData": "AAAA"}]},
                "docker": {
                  "a.example": [{"type": "sigstoreSigned", "keyPath": "/k/none.pub", "signedIdentity": {"type": "matchRepository"}}],
                  "a.example/open": [{"type": "insecureAcceptAnything"}, {"type": "reject"}, {"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}}],
                  "a.example/free": [{"type": "insecureAcceptAnything"}]
                }
              }
            }
            """);
        Assert.Equal(
            [
                "2:3 warning default-accepts", "4:20 error identity-impossible", "4:52 error requirement-impossible", "6:7 error attachments-off", "6:59 error key-unreadable",
                "7:26 warning requirement-idle", "7:91 error requirement-impossible", "8:7 warning scope-opens",
            ],
            found.Select(f => $"{f.Line}:{f.Column} {f.Severity} {f.Id}"));
    }

    [Fact]
    public void Where_signatures_would_not_be_looked_for_is_told()
    {
        const string Policy = """
            {"default":[{"type":"reject"}],"transports":{"docker":{"a.example":[{"type":"signedBy","keyType":"GPGKeys","keyPaths":[]}]}}}
            """;
        Assert.Contains(Lint(Policy), f => f.Id == PolicyFindingId.LookasideMissing);
        _files.Add("/etc/containers/registries.d/a.yaml", "docker:\n  a.example/ns:\n    lookaside: https://l.example/sig\n");
        Assert.DoesNotContain(Lint(Policy), f => f.Id == PolicyFindingId.LookasideMissing);
        _files.Add("/etc/containers/registries.conf", "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"m.example\"\n");
        Assert.Contains("m.example", Assert.Single(Lint(Policy), f => f.Id == PolicyFindingId.LookasideMirror).Text, StringComparison.Ordinal);
        _files.Add("/etc/containers/registries.d/m.yaml", "docker:\n  m.example:\n    lookaside: https://l.example/sig\n");
        Assert.DoesNotContain(Lint(Policy), f => f.Id == PolicyFindingId.LookasideMirror);
        _files.Add("/etc/containers/registries.d/bad.yaml", "docker: [\n");
        var broken = Assert.Single(Lint(Policy), f => f.Id == PolicyFindingId.Configuration);
        Assert.Equal(("/etc/containers/registries.d/bad.yaml", true), (broken.File, broken.IsError));
    }

    [Fact]
    public void Files_that_are_not_read_are_told()
    {
        _files.Add("/etc/containers/policy.json", """{"default":[{"type":"reject"}]}""").AddDirectory("/etc/containers/registries.d").AddDirectory("/home/u/.config/containers/registries.d");
        Assert.Equal(
            ["/etc/containers/policy.json", "/etc/containers/registries.d"],
            Lint("""{"default":[{"type":"reject"}]}""").Where(f => f.Id == PolicyFindingId.FileShadowed).Select(f => f.File));
    }

    [Fact]
    public async Task Keys_that_do_not_count_are_told_and_are_errors_when_none_is_left()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var good = await gpg.CreateKeyAsync("Good <g@example.com>", "ed25519");
        var expired = await gpg.CreateKeyAsync("Old <o@example.com>", "ed25519", "1d", "20200101T000000");
        var revoked = await gpg.CreateKeyAsync("Lost <l@example.com>", "ed25519");
        await gpg.RevokeAsync(revoked);
        _files.Add("/k/good", await gpg.ExportAsync(good)).Add("/k/expired", await gpg.ExportAsync(expired)).Add("/k/revoked", await gpg.ExportAsync(revoked)).Add("/k/junk", "no key");
        Assert.Empty(Keys("/k/good"));
        Assert.Equal(["warning key-expired", "warning key-revoked", "warning key-none"], Keys("/k/expired", "/k/good", "/k/revoked", "/k/junk"));
        Assert.Equal(["error key-expired", "error key-revoked", "error key-none"], Keys("/k/expired", "/k/revoked", "/k/junk"));
        Assert.Equal(["error key-unreadable"], Keys("/k/good", "/k/absent"));
        Assert.Equal(["warning key-relative", "error key-unreadable"], Keys("k/absent"));
    }

    [Fact]
    public void Every_mistake_of_a_policy_that_does_not_parse_is_an_error_with_its_place()
    {
        var found = Lint("{\n \"default\": [],\n \"x\": 1\n}");
        Assert.Equal(["2:13 syntax", "3:2 syntax"], found.Select(f => $"{f.Line}:{f.Column} {f.Id}"));
        Assert.All(found, f => Assert.True(f.IsError));
    }

    [Fact]
    public void Hostile_scopes_neither_crash_nor_forge_lines()
    {
        string[] scopes = ["\\n", "\\u001b[2J", "[", "[a@", "@", ":", "*.", "*..", "a@b@c", "/", "//", "a:/", "\\u202e", new('a', 5000), "*." + new string('a', 300)];
        foreach (var scope in scopes)
        {
            var found = Lint(Docker(scope, """{"type":"signedBy","keyType":"GPGKeys","keyData":"AQID"}"""));
            Assert.NotEmpty(found);
            Assert.All(found, f => Assert.DoesNotContain($"{f}", c => char.IsControl(c) || c == '\u202e'));
        }
    }

    [Fact]
    public void The_first_format_of_registries_conf_is_told()
    {
        _files.Add("/etc/containers/registries.conf", "[registries.search]\nregistries = [\"docker.io\"]\n");
        var found = Assert.Single(Lint("""{"default":[{"type":"reject"}]}"""));
        Assert.Equal(("/etc/containers/registries.conf", "warning registries-old-format"), (found.File, $"{found.Severity} {found.Id}"));
    }

    [Fact]
    public void Logs_and_authorities_that_cannot_be_used_are_told_with_their_places()
    {
        _files.Add("/k/old.pem", Authority(-800, -1)).Add("/k/new.pem", Authority(-1, 800)).Add("/k/junk.pem", "junk");
        const string Identity = "\"signedIdentity\":{\"type\":\"matchRepository\"}";
        Assert.Equal(["error key-unreadable"], Ids($$"""{"type":"sigstoreSigned","keyData":"{{KeyData}}","rekorPublicKeyPath":"/k/none.pem",{{Identity}}}"""));
        Assert.Equal(["error key-none"], Ids($$"""{"type":"sigstoreSigned","keyData":"{{KeyData}}","rekorPublicKeyPath":"/k/junk.pem",{{Identity}}}"""));
        Assert.Equal(["error key-expired"], Ids($$$"""{"type":"sigstoreSigned","pki":{"caRootsPath":"/k/old.pem","subjectEmail":"a@b.example"},{{{Identity}}}}"""));
        Assert.Equal(["error key-none"], Ids($$$"""{"type":"sigstoreSigned","pki":{"caRootsPath":"/k/junk.pem","subjectEmail":"a@b.example"},{{{Identity}}}}"""));
        Assert.Empty(Ids($$$"""{"type":"sigstoreSigned","pki":{"caRootsPath":"/k/new.pem","subjectEmail":"a@b.example"},{{{Identity}}}}"""));
    }

    private IEnumerable<string> Ids(string requirement) =>
        Lint(Docker("registry.example/ns", requirement)).Where(f => f.Id.StartsWith("key-", StringComparison.Ordinal)).Select(f => $"{f.Severity} {f.Id}");

    private static string KeyData
    {
        get
        {
            using var key = Trust.Sigstore.SigstoreSecretKey.Create();
            return Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(key.PublicKeyPem));
        }
    }

    private static string Authority(int fromDays, int toDays)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=authority", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
        return certificate.ExportCertificatePem();
    }

    private ImmutableArray<PolicyFinding> Lint(string policy)
    {
        _files.Add(Path, policy);
        var result = new PolicyLint(User, _files, AsIs, TimeProvider.System.GetUtcNow()).Run(null);
        Assert.Null(result.Failure);
        return result.Findings;
    }

    private IEnumerable<string> Keys(params string[] paths)
    {
        _files.Add("/etc/containers/registries.d/all.yaml", "default-docker:\n  lookaside: https://l.example/sig\n");
        var names = string.Join(',', paths.Select(p => $"\"{p}\""));
        return Lint(Docker("a.example/b", $$"""{"type":"signedBy","keyType":"GPGKeys","keyPaths":[{{names}}]}""")).Select(f => $"{f.Severity} {f.Id}");
    }

    private static string Docker(string scope, string requirement) =>
        """{"default":[{"type":"reject"}],"transports":{"docker":{""" + $"\"{scope}\":[{requirement}]" + "}}}";

    private static bool AsIs(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error)
    {
        (resolved, error) = (path, null);
        return true;
    }
}
