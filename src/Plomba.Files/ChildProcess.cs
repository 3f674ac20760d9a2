#pragma warning disable RS0030 // The one class that may start processes.
using System.Diagnostics;
using System.Text;

namespace Plomba.Files;

/// <summary>What a finished child process left.</summary>
/// <param name="ExitCode">Its exit code; 128 + N when signal N ended it.</param>
/// <param name="Output">Standard output as bytes.</param>
/// <param name="Errors">Standard error, decoded as UTF-8.</param>
public sealed record ChildResult(int ExitCode, byte[] Output, string Errors)
{
    /// <summary>Standard output decoded as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Output);
}

/// <summary>
/// Runs another program to its end: no shell, arguments as a list, output collected, killed with all its children
/// when the caller cancels. The one place where a process is started.
/// </summary>
public static class ChildProcess
{
    /// <summary>Runs <paramref name="program"/> and waits for it.</summary>
    /// <param name="program">A name looked up in PATH, or a path.</param>
    /// <param name="arguments">Handed over one by one, never through a shell.</param>
    /// <param name="input">Standard input; null closes it at once.</param>
    /// <param name="environment">Variables to set; a null value removes one. Null: inherited unchanged.</param>
    /// <param name="directory">Working directory; null: the caller's.</param>
    /// <param name="cancellation">Kills the child and its children.</param>
    /// <exception cref="FileNotFoundException">The program is not installed.</exception>
    public static async Task<ChildResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        ReadOnlyMemory<byte>? input = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? directory = null,
        CancellationToken cancellation = default)
    {
        using var process = new Process();
        process.StartInfo = Describe(program, arguments, environment, directory);
        Start(process, program);
        await using var kill = cancellation.Register(() => Kill(process));
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await FeedAsync(process, input);
        await Task.WhenAll(reading, errors);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return new ChildResult(process.ExitCode, output.ToArray(), await errors);
    }

    /// <summary>Whether a program of that name is in PATH and executable.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, program))
        .Any(path => File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.OtherExecute) != UnixFileMode.None);

    private static ProcessStartInfo Describe(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? directory)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = directory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        return start;
    }

    private static void Start(Process process, string program)
    {
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new FileNotFoundException(Language.Text.Say($"cannot start {program}: {FileTrouble.Of(e.NativeErrorCode)}"), program, e);
        }
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte>? input)
    {
        try
        {
            if (input is { } bytes)
                await process.StandardInput.BaseStream.WriteAsync(bytes);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The child did not want all of its input; its exit code tells.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // Already gone.
        }
    }
}
