using System.Globalization;
using Plomba.Files;

namespace Plomba.Testing.Machines;

/// <summary>A booted machine of a <see cref="MachineNetwork"/>: commands as root or as one of its users, its files, its power switch.</summary>
public sealed class Machine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly MachineNetwork network;
    private int init;

    internal Machine(MachineNetwork network, string name, string address) => (this.network, Name, Address) = (network, name, address);

    /// <summary>Host name.</summary>
    public string Name { get; }

    /// <summary>IPv4 address.</summary>
    public string Address { get; }

    /// <summary>The path by which this process reaches a file of the machine. Absolute symbolic links in it lead elsewhere.</summary>
    public string File(string path) => $"/proc/{init.ToString(CultureInfo.InvariantCulture)}/root{path}";

    /// <summary>Runs a program as root; its exit code is the caller's affair.</summary>
    public Task<ChildResult> RunAsync(params string[] command) => EnterAsync(null, [.. Environment("/root"), .. command]);

    /// <summary>The same for what must succeed.</summary>
    public Task<ChildResult> MustAsync(params string[] command) => MustAsync(null, command);

    /// <summary>The same with standard input.</summary>
    public async Task<ChildResult> MustAsync(byte[]? input, params string[] command) =>
        Succeeded(await EnterAsync(input, [.. Environment("/root"), .. command]), command);

    /// <summary>Runs a program as an ordinary user of the machine, in that user's home; its exit code is the caller's affair.</summary>
    public Task<ChildResult> RunAsAsync(string user, params string[] command) => RunAsAsync(null, user, command);

    /// <summary>The same for what must succeed.</summary>
    public async Task<ChildResult> MustAsAsync(string user, params string[] command) => Succeeded(await RunAsAsync(null, user, command), command);

    /// <summary>The same with standard input.</summary>
    public async Task<ChildResult> MustAsAsync(byte[] input, string user, params string[] command) => Succeeded(await RunAsAsync(input, user, command), command);

    /// <summary>Runs a script as root with <c>sh -e</c>; it must succeed.</summary>
    public Task<ChildResult> ScriptAsync(string script) => MustAsync("sh", "-ec", script);

    /// <summary>Writes a file of the machine as root; directories are made.</summary>
    public Task WriteAsync(string path, string content, string mode = "644") =>
        MustAsync(System.Text.Encoding.UTF8.GetBytes(content), "install", "-D", "-m", mode, "/dev/stdin", path);

    /// <summary>Reads a file of the machine as root.</summary>
    public async Task<string> ReadAsync(string path) => (await MustAsync("cat", path)).Text;

    /// <summary>Lets a user have a run directory without being logged in, which rootless podman wants; ends with the machine.</summary>
    public async Task LingerAsync(string user)
    {
        await MustAsync("loginctl", "enable-linger", user);
        await MustAsync("systemctl", "start", $"user@{(await MustAsync("id", "-u", user)).Text.Trim()}.service");
    }

    /// <summary>Shuts the machine down as its administrator would, and boots it again.</summary>
    public async Task RebootAsync()
    {
        await RunAsync("systemctl", "poweroff");
        for (var attempt = 0; network.IsOn(this); attempt++)
        {
            if (attempt == 1200)
                throw new TimeoutException($"{Name} does not shut down: {network.ConsoleOf(this)}");
            await Task.Delay(50);
        }

        await BootAsync();
    }

    internal async Task BootAsync()
    {
        await network.StartMachineAsync(this);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (network.FindInit(this) is { } found)
            {
                init = found;
                var state = await RunAsync("systemctl", "is-system-running", "--wait");
                if (state.Text.Trim() == "running")
                    return;
                if (state.Text.Trim() == "degraded")
                    throw new InvalidOperationException($"{Name} booted with failures: {(await RunAsync("systemctl", "--failed", "--no-legend")).Text}");
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"{Name} does not boot: {network.ConsoleOf(this)}");
    }

    private async Task<ChildResult> RunAsAsync(byte[]? input, string user, string[] command)
    {
        var account = (await MustAsync("getent", "passwd", user)).Text.Trim().Split(':');
        return await EnterAsync(
            input,
            ["setpriv", "--reuid", account[2], "--regid", account[3], "--init-groups", "--inh-caps=-all", "--reset-env", .. Environment(account[5], account[2]), .. command]);
    }

    private async Task<ChildResult> EnterAsync(byte[]? input, string[] command)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await ChildProcess.RunAsync(
            "nsenter", ["--target", init.ToString(CultureInfo.InvariantCulture), "--all", "--", .. command], input, cancellation: limit.Token);
    }

    private static IEnumerable<string> Environment(string home, string? user = null) =>
    [
        "env", "--ignore-environment", "--chdir", home, $"HOME={home}", "LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        .. user is null ? Array.Empty<string>() : [$"XDG_RUNTIME_DIR=/run/user/{user}", $"DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/{user}/bus"],
    ];

    private static ChildResult Succeeded(ChildResult result, string[] command) =>
        result.ExitCode == 0
            ? result
            : throw new InvalidOperationException($"{string.Join(' ', command)}: exit {result.ExitCode}: {result.Errors}{result.Text}");
}
