using Plomba.Files;

namespace Plomba.SelfTest;

/// <summary>What a client made of an image: whether it took it, and what it said.</summary>
internal sealed record ClientAnswer(bool Accepted, string Text);

/// <summary>Something that decides whether an image may be used.</summary>
internal interface ITrialClient
{
    /// <summary>Its name in the checklist.</summary>
    string Name { get; }

    /// <summary>Decides about <c>docker://</c><paramref name="image"/> under a policy and signature stores.</summary>
    Task<ClientAnswer> DecideAsync(string image, string policy, string stores, CancellationToken cancellation);
}

/// <summary><c>plomba verify</c>, which never errs towards acceptance: only exit code 3 counts as a refusal.</summary>
internal sealed class PlombaClient : ITrialClient
{
    public string Name => "plomba";

    public async Task<ClientAnswer> DecideAsync(string image, string policy, string stores, CancellationToken cancellation)
    {
        var result = await Trial.PlombaAsync(
            ["verify", $"docker://{image}", "--policy", policy, "--registries.d", stores, "--tls-verify=false"], cancellation);
        var text = result.Text + result.Errors;
        return result.ExitCode is 0 or 3 ? new ClientAnswer(result.ExitCode == 0, text) : new ClientAnswer(false, Text.Say($"undecided: {text}"));
    }
}

/// <summary>skopeo, copying into a directory.</summary>
internal sealed class SkopeoClient(string directory) : ITrialClient
{
    public string Name => "skopeo";

    public async Task<ClientAnswer> DecideAsync(string image, string policy, string stores, CancellationToken cancellation)
    {
        using var target = new TemporaryDirectory(directory, "copy");
        var result = await ChildProcess.RunAsync(
            "skopeo",
            ["copy", "-q", "--policy", policy, "--registries.d", stores, "--src-tls-verify=false", $"docker://{image}", $"dir:{target.Path}"],
            environment: ClientHome.Of(directory),
            cancellation: cancellation);
        return new ClientAnswer(result.ExitCode == 0, result.Errors);
    }
}

/// <summary>podman, pulling into a store of its own.</summary>
internal sealed class PodmanClient(string directory) : ITrialClient
{
    public string Name => "podman";

    /// <summary>Why podman does not run here at all (an ordinary user without subordinate ids, say); null: it runs.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        DurableFile.CreateDirectory(Path.Combine(directory, "run"));
        var info = await ChildProcess.RunAsync("podman", [.. Store, "info"], environment: ClientHome.Of(directory), cancellation: cancellation);
        return info.ExitCode == 0 ? null : info.Errors.Trim().Split('\n')[^1];
    }

    public async Task<ClientAnswer> DecideAsync(string image, string policy, string stores, CancellationToken cancellation)
    {
        // podman takes signature stores only from the home directory.
        var home = Path.Combine(directory, "home", ".config", "containers", "registries.d");
        DurableFile.CreateDirectory(home);
        foreach (var file in Directory.EnumerateFiles(home))
            DurableFile.Delete(file);
        foreach (var file in Directory.EnumerateFiles(stores))
            DurableFile.Write(Path.Combine(home, Path.GetFileName(file)), await File.ReadAllBytesAsync(file, cancellation));
        var result = await ChildProcess.RunAsync(
            "podman",
            [.. Store, "pull", "-q", "--tls-verify=false", "--signature-policy", policy, image],
            environment: ClientHome.Of(directory),
            cancellation: cancellation);
        return new ClientAnswer(result.ExitCode == 0, result.Errors);
    }

    private string[] Store =>
        ["--root", Path.Combine(directory, "store"), "--runroot", Path.Combine(directory, "run"), "--storage-driver", "vfs", "--events-backend", "none", "--cgroup-manager", "cgroupfs"];
}

/// <summary>A home for foreign clients inside the trial's directory.</summary>
internal static class ClientHome
{
    /// <summary>Root's own on the trial's machine, with nothing of the caller's.</summary>
    public static Dictionary<string, string?> OfRoot { get; } = new(StringComparer.Ordinal)
    {
        ["HOME"] = "/root",
        ["XDG_CONFIG_HOME"] = null,
        ["XDG_DATA_HOME"] = null,
        ["XDG_RUNTIME_DIR"] = null,
        ["REGISTRY_AUTH_FILE"] = null,
        ["CONTAINERS_CONF"] = null,
        ["CONTAINERS_STORAGE_CONF"] = null,
        ["CONTAINERS_REGISTRIES_CONF"] = null,
        ["TMPDIR"] = null,
        ["LANG"] = "C.UTF-8",
    };

    public static Dictionary<string, string?> Of(string directory) => new(StringComparer.Ordinal)
    {
        ["HOME"] = Path.Combine(directory, "home"),
        ["XDG_CONFIG_HOME"] = null,
        ["XDG_RUNTIME_DIR"] = Path.Combine(directory, "run"),
        ["REGISTRY_AUTH_FILE"] = null,
        ["TMPDIR"] = directory,
        ["LANG"] = "C.UTF-8",
    };
}
