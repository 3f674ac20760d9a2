using System.Globalization;
using System.Security.Cryptography;
using Plomba.Files;

namespace Plomba.Testing.Machines;

/// <summary>
/// Machines of one's own and the network between them: booted systemd machines that see this machine's programs and
/// nothing else of it, and that reach each other and nothing else. They are gone, with their mounts, when this is disposed
/// or when the tests end in any other way.
/// </summary>
public sealed class MachineNetwork : IAsyncDisposable
{
    private static readonly string[] Tools = ["systemd-nspawn", "unshare", "nsenter", "setpriv", "ip", "awk", "podman", "runc", "dbus-daemon"];

    private readonly string id = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly TemporaryDirectory directory = new(prefix: "machines");
    private readonly RunningProgram keeper;

    private MachineNetwork()
    {
        keeper = RunningProgram.Start("unshare", ["--mount", "--net", "--pid", "--fork", "--kill-child", "bash", Script, "keep", directory.Path, id, PlombaProgram.Path]);
    }

    private static string Script => Path.Combine(PlombaProgram.Repository, "tests", "Plomba.Testing", "Machines", "machines.sh");

    /// <summary>Why machines cannot be had here; null when they can.</summary>
    public static string? Missing()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return "only root can boot machines";
        var missing = Tools.Where(tool => !ChildProcess.IsInstalled(tool)).ToList();
        if (missing.Count > 0)
            return $"not installed: {string.Join(", ", missing)}";
        var allowed = ChildProcess.RunAsync("unshare", ["--mount", "--net", "--pid", "--fork", "sh", "-c", "mount -t tmpfs tmpfs /mnt && ip link add probe type bridge"]);
        return allowed.GetAwaiter().GetResult() is { ExitCode: not 0 } refused ? $"namespaces and mounts are not allowed here: {refused.Errors.Trim()}" : null;
    }

    /// <summary>Makes the network, without machines.</summary>
    public static async Task<MachineNetwork> StartAsync()
    {
        var network = new MachineNetwork();
        try
        {
            for (var attempt = 0; !network.keeper.Log.Contains("kept", StringComparison.Ordinal); attempt++)
            {
                if (network.keeper.HasExited || attempt == 600)
                    throw new InvalidOperationException($"no machines can be made here: {network.keeper.Log}");
                await Task.Delay(20);
            }

            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a machine and boots it.</summary>
    /// <param name="name">Its host name.</param>
    /// <param name="address">Its IPv4 address in the network, such as <c>10.77.0.2</c>; they all share its first three numbers.</param>
    public async Task<Machine> BootAsync(string name, string address)
    {
        var machine = new Machine(this, name, address);
        await machine.BootAsync();
        return machine;
    }

    /// <summary>Ends every machine at once, as a power cut does, and leaves nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await keeper.EndInputAsync(TimeSpan.FromSeconds(10));
        await keeper.DisposeAsync();
        directory.Dispose();
    }

    internal async Task StartMachineAsync(Machine machine)
    {
        var keeperId = await File.ReadAllTextAsync($"/proc/{keeper.Id}/task/{keeper.Id}/children");
        var boot = await ChildProcess.RunAsync(
            "nsenter", ["--target", keeperId.Trim(), "--mount", "--net", "--pid", "bash", Script, "boot", directory.Path, id, machine.Name, machine.Address]);
        if (boot.ExitCode != 0)
            throw new InvalidOperationException($"the machine {machine.Name} could not be made: {boot.Errors}");
    }

    /// <summary>Whether the machine's power is on: also while it boots or shuts down.</summary>
    internal bool IsOn(Machine machine) => FindContainer(machine) != 0;

    /// <summary>The process id of a machine's systemd, seen from here; null while there is none.</summary>
    internal int? FindInit(Machine machine)
    {
        var container = FindContainer(machine);
        var children = Read($"/proc/{container}/task/{container}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return children.Select(child => int.Parse(child, CultureInfo.InvariantCulture))
            .FirstOrDefault(child => Read($"/proc/{child}/comm").Trim() == "systemd") is var init and not 0 ? init : null;
    }

    internal string ConsoleOf(Machine machine) => Read($"/proc/{keeper.Id}/root{directory.Combine(machine.Name, "console")}");

    private int FindContainer(Machine machine)
    {
        var root = $"--directory={directory.Combine(machine.Name, "root")}";
        return Processes().FirstOrDefault(process => CommandLine(process) is var words
            && words[0].EndsWith("systemd-nspawn", StringComparison.Ordinal) && words.Contains(root, StringComparer.Ordinal));
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var process) ? process : 0).Where(process => process != 0);

    private static string[] CommandLine(int process) => Read($"/proc/{process}/cmdline").Split('\0');

    // A process may be gone at any moment.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
