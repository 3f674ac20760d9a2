using System.Text;
using System.Text.Json;
using Plomba.Hosts.Stores;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Images.Transports;
using Plomba.Files;
using Plomba.Registry.Access;
using Plomba.Registry.Api;
using Plomba.Registry.Signatures;
using Plomba.Site;
using Plomba.Site.Template;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Keys;
using Plomba.Trust.Policy;
using Plomba.Trust.Sigstore;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Fuzzing.Tests;

/// <summary>The parsers, each with something to begin with.</summary>
internal static class Parsers
{
    private static readonly byte[][] JsonTokens =
        Tokens("{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "null", "true", "1e999", "-0", "{\"a\":", "[[", "\"a\":1,", "\uFEFF", " ", "\\\"", "\"\"");

    private static readonly byte[][] TomlTokens =
        Tokens("[[", "]]", "=", "\"\"\"", "'''", "\\u0000", "#", "\n", "[a.b]", "{a=1}", "1979-05-27", "0x", "inf", "[[registry]]\n", "a.b.c=1\n", "[", "\\");

    private static readonly byte[][] YamlTokens =
        Tokens(":", "- ", "\n", "  ", "&a ", "*a", "!!str ", "|", ">", "\"", "'", "{", "}", "? ", "---\n", "...", "%YAML 1.2\n", "<<: ", "#", "\t", "[", "docker:\n");

    private static readonly byte[][] NameTokens = Tokens("/", ":", "@", "sha256:", "..", "%2f", "[::1]", "\0", "é", "_", "-", "//", ":latest", "localhost");

    private static readonly byte[][] HeaderTokens = Tokens("Bearer ", "Basic ", "realm=", "\"", "\\", ",", "scope=", "=", " ", "\t", "repository:a/b:pull", ":", "*");

    private static readonly byte[][] PemTokens =
        [.. Tokens("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN PUBLIC KEY-----\n", "\n", ": ", "AAAA", "=", "MIIB"), [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x80]];

    private static readonly byte[][] PacketTokens =
        [[0x90], [0xC2], [0xC4], [0xC6], [0xC8], [0xCB], [0xCD], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xA3, 0x01], [0xA3, 0x02], [0x00], [0xE0], [0xFE], .. Tokens("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n", "=aaaa\n", "-----END PGP MESSAGE-----")];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Parser> All { get; } =
    [
        new("policy", [Samples.Policy, Samples.SigstorePolicy], [.. JsonTokens, .. Tokens("\"type\":\"signedBy\"", "\"keyPaths\":", "\"docker\":{", "\"default\":[")],
            input => Say(PolicyReader.Read(input).Mistakes)),
        new("registries.d", [Samples.RegistriesD], YamlTokens,
            input => $"{RegistriesDFileReader.Read("x.yaml", input, out var mistake) is null} {mistake}"),
        new("registries.conf", [Samples.RegistriesConf], TomlTokens,
            input => $"{RegistriesConfFileReader.Read("x.conf", input, isDropIn: false, out var mistake) is null} {mistake}"),
        new("auth file", [Samples.AuthFile], JsonTokens, input => Caught<JsonException>(() => AuthFile.Parse(input))),
        new("references", Tokens("docker.io/library/a:b", "registry.example:5000/a/b@sha256:" + Samples.Hex, "a"), NameTokens,
            input => $"{ImageReference.TryParse(Text(input), out _)} {ShortName.Parse(Text(input), out var isShort, out var error) is null} {isShort} {error}"),
        new("image names", Tokens("docker://a/b:c", "oci:/a:b", "dir:/x", "docker-archive:/a.tar:b:c", "containers-storage:[overlay@/a+/b]a"), NameTokens,
            input => $"{ImageName.TryParse(Text(input), new TransportEnvironment(RealPath.TryResolve, StoreLocation.System), out _, out var error)} {error?.Message}"),
        new("manifests", Samples.Manifests, [.. JsonTokens, .. Tokens("\"manifests\":[", "\"layers\":[", "\"digest\":", "sha512:", "\"size\":-1")],
            input => $"{ManifestDocument.TryParse(input, null, out _, out var error)} {error?.Message}"),
        new("OpenPGP keys", Samples.OpenPgpKeys, PacketTokens,
            input => $"{KeyFile.TryRead(input, Samples.Now, out _, out var error)} {error}"),
        new("OpenPGP messages", Samples.OpenPgpMessages, PacketTokens, Samples.VerifyMessage),
        new("stored signatures", [.. Samples.OpenPgpMessages, Samples.StoredSigstore], [.. PacketTokens, .. JsonTokens],
            input => $"{StoredBlob.TryRead(input, out _, out var error)} {error}"),
        new("signature extension", [Samples.ExtensionDocument], JsonTokens,
            input => ExtensionDocument.Read(input, Samples.Digest, out _) ?? "taken"),
        new("sigstore payload", [Samples.SigstorePayload], JsonTokens, input => $"{SigstorePayload.TryParse(input, out _, out var mistake)} {mistake}"),
        new("Rekor promise", [Samples.RekorPromise], JsonTokens, input => $"{RekorPromise.TryRead(input, out _, out var error)} {error}"),
        new("Rekor entry", [Samples.HashedRecord], JsonTokens, input => $"{HashedRecord.TryRead(input, out _, out var error)} {error}"),
        new("certificates", [Samples.Certificate], PemTokens, Samples.ReadCertificate),
        new("sigstore public keys", Samples.SigstoreKeys, PemTokens, input => $"{SigstoreKey.TryReadPem(input, out _, out var error)} {error}"),
        new("site file", [SiteTemplate.Content, Samples.Site], [.. TomlTokens, .. Tokens("[[namespace]]\n", "format = 1\n", "[registry]\n", "keys = [\"a\"]")],
            input => string.Join(' ', SiteFile.Parse(input, "/etc/plomba/site.toml").Findings.Take(3))),
        new("TUF metadata", Samples.TufFiles, [.. JsonTokens, .. Tokens("\"_type\":\"root\"", "\"version\":", "\"threshold\":0")], Samples.ReadTuf),
        new("store lists", [Samples.StoreImages], JsonTokens,
            input => { StoreJson.Images(input, out var images); StoreJson.Containers(input, out var containers); return images + containers; }),
        new("challenges", Tokens("Bearer realm=\"https://a/b\",service=\"c\",scope=\"repository:a:pull\""), HeaderTokens,
            input => Plomba.Transfer.Registries.Challenge.Parse(Text(input)) is var challenge ? string.Join(' ', challenge.Parameters.Keys.Prepend(challenge.Scheme)) : ""),
        new("password file", Tokens("maker:$2y$10$abcdefghijklmnopqrstuuJ8uO6dQ4Q9V0dQ4Q9V0dQ4Q9V0dQ4Q9\n# a\nb:c"), [.. HeaderTokens, .. Tokens("$2y$", "$2y$31$", "\n")],
            input => input.Length > PasswordFile.MaximumLength ? "too long" : string.Join(' ', PasswordFile.Parse(Text(input)).Complaints.Take(3))),
        new("request paths", Tokens("/v2/a/b/manifests/latest", "/v2/a/blobs/sha256:" + Samples.Hex, "/v2/_catalog", "/sigstore/a@sha256=" + Samples.Hex + "/signature-1"), NameTokens,
            input => $"{Router.Parse(Text(input)).Kind}"),
    ];

    private static byte[][] Tokens(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    private static string Say<T>(IEnumerable<T> mistakes) => string.Join(' ', mistakes.Take(3));

    private static string Caught<T>(Func<object> read)
        where T : Exception
    {
        try
        {
            return read().GetType().Name;
        }
        catch (T e)
        {
            return e.Message;
        }
    }
}
