using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests;

/// <summary>
/// No line that a user reads whose locale is Russian is English prose. What stays English on purpose stands in
/// docs/language.md: the messages podman fixes, and foreign text, which is quoted.
/// </summary>
public sealed partial class RussianProseTests : IDisposable
{
    private static readonly Dictionary<string, string> Inputs = new(StringComparer.Ordinal)
    {
        ["cut.json"] = "{",
        ["empty.json"] = """{"default":[]}""",
        ["bom.json"] = "\uFEFF{}",
        ["wrong.json"] = """{"default":[{"type":"reject"}],"x":1,"transports":{"docker":{"a b":[{"type":"signedBy"}],"c":1},"foo":{}}}""",
        ["keys.json"] = """
            {"default":[{"type":"sigstoreSigned","keyPath":"/k.pub","keyData":"!"},{"type":"sigstoreSigned","fulcio":{"oidcIssuer":""}},
            {"type":"sigstoreSigned","pki":{},"rekorPublicKeyPath":""},{"type":"signedBy","keyType":"X","keyPath":""},{"type":"other"},
            {"type":"signedBy","keyType":"GPGKeys","keyData":"@@","signedIdentity":{"type":"exactReference","dockerReference":"A"}},
            {"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"remapIdentity","prefix":"!","signedPrefix":1}}]}
            """,
        ["reject.json"] = """{"default":[{"type":"reject"}]}""",
        ["accept.json"] = """{"default":[{"type":"insecureAcceptAnything"}]}""",
        ["signed.json"] = """{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/nonexistent/key.pgp"}]}""",
        ["garbage"] = "no key\n",
        ["armor.pgp"] = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!!!\n-----END PGP PUBLIC KEY BLOCK-----\n",
        ["pem.pub"] = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ["syntax.toml"] = "format = 1\n[site\n",
        ["wrong.toml"] = "format = \"x\"\n[site]\nname = 1\n[[namespace]]\nfoo = 2\n",
        ["good.toml"] = "format = 1\n[site]\nname = \"test\"\n[registry]\nname = \"registry.local\"\n",
        ["auth.json"] = "[]",
        ["lines.txt"] = "docker://a/b maybe\n",
        ["odd/manifest.json"] = """{"x":1}""",
        ["layout/oci-layout"] = """{"imageLayoutVersion":"1.0.0"}""",
        ["layout/index.json"] = """{"schemaVersion":2,"manifests":[]}""",
    };

    private readonly TemporaryDirectory directory = new();

    public RussianProseTests()
    {
        foreach (var (name, content) in Inputs)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory.Combine(name))!);
            File.WriteAllBytes(directory.Combine(name), System.Text.Encoding.UTF8.GetBytes(content));
        }

        TinyImage.Write(directory.Combine("image"), "x");
    }

    public void Dispose() => directory.Dispose();

    /// <summary>One invocation a line; <c>@</c> stands for the directory of the inputs.</summary>
    public static TheoryData<string> Invocations =>
    [
        "", "frob", "verify", "verify --frob", "verify a b --output xml", "--help", "verify --help", "host check --help", "site key add --help",
        "policy set --help", "serve --help", "sign --help", "key new --help", "tls init --help", "catalog rebuild --help",
        "verify --policy @/cut.json dir:@/image", "verify --policy @/empty.json dir:@/image", "verify --policy @/none.json dir:@/image",
        "verify --policy @ dir:@/image", "verify --policy /dev/zero dir:@/image", "verify --policy @/reject.json dir:@/image",
        "verify --policy @/signed.json dir:@/image", "verify --policy @/accept.json --require-signed dir:@/image", "verify --policy @/accept.json dir:@/odd",
        "verify --policy @/accept.json dir:/nonexistent/x", "verify --policy @/accept.json oci:/nonexistent", "verify --policy @/accept.json oci:@/layout:x",
        "verify --policy @/accept.json docker://127.0.0.1:1/a/b:c", "verify --policy @/accept.json --authfile @/auth.json docker://127.0.0.1:1/a/b:c",
        "verify docker://Upper/B", "verify docker://a/b@sha256:x", "verify nothing", "verify foo:bar", "verify docker:x", "verify oci:/x:@-1",
        "verify docker-archive:/x:@z", "verify docker-daemon:x@sha512:00", "verify containers-storage:[", "verify atomic:x", "verify dir:",
        "policy lint @/cut.json", "policy lint @/empty.json", "policy lint @/bom.json", "policy lint @/wrong.json", "policy lint @/keys.json",
        "policy lint @/garbage", "policy lint @", "policy show --policy @/cut.json", "policy show --policy @/signed.json", "policy explain foo:bar",
        "policy explain --policy @/reject.json registry.local/a/b", "policy test @/lines.txt", "policy test @/garbage", "policy diff @/cut.json @/reject.json",
        "policy diff @/accept.json @/reject.json", "policy set a/b --signed-by @/garbage --policy @/reject.json", "policy set a..b --reject --policy @/reject.json",
        "policy set registry.local/a --sigstore-key @/pem.pub --policy @/reject.json", "policy set registry.local/a --reject --policy @/cut.json",
        "key show @/garbage", "key show @/armor.pgp", "key show @/pem.pub", "key show @", "key show /nonexistent/k", "key import @/garbage",
        "key import @/armor.pgp", "key list --dir /nonexistent", "key new --type sigstore -o /nonexistent/x --passphrase-file /dev/null",
        "key new --name a --email b@c -o /nonexistent/x --passphrase-file /dev/null", "key new --type frob", "key new --name a --email b@c -o @/k --passphrase-file /nonexistent",
        "sign --sign-by nobody docker://127.0.0.1:1/a/b:c", "sign --sign-by-sigstore-private-key @/garbage docker://127.0.0.1:1/a/b:c",
        "site check @/syntax.toml", "site check @/wrong.toml", "site check @/good.toml", "site check @", "site check /nonexistent",
        "site show --site @/good.toml", "site init @/good.toml", "site init /nonexistent/x.toml", "site key add @/garbage --site @/good.toml --name x --fingerprint 00",
        "site namespace add A! --site @/good.toml", "site render --site @/good.toml --for client --to @/out", "site adopt --root @",
        "host plan", "host plan bogus", "host plan client --root @ --site @/good.toml", "host plan server developer --root @ --site @/wrong.toml",
        "host check --root @", "host check --root @ --site @/good.toml", "host check --root /nonexistent --site @/good.toml", "host check --rules X --root @",
        "host undo --root @", "host join http://127.0.0.1:1/ --root-sha256 00", "host self-test --site @/good.toml",
        "host join http://127.0.0.1:1/ --root @ --root-sha256 0000000000000000000000000000000000000000000000000000000000000000",
        "tls init --site @/wrong.toml", "catalog rebuild --data /nonexistent", "catalog rebuild --data @", "serve --site @/syntax.toml",
        "serve --data /proc/x --listen 127.0.0.1:0", "serve --data @/data --listen 192.0.2.1:80 --open", "serve --data @/data --listen 0.0.0.0:0",
        "serve --data @/data --listen 127.0.0.1:0 --tls-certificate @/garbage --tls-key @/none",
    ];

    [Theory]
    [MemberData(nameof(Invocations))]
    public async Task Nothing_a_user_reads_is_English_prose(string invocation)
    {
        var arguments = invocation.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Replace("@/", directory.Path + "/", StringComparison.Ordinal) is var path && a == "@" ? directory.Path : path);
        var result = await ChildProcess.RunAsync(
            PlombaProgram.Path,
            ["--command-timeout", "30s", .. arguments],
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["LC_ALL"] = null, ["LC_MESSAGES"] = null, ["LANGUAGE"] = null, ["LANG"] = "ru_RU.UTF-8", ["HOME"] = directory.Path, ["GNUPGHOME"] = null });
        Assert.NotEmpty(result.Text + result.Errors);
        Assert.Equal([], (result.Text + result.Errors).Split('\n').Where(IsEnglish).ToList());
    }

    [Theory]
    [InlineData("plomba: the file is gone", true)]
    [InlineData("сервер не запускается: address already in use", true)]
    [InlineData("нет ключа: plomba key list --dir DIR", false)]
    [InlineData("ошибка TOML: «Unexpected token found here»", false)]
    [InlineData("site.toml:1:10: error format format — здесь строка", false)]
    [InlineData("    +# Written by plomba from the site", false)]
    [InlineData("  Source image rejected: A signature was required, but no signature exists", false)]
    public void English_prose_is_known(string line, bool isEnglish) => Assert.Equal(isEnglish, IsEnglish(line));

    // Command lines, codes, quoted text, what podman prints about an image and lines of files are not said by this program.
    private static bool IsEnglish(string line) =>
        !line.StartsWith("  Source image rejected: ", StringComparison.Ordinal) && !line.StartsWith("    +", StringComparison.Ordinal) && Prose().IsMatch(Foreign().Replace(line, ";"));

    [GeneratedRegex("""plomba( [a-z-]+)+|: (error|warning) [a-z-]+ |«[^»]*»|"[^"]*"|`[^`]*`|'[^']*'|<[^>]*>""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Foreign();

    [GeneratedRegex(@"\b[A-Za-z]+ [a-z]+ [a-z]+\b", RegexOptions.NonBacktracking)]
    private static partial Regex Prose();
}
