using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Plomba.Testing;

/// <summary>A server process of a test: started, waited for, stopped as an operator would, or killed.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();

    private RunningProgram(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything it has printed so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>A TCP port of 127.0.0.1 that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a program and waits until the URL answers at all (any status).</summary>
    public static async Task<RunningProgram> StartAsync(string program, IEnumerable<string> arguments, string readyUrl, string? directory = null)
    {
        var running = Start(program, arguments, directory);
        try
        {
            await running.WaitUntilReadyAsync(readyUrl);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a program.</summary>
    public static RunningProgram Start(string program, IEnumerable<string> arguments, string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory ?? "",
        };
        return new RunningProgram(Process.Start(start)!);
    }

    /// <summary>Waits until the URL answers; fails with the log when the program ends or takes too long.</summary>
    public async Task WaitUntilReadyAsync(string url)
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"ended with {process.ExitCode} before it answered: {Log}");
            try
            {
                using var answer = await client.GetAsync(new Uri(url));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException($"{url} did not answer: {Log}");
    }

    /// <summary>Sends a signal by name (TERM, HUP).</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
            Signal("TERM");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Ends its standard input and waits so long for it to end by itself; whether it did.</summary>
    public async Task<bool> EndInputAsync(TimeSpan patience)
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Note(string? line)
    {
        lock (log)
            log.AppendLine(line);
    }
}
