using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.CommandLine;

/// <summary>What holds for every verb, found by walking through <c>plomba --help</c>: a new one is covered by being there.</summary>
public sealed partial class EveryVerbTests : IDisposable
{
    // Without arguments these do what they are for.
    private static readonly string[] ActWithoutArguments = ["serve", "self-test", "site adopt", "site init"];

    // These bear skopeo's names and speak its exit codes: 1 for a wrong command line too.
    private static readonly string[] SpeakSkopeo = ["list-tags", "manifest-digest", "standalone-sign", "standalone-verify"];
    private static readonly string[] CommonOptions = ["--output", "--quiet", "--debug", "--no-color", "--command-timeout", "--tmpdir", "--help"];
    private static Task<List<VerbHelp>>? known;
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _gpg = new();

    public void Dispose()
    {
        _directory.Dispose();
        _gpg.Dispose();
    }

    [Fact]
    public async Task Help_tells_every_option_on_stdout()
    {
        var verbs = await WalkAsync();
        Assert.InRange(verbs.Count, 15, 200);
        Assert.Contains(verbs, verb => verb.Name == "site namespace add");
        foreach (var verb in verbs.Where(v => v.Name.Length > 0))
        {
            Assert.All(CommonOptions, option => Assert.True(verb.Options.ContainsKey(option), $"{verb.Name}: {option} is not told"));
            Assert.All(verb.Options, option => Assert.True(option.Value.Length > 0, $"{verb.Name} {option.Key}: not described"));
        }
    }

    [Fact]
    public async Task An_option_that_does_not_exist_is_a_usage_error_in_one_line()
    {
        foreach (var verb in await WalkAsync())
            await IsUsageErrorAsync([.. verb.Words, "--no-such-option", "a\nb", "c", "d"]);
    }

    [Fact]
    public async Task An_empty_value_of_any_option_is_a_usage_error_in_one_line()
    {
        var rows = (await WalkAsync())
            .Where(verb => verb.Subverbs.Count == 0)
            .SelectMany(verb => verb.WithValue.Except(CommonOptions, StringComparer.Ordinal).Select(option => (string[])[.. verb.Words, option, ""]));
        await Parallel.ForEachAsync(rows, async (row, _) => await IsUsageErrorAsync(row));
    }

    [Fact]
    public async Task An_argument_that_begins_with_at_is_no_file_to_read()
    {
        await File.WriteAllTextAsync(_directory.Combine("secret"), "hunter2\n");
        foreach (var verb in await WalkAsync())
        {
            var result = await RunAsync([.. verb.Words, "--no-such-option", $"@{_directory.Combine("secret")}"]);
            Assert.DoesNotContain("hunter2", result.Errors + result.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_arguments_nothing_is_changed_and_what_is_missing_is_said()
    {
        foreach (var verb in (await WalkAsync()).Where(v => !ActWithoutArguments.Contains(v.Name, StringComparer.Ordinal)))
        {
            var result = await RunAsync(verb.Words);
            Assert.True(result.ExitCode is 0 or 1 or 2, $"{verb.Name}: exit {result.ExitCode}");
            if (verb.Subverbs.Count > 0)
                Assert.Equal(2, result.ExitCode);
            if (result.ExitCode != 0)
                OneClearLine(verb.Name, result);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
        }
    }

    private async Task IsUsageErrorAsync(string[] arguments)
    {
        var result = await RunAsync(arguments);
        var expected = SpeakSkopeo.Contains(arguments[0], StringComparer.Ordinal) ? 1 : 2;
        Assert.True(result.ExitCode == expected, $"{string.Join(' ', arguments)}: exit {result.ExitCode}: {result.Errors}");
        OneClearLine(string.Join(' ', arguments), result);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    private static void OneClearLine(string what, ChildResult result)
    {
        var lines = result.Errors.TrimEnd('\n').Split('\n');
        Assert.True(
            lines.Length <= 2 && lines[0].StartsWith("plomba: ", StringComparison.Ordinal) && lines.Skip(1).All(l => l.StartsWith("  ", StringComparison.Ordinal))
            && !result.Errors.Contains("   at ", StringComparison.Ordinal) && result.Output.Length == 0,
            $"{what}: {result.Errors}{result.Text}");
    }

    private Task<List<VerbHelp>> WalkAsync() => known ??= WalkOnceAsync();

    private async Task<List<VerbHelp>> WalkOnceAsync()
    {
        var (found, open) = (new List<VerbHelp>(), new Queue<string[]>([[]]));
        while (open.TryDequeue(out var words))
        {
            var help = await RunAsync([.. words, "--help"]);
            Assert.True(help.ExitCode == 0 && help.Errors.Length == 0, $"{string.Join(' ', words)} --help: exit {help.ExitCode}: {help.Errors}");
            var verb = VerbHelp.Read(words, help.Text);
            found.Add(verb);
            foreach (var sub in verb.Subverbs)
                open.Enqueue([.. words, sub]);
        }

        return found;
    }

    // In a directory and a home of its own, so that nothing of this machine's counts; gpg always leaves something in its home.
    private Task<ChildResult> RunAsync(string[] arguments) => ChildProcess.RunAsync(
        PlombaProgram.Path,
        arguments,
        environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = _directory.Path, ["GNUPGHOME"] = _gpg.Path },
        directory: _directory.Path);

    private sealed partial record VerbHelp(string[] Words, List<string> Subverbs, Dictionary<string, string> Options, List<string> WithValue)
    {
        public string Name => string.Join(' ', Words);

        public static VerbHelp Read(string[] words, string text)
        {
            var verb = new VerbHelp(words, [], new(StringComparer.Ordinal), []);
            var section = "";
            foreach (var line in text.Split('\n'))
            {
                if (line.Length > 0 && line[0] != ' ')
                    section = line.Trim();
                else if (section == "Commands:" && line.StartsWith("  ", StringComparison.Ordinal))
                    verb.Subverbs.Add(line.Trim().Split(' ')[0]);
                else if (section == "Options:" && OptionLine().Match(line) is { Success: true } option)
                    verb.Add(option);
            }

            return verb;
        }

        private void Add(Match option)
        {
            Options[option.Groups["name"].Value] = option.Groups["told"].Value;
            if (option.Groups["value"].Success && option.Groups["value"].Value != "=false")
                WithValue.Add(option.Groups["name"].Value);
        }

        [GeneratedRegex(@"^  (-\S+, )*(?<name>--[a-z][a-z.-]*)( <(?<value>[^>]+)>)?( \(REQUIRED\))?  +(?<told>.*)$", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex OptionLine();
    }
}
