using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Policy;

/// <summary>A directory with policies for one test, and a home of its own for the program.</summary>
public sealed class PolicyFiles : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Path(string name) => _directory.Combine(name);

    /// <summary>Writes a file, <c>'</c> for <c>"</c>; returns its path.</summary>
    public string Write(string name, string text) => WriteRaw(name, text.Replace('\'', '"'));

    public string WriteRaw(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public Task<ChildResult> PlombaAsync(params string[] arguments) =>
        ChildProcess.RunAsync(PlombaProgram.Path, arguments, environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = _directory.Path });

    public async Task<JsonElement> JsonAsync(int exitCode, params string[] arguments)
    {
        var result = await PlombaAsync([.. arguments, "--output", "json"]);
        Assert.True(result.ExitCode == exitCode, $"exit {result.ExitCode}: {result.Text}{result.Errors}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public async Task<string> TextAsync(int exitCode, params string[] arguments)
    {
        var result = await PlombaAsync(arguments);
        Assert.True(result.ExitCode == exitCode, $"exit {result.ExitCode}: {result.Text}{result.Errors}");
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        return exitCode is 0 or 3 ? result.Text : result.Errors;
    }

    public void Dispose() => _directory.Dispose();
}
