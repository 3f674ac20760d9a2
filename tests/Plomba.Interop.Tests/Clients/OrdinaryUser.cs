using System.Globalization;
using System.Security.Cryptography;
using Plomba.Files;

namespace Plomba.Interop.Tests.Clients;

/// <summary>
/// An account of this machine that exists for one test: no privileges, subordinate ids for rootless podman, and homes of
/// its own. Only root can make it.
/// </summary>
internal sealed class OrdinaryUser : IAsyncDisposable
{
    // A private mount namespace without the unified cgroup of hybrid machines, with device nodes a user may open: what
    // rootless podman finds on an ordinary host. Arguments: DEVICES USER HOME, then the command.
    private const string Become = """
        set -eu
        devices=$1 user=$2 home=$3; shift 3
        mount --make-rshared /
        mount --make-private /sys/fs/cgroup
        umount /sys/fs/cgroup/unified 2>/dev/null || true
        for node in net/tun fuse; do
            if [ -e /dev/$node ]; then mount --bind "$devices/${node##*/}" /dev/$node; fi
        done
        cd "$home"
        exec setpriv --reuid "$user" --regid "$user" --init-groups --inh-caps=-all --reset-env \
            env HOME="$home" XDG_RUNTIME_DIR="$home/run" CONTAINERS_CONF="$home/containers.conf" TMPDIR="$home" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 "$@"
        """;

    private readonly TemporaryDirectory _directory = new(prefix: "user");
    private readonly List<string> _homes = [];

    private OrdinaryUser()
    {
    }

    /// <summary>What is missing to make one; empty when nothing is.</summary>
    public static string Missing { get; } = string.Join(", ", new[] { "useradd", "setpriv", "unshare", "newuidmap", "podman", "runc" }
        .Where(tool => !ChildProcess.IsInstalled(tool)));

    /// <summary>The account's name.</summary>
    public string Name { get; } = $"plomba-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    public static async Task<OrdinaryUser> CreateAsync()
    {
        var user = new OrdinaryUser();
        try
        {
            await MustAsync("useradd", "--no-create-home", "--home-dir", user._directory.Path, user.Name);
            var first = RandomNumberGenerator.GetInt32(100, 10_000) * 65_536;
            var range = $"{first.ToString(CultureInfo.InvariantCulture)}-{(first + 65_535).ToString(CultureInfo.InvariantCulture)}";
            await MustAsync("usermod", "--add-subuids", range, "--add-subgids", range, user.Name);
            var devices = Directory.CreateDirectory(user._directory.Combine("devices")).FullName;
            await MustAsync("mknod", "-m", "666", Path.Combine(devices, "tun"), "c", "10", "200");
            await MustAsync("mknod", "-m", "666", Path.Combine(devices, "fuse"), "c", "10", "229");
            await user.OwnAsync(user._directory.Path);
            return user;
        }
        catch
        {
            await user.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes everything below a path the user's.</summary>
    public Task OwnAsync(string path) => MustAsync("chown", "-R", $"{Name}:{Name}", path);

    /// <summary>A new home with what podman needs here; returns its path.</summary>
    public async Task<string> CreateHomeAsync(string name)
    {
        var home = _directory.Combine(name);
        foreach (var directory in new[] { "run", ".gnupg", ".config/containers/registries.d", ".config/containers/registries.conf.d" })
            Directory.CreateDirectory(Path.Combine(home, directory));
        foreach (var closed in new[] { "run", ".gnupg" })
            File.SetUnixFileMode(Path.Combine(home, closed), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(home, "containers.conf"), """
            [containers]
            default_ulimits = []
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "runc"
            """);
        _homes.Add(home);
        await OwnAsync(home);
        return home;
    }

    /// <summary>Runs a program as the user in one of its homes; the exit code is the caller's affair.</summary>
    public Task<ChildResult> RunAsync(string home, string program, params string[] arguments) => StartAsync(home, null, [program, .. arguments]);

    /// <summary>The same for what must succeed.</summary>
    public async Task<ChildResult> MustAsync(string home, byte[]? input, params string[] command)
    {
        var result = await StartAsync(home, input, command);
        return result.ExitCode == 0
            ? result
            : throw new InvalidOperationException($"{string.Join(' ', command)}: exit {result.ExitCode}: {result.Errors}{result.Text}");
    }

    /// <summary>Ends what podman and gpg left running, and removes account and homes.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var home in _homes)
        {
            await RunAsync(home, "gpgconf", "--kill", "all");
            await RunAsync(home, "podman", "unshare", "rm", "-rf", $"{home}/.local");
            await RunAsync(home, "podman", "system", "migrate");
        }

        await ChildProcess.RunAsync("userdel", ["--force", Name]);
        _directory.Dispose();
    }

    private Task<ChildResult> StartAsync(string home, byte[]? input, string[] command) =>
        ChildProcess.RunAsync("unshare", ["-m", "bash", "-c", Become, "become", _directory.Combine("devices"), Name, home, .. command], input);

    private static async Task MustAsync(string program, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(program, arguments);
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {result.Errors}");
    }
}
