using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.TrustBundle;

/// <summary>tuf-js, another implementation of TUF, as npm installs it: once, below the build's own directory.</summary>
internal static class TufJs
{
    private static readonly string Directory = Path.Combine(PlombaProgram.Repository, "artifacts", "npm", "tuf-js");

    private static readonly Lazy<Task<bool>> Installation = new(InstallAsync);

    private static string Scripts => Path.Combine(PlombaProgram.Repository, "tests", "Plomba.Interop.Tests", "TrustBundle");

    /// <summary>Runs one of the scripts beside this file; the test is skipped by name where node, npm or the package is missing.</summary>
    public static async Task<ChildResult> RunAsync(string script, params string[] arguments)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("node") && ChildProcess.IsInstalled("npm"), "node and npm are not installed");
        Assert.SkipUnless(await Installation.Value, "npm cannot install tuf-js here");
        return await ChildProcess.RunAsync(
            "node",
            [Path.Combine(Scripts, script), .. arguments],
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["NODE_PATH"] = Path.Combine(Directory, "node_modules") });
    }

    private static async Task<bool> InstallAsync()
    {
        System.IO.Directory.CreateDirectory(Directory);
        if (System.IO.Directory.Exists(Path.Combine(Directory, "node_modules", "tuf-js")))
            return true;
        var result = await ChildProcess.RunAsync(
            "npm", ["install", "--prefix", Directory, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "tuf-js@5.0.1"], directory: Directory);
        return result.ExitCode == 0;
    }
}
