using Plomba.Files;

namespace Plomba.Testing;

/// <summary>The program under test: PLOMBA_PROGRAM when set (the published one), else the one built beside the tests.</summary>
public static class PlombaProgram
{
    /// <summary>Path of the executable.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("PLOMBA_PROGRAM") is { Length: > 0 } named
        ? named
        : System.IO.Path.Combine(Repository, "artifacts", "bin", "Plomba", "debug", "plomba");

    /// <summary>Whether it is the published program, which needs nothing beside it.</summary>
    public static bool IsOneFile => !File.Exists(System.IO.Path.ChangeExtension(Path, ".dll"));

    /// <summary>The root of the repository the tests were built from.</summary>
    public static string Repository
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "Plomba.slnx")))
                directory = directory.Parent;
            return directory?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }
    }

    /// <summary>Runs the program to its end.</summary>
    public static Task<ChildResult> RunAsync(params string[] arguments) => ChildProcess.RunAsync(Path, arguments);
}
