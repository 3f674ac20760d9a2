using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.Json;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Configuration;

/// <summary>Finds and reads the <c>policy.json</c> that applies on a machine (TRUST.md §3.1). There is no merging and no built-in policy.</summary>
public static class PolicyFile
{
    private const string Name = "policy.json";

    // Podman 6 looks at these; podman 4 and 5, skopeo and CRI-O do not.
    private const string NewerVariable = "CONTAINERS_POLICY_JSON";

    /// <summary>The explicit file if one is given, else the user's if it exists, else the system's.</summary>
    public static PolicyFileReading Load(string? explicitPath, TrustEnvironment environment, ITrustFiles files)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(files);
        var findings = Findings(explicitPath, environment);
        var user = environment.UserFile(Name);
        var system = TrustEnvironment.SystemFile(Name);
        var path = explicitPath ?? (files.Exists(user) ? user : files.Exists(system) ? system : null);
        if (path is null)
            return PolicyFileReading.Failed(null, Text.Say($"no policy.json file found at any of the following: \"{user}\", \"{system}\""), findings);

        var content = files.Read(path, PolicyReader.MaximumLength);
        if (!content.IsRead)
            return PolicyFileReading.Failed(path, content.Message, findings);
        var reading = PolicyReader.Read(content.Bytes);
        return reading.Policy is { } policy
            ? new PolicyFileReading(path, policy, null, [], findings)
            : PolicyFileReading.Failed(path, Text.Say($"invalid policy in \"{path}\": {reading.Mistakes[0]}"), findings) with { Mistakes = reading.Mistakes };
    }

    private static ImmutableArray<string> Findings(string? explicitPath, TrustEnvironment environment) =>
        explicitPath is null && environment.Variable(NewerVariable) is { Length: > 0 } other
            ? [Text.Say($"{NewerVariable} names {QuotedText.Of(other)}: Podman 6 reads that policy, older programs and this one do not")]
            : [];
}

/// <summary>What looking for a policy gave.</summary>
/// <param name="Path">The file that was found; null when there is none.</param>
/// <param name="Policy">Null when there is a <paramref name="Failure"/>.</param>
/// <param name="Failure">Why there is no policy, in the reference's words; with the first mistake's place.</param>
/// <param name="Mistakes">All mistakes in the file.</param>
/// <param name="Findings">What the administrator should know although it changes nothing here.</param>
public sealed record PolicyFileReading(
    string? Path, SignaturePolicy? Policy, string? Failure, ImmutableArray<Mistake> Mistakes, ImmutableArray<string> Findings)
{
    internal static PolicyFileReading Failed(string? path, string failure, ImmutableArray<string> findings) =>
        new(path, null, failure, [], findings);
}
