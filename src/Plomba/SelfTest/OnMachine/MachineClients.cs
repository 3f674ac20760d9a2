using Plomba.Files;

namespace Plomba.SelfTest.OnMachine;

// These take policy and signature stores from where the machine has them, whatever they are told: that is the point.

/// <summary><c>plomba verify</c> without options.</summary>
internal sealed class PlombaOfMachine : ITrialClient
{
    public string Name => "plomba";

    public async Task<ClientAnswer> DecideAsync(string image, string policy, string stores, CancellationToken cancellation)
    {
        var result = await Trial.PlombaAsync(["verify", $"docker://{image}", .. RegistryOptions.For(image)], cancellation);
        return new ClientAnswer(result.ExitCode == 0, result.Text + result.Errors);
    }
}

/// <summary>podman, as root or as the ordinary user; what it pulled is removed again.</summary>
internal sealed class PodmanOfMachine(Visitor? visitor) : ITrialClient
{
    public string Name => visitor is null ? Text.Say("podman as root") : Text.Say("podman as an ordinary user");

    public async Task<ClientAnswer> DecideAsync(string image, string policy, string stores, CancellationToken cancellation)
    {
        var result = await RunAsync(["podman", "pull", "-q", .. RegistryOptions.For(image), image]);
        if (result.ExitCode == 0)
            await RunAsync(["podman", "rmi", "--force", image]);
        return new ClientAnswer(result.ExitCode == 0, result.Errors);

        Task<ChildResult> RunAsync(string[] command) =>
            visitor?.RunAsync(command, cancellation) ?? ChildProcess.RunAsync(command[0], command[1..], environment: ClientHome.OfRoot, cancellation: cancellation);
    }
}

/// <summary>
/// What CRI-O would decide: skopeo as root, with the policy that CRI-O's configuration names. CRI-O itself needs
/// Kubernetes around it.
/// </summary>
internal sealed class CrioStandIn(string policy, string target) : ITrialClient
{
    public string Name => Text.Say("skopeo with CRI-O's policy");

    public async Task<ClientAnswer> DecideAsync(string image, string _, string stores, CancellationToken cancellation)
    {
        using var copy = new TemporaryDirectory(target, "node");
        var result = await ChildProcess.RunAsync(
            "skopeo",
            ["copy", "-q", "--policy", policy, "--remove-signatures", .. RegistryOptions.For(image, "--src-tls-verify=false"), $"docker://{image}", $"dir:{copy.Path}"],
            environment: ClientHome.OfRoot,
            cancellation: cancellation);
        return new ClientAnswer(result.ExitCode == 0, result.Errors);
    }
}

/// <summary>What is said about registries on the command line: nothing for the site's, which the machine's configuration describes.</summary>
internal static class RegistryOptions
{
    public static string[] For(string image, string insecure = "--tls-verify=false") =>
        image.StartsWith("localhost:", StringComparison.Ordinal) ? [insecure] : [];
}
