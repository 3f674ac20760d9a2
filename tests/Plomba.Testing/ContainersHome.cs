using Plomba.Files;

namespace Plomba.Testing;

/// <summary>
/// One user's view of podman, skopeo and buildah: an own HOME with its own configuration, image store and run directory,
/// so that nothing of the machine's is read or changed.
/// </summary>
public sealed class ContainersHome : IDisposable
{
    private readonly TemporaryDirectory directory = new(prefix: "home");
    private readonly Dictionary<string, string?> environment;

    /// <summary>Makes the home.</summary>
    /// <param name="gpgHome">GNUPGHOME for signing; null: none.</param>
    public ContainersHome(string? gpgHome = null)
    {
        Configuration = directory.Combine(".config", "containers");
        Directory.CreateDirectory(System.IO.Path.Combine(Configuration, "registries.d"));
        Directory.CreateDirectory(System.IO.Path.Combine(Configuration, "registries.conf.d"));
        Directory.CreateDirectory(directory.Combine("run"));
        File.WriteAllText(directory.Combine("containers.conf"), """
            [containers]
            default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
            [network]
            network_backend = "netavark"
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "runc"
            """);
        File.WriteAllText(directory.Combine("storage.conf"), $"""
            [storage]
            driver = "overlay"
            graphroot = "{directory.Combine("storage")}"
            runroot = "{directory.Combine("run")}"
            """);
        environment = new(StringComparer.Ordinal)
        {
            ["HOME"] = Path,
            ["XDG_CONFIG_HOME"] = null,
            ["XDG_RUNTIME_DIR"] = directory.Combine("run"),
            ["CONTAINERS_CONF"] = directory.Combine("containers.conf"),
            ["CONTAINERS_STORAGE_CONF"] = directory.Combine("storage.conf"),
            ["GNUPGHOME"] = gpgHome,
            ["TMPDIR"] = Path,
            ["LANG"] = "C.UTF-8",
        };
    }

    /// <summary>HOME.</summary>
    public string Path => directory.Path;

    /// <summary><c>~/.config/containers</c>.</summary>
    public string Configuration { get; }

    /// <summary>Writes <c>policy.json</c>.</summary>
    public void Policy(string json) => File.WriteAllText(System.IO.Path.Combine(Configuration, "policy.json"), json);

    /// <summary>Writes a file of <c>registries.d</c>.</summary>
    public void RegistriesD(string yaml) => File.WriteAllText(System.IO.Path.Combine(Configuration, "registries.d", "test.yaml"), yaml);

    /// <summary>Declares registries reachable over plain HTTP.</summary>
    public void Insecure(params ReadOnlySpan<string> registries) =>
        File.WriteAllText(
            System.IO.Path.Combine(Configuration, "registries.conf.d", "test.conf"),
            string.Concat(registries.ToArray().Select(name => $"[[registry]]\nlocation = \"{name}\"\ninsecure = true\n")));

    /// <summary>Runs a client with this home; its exit code is the caller's affair.</summary>
    public Task<ChildResult> RunAsync(string program, params string[] arguments) =>
        ChildProcess.RunAsync(program, arguments, environment: environment);

    /// <summary>Runs a client that must succeed.</summary>
    public async Task<ChildResult> MustAsync(string program, params string[] arguments)
    {
        var result = await RunAsync(program, arguments);
        return result.ExitCode == 0
            ? result
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {result.ExitCode}: {result.Errors}");
    }

    /// <summary>Unmounts what podman left and removes everything.</summary>
    public void Dispose()
    {
        if (Directory.Exists(directory.Combine("storage")) && ChildProcess.IsInstalled("podman"))
        {
            ChildProcess.RunAsync("podman", ["rm", "--all", "--force", "--time", "0"], environment: environment).GetAwaiter().GetResult();
            ChildProcess.RunAsync("umount", [directory.Combine("storage", "overlay")]).GetAwaiter().GetResult();
        }

        directory.Dispose();
    }
}
