using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

/// <summary>Runs a command line by skopeo and by the program: exit code and stdout must be the same.</summary>
internal static class AgainstSkopeo
{
    public static void SkipWithoutSkopeo() => Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");

    public static async Task<ChildResult> SameAsync(params string[] arguments)
    {
        var theirs = await ChildProcess.RunAsync("skopeo", arguments);
        var ours = await PlombaProgram.RunAsync(arguments);
        Assert.True(
            (theirs.ExitCode, theirs.Text) == (ours.ExitCode, ours.Text),
            $"{string.Join(' ', arguments)}: skopeo {theirs.ExitCode} {theirs.Text}{theirs.Errors} plomba {ours.ExitCode} {ours.Text}{ours.Errors}");
        Assert.DoesNotContain("   at ", ours.Errors, StringComparison.Ordinal);
        return ours;
    }
}
