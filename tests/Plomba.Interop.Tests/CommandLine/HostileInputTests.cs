using System.Security.Cryptography;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.CommandLine;

/// <summary>
/// Every place where a verb takes a file or a name is given every kind of wrong one. Each time: one clear line, the
/// exit code that CLI rules give it, no stack trace, no control character on the terminal, nothing changed on disk.
/// </summary>
public sealed class HostileInputTests : IDisposable
{
    private static readonly string[] NoFiles =
        ["H/empty", "H/directory", "H/zeros", "H/rubbish", "H/escapes", "H/huge", "H/loop", "H/missing", "H/closed", "H/empty/below", "/proc/self/mem"];

    private static readonly string[] NoSites = ["H/directory", "H/escapes", "H/missing", "H/closed"];

    private static readonly string[] NoNames =
        ["../../etc/passwd", "line\nbreak", "\u001b[31mred", "UPPER case", "ünïcode", new('x', 5000)];

    // For root too a closed file shall be closed.
    private static readonly string[] WithoutPrivileges = Environment.UserName == "root" && ChildProcess.IsInstalled("setpriv")
        ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all"]
        : [];

    private readonly TemporaryDirectory _directory = new(prefix: "hostile");

    public HostileInputTests()
    {
        Directory.CreateDirectory(Hostile("directory"));
        Directory.CreateDirectory(_directory.Combine("away"));
        DurableFile.Write(Hostile("empty"), []);
        DurableFile.Write(Hostile("zeros"), new byte[100]);
        DurableFile.Write(Hostile("rubbish"), RandomNumberGenerator.GetBytes(4000));
        DurableFile.Write(Hostile("escapes"), "\u001b[31m = [[[ {\"a\":1\n\u001b]0;owned\u0007"u8);
        using (var huge = File.OpenHandle(Hostile("huge"), FileMode.CreateNew, FileAccess.Write))
            RandomAccess.SetLength(huge, 3L << 30);
        File.CreateSymbolicLink(Hostile("loop"), Hostile("loop"));
        TinyImage.Write(Hostile("image"), "good");
        DurableFile.Write(Hostile("closed"), "nobody may read this"u8, UnixFileMode.None);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("1", "catalog rebuild --data @")]
    [InlineData("1", "key new --name A --email a@b.c --algorithm ed25519 --passphrase-file H/missing -o @")]
    [InlineData("1", "key list --dir @", "H/directory")]
    [InlineData("1", "key show @")]
    [InlineData("1", "key export @")]
    [InlineData("1 2", "key import @ --dir H/directory --fingerprint 0000000000000000000000000000000000000000")]
    [InlineData("1 3", "site check @")]
    [InlineData("1 2", "site key add @ --name n --fingerprint 0000000000000000000000000000000000000000 --site H/site.toml")]
    [InlineData("1", "verify --policy @ dir:H/image")]
    [InlineData("1 2", "verify --insecure-policy dir:@")]
    [InlineData("1 2", "verify --insecure-policy oci:@:x")]
    [InlineData("1 2", "verify --insecure-policy --authfile @ docker://127.0.0.1:1/a")]
    [InlineData("1 2", "verify --insecure-policy --registries-conf @ docker://127.0.0.1:1/a", "H/empty")]
    [InlineData("1 2", "verify --insecure-policy --registries.d @ docker://127.0.0.1:1/a", "H/directory")]
    [InlineData("1 2", "verify --insecure-policy --cert-dir @ docker://127.0.0.1:1/a")]
    [InlineData("1", "serve --site @")]
    [InlineData("1", "serve --data @ --listen 127.0.0.1:0", "H/directory H/missing")]
    [InlineData("1", "serve --tls-certificate @ --tls-key @ --data away/data --listen 127.0.0.1:0")]
    [InlineData("1 2", "self-test --with none --tmpdir @", "H/directory")]
    public Task A_file_that_is_none_is_said_in_one_line(string exits, string verb, string fine = "") =>
        EachAsync(exits, verb, NoFiles.Except(fine.Split(' '), StringComparer.Ordinal));

    [Theory]
    [InlineData("1", "key list --site @")]
    [InlineData("1 3", "site render --site @")]
    [InlineData("1", "site show --site @")]
    [InlineData("1", "site namespace list --site @")]
    [InlineData("1 3", "site namespace add x --maker m --key k --site @")]
    [InlineData("1", "site namespace remove x --yes --site @")]
    [InlineData("1", "site key list --site @")]
    [InlineData("1", "verify --site @ dir:H/image")]
    public Task A_site_that_is_none_is_said_in_one_line_by_every_verb_that_reads_it(string exits, string verb) => EachAsync(exits, verb, NoSites);

    [Theory]
    [InlineData("1", "key show @ --gpg-home away")]
    [InlineData("2", "site namespace add @ --maker m --key k --site H/site.toml")]
    [InlineData("2", "site namespace add x --maker @ --key k --site H/site.toml", "UPPER case")]
    [InlineData("1 2", "site namespace remove @ --yes --site H/site.toml")]
    [InlineData("1 2", "site key add H/rubbish --name @ --site H/site.toml")]
    [InlineData("1 2", "site key remove @ --site H/site.toml")]
    [InlineData("2", "site render --for @ --site H/site.toml")]
    [InlineData("1 2", "site render --maker @ --for maker --site H/site.toml")]
    [InlineData("2", "key new --name A --email @ --passphrase-file /dev/null -o H/key")]
    [InlineData("2", "key new --name A --email a@b.c --expires @ -o H/key")]
    [InlineData("2", "key import H/rubbish --fingerprint @ --dir H/directory")]
    [InlineData("2", "verify --insecure-policy @")]
    [InlineData("2", "verify --insecure-policy docker://127.0.0.1:1/@")]
    [InlineData("2", "verify --insecure-policy docker://127.0.0.1:1/a:@")]
    [InlineData("2", "verify --insecure-policy --retry-times @ dir:H/image")]
    [InlineData("2", "verify --insecure-policy --command-timeout @ dir:H/image")]
    [InlineData("2", "serve --listen @ --data H/data")]
    [InlineData("2", "self-test --with @")]
    public Task A_name_that_is_none_is_said_in_one_line(string exits, string verb, string fine = "") =>
        EachAsync(exits, verb, NoNames.Except([fine], StringComparer.Ordinal));

    private string Hostile(string name) => _directory.Combine("H", name);

    private async Task EachAsync(string exits, string verb, IEnumerable<string> values)
    {
        if (verb.Contains("H/site.toml", StringComparison.Ordinal))
            Assert.Equal(0, (await PlombaProgram.RunAsync("site", "init", Hostile("site.toml"))).ExitCode);
        var before = Listing();
        var wrong = new List<string>();
        await Parallel.ForEachAsync(values, async (value, cancellation) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            var result = await RunAsync(verb, value, limit.Token);
            if (Mistake(exits, result) is { } mistake)
            {
                lock (wrong)
                    wrong.Add($"{verb} with {Shown(value)}: {mistake}: exit {result.ExitCode}: {Shown(result.Errors + result.Text)}");
            }
        });
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, Listing());
    }

    private static string? Mistake(string exits, ChildResult result)
    {
        var said = result.Errors + result.Text;
        if (!exits.Split(' ').Contains($"{result.ExitCode}", StringComparer.Ordinal))
            return $"not exit {exits}";
        if (said.Contains("   at ", StringComparison.Ordinal))
            return "a stack trace";
        if (said.Any(c => char.IsControl(c) && c != '\n'))
            return "a control character";
        if (said.Length == 0)
            return "silence";

        // What is wrong with a site or an image is data; everything else is one line and perhaps a hint.
        if (result.Output.Length > 0 && result.ExitCode != 2)
            return null;
        var lines = result.Errors.TrimEnd('\n').Split('\n');
        return lines.Length <= 2 && lines[0].StartsWith("plomba: ", StringComparison.Ordinal) ? null : "not one clear line";
    }

    private Task<ChildResult> RunAsync(string verb, string value, CancellationToken cancellation)
    {
        string[] command = [.. WithoutPrivileges, PlombaProgram.Path, .. verb.Split(' ').Select(word => word == "a@b.c" ? word : Placed(word, value))];
        return ChildProcess.RunAsync(
            command[0],
            command[1..],
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = _directory.Combine("away"), ["GNUPGHOME"] = null },
            directory: _directory.Path,
            cancellation: cancellation);
    }

    private string Placed(string word, string value) =>
        word.Replace("@", value, StringComparison.Ordinal) is var text && text.Contains("H/", StringComparison.Ordinal)
            ? text.Replace("H/", $"{_directory.Combine("H")}/", StringComparison.Ordinal)
            : text;

    private static string Shown(string text) => text.Length > 300 ? $"{text[..300]}…" : text;

    private string[] Listing() =>
    [
        .. new DirectoryInfo(_directory.Combine("H")).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => entry is FileInfo file ? $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}" : entry.FullName)
            .Order(StringComparer.Ordinal),
    ];
}
