using System.Collections.Immutable;
using Plomba.Images.Transports;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;
using Plomba.Trust.Json;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Policy.Linting;

/// <summary>What a lint gave.</summary>
/// <param name="File">The policy that was looked at; null when there is none.</param>
/// <param name="Failure">Why nothing could be looked at; null when it could.</param>
/// <param name="Findings">By file and place; at most <see cref="PolicyLint.MostFindings"/>.</param>
internal sealed record PolicyLintResult(string? File, string? Failure, ImmutableArray<PolicyFinding> Findings)
{
    /// <summary>Whether an error is among the findings.</summary>
    public bool HasErrors => Findings.Any(f => f.IsError);
}

/// <summary>
/// Finds what a policy does not do although its author surely thinks so, as far as the files of a machine tell
/// (TRUST.md §12): nothing is contacted.
/// </summary>
/// <param name="environment">Whose configuration counts.</param>
/// <param name="files">The files.</param>
/// <param name="resolve">Resolves symbolic links of path scopes.</param>
/// <param name="now">When keys must count.</param>
internal sealed class PolicyLint(TrustEnvironment environment, ITrustFiles files, PathResolver resolve, DateTimeOffset now)
{
    /// <summary>More findings are not reported.</summary>
    public const int MostFindings = 1000;

    private const string Name = "policy.json";

    /// <summary>Looks at <paramref name="path"/>, else at the policy that applies to this user.</summary>
    public PolicyLintResult Run(string? path)
    {
        var reading = PolicyFile.Load(path, environment, files);
        if (reading.Path is not { } file)
            return new PolicyLintResult(null, reading.Failure, []);
        var content = files.Read(file, PolicyReader.MaximumLength);
        if (!content.IsRead)
            return new PolicyLintResult(file, content.Message, []);
        var findings = PolicyReader.Read(content.Bytes) is { Policy: { } policy }
            ? Shadows(file).Concat(OldFormats()).Concat(Policy(file, policy, content.Bytes))
            : reading.Mistakes.Select(m => PolicyFinding.At(file, m, isError: true, PolicyFindingId.Syntax));
        return new PolicyLintResult(
            file,
            null,
            [.. findings.Take(MostFindings).OrderBy(f => f.File != file).ThenBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column)]);
    }

    private IEnumerable<PolicyFinding> Shadows(string file)
    {
        var (user, system) = (environment.UserFile(Name), TrustEnvironment.SystemFile(Name));
        if (file == user && files.Exists(system))
            yield return new PolicyFinding(system, 0, 0, false, PolicyFindingId.FileShadowed, Text.Say($"is not read by this user: {user} is read instead"));
        if (file == system && files.Exists(user))
            yield return new PolicyFinding(file, 0, 0, false, PolicyFindingId.FileShadowed, Text.Say($"is not read by this user: {user} is read instead"));
        foreach (var name in (string[])["registries.d", "registries.conf"])
        {
            if (files.Exists(environment.UserFile(name)) && files.Exists(TrustEnvironment.SystemFile(name)))
                yield return new PolicyFinding(TrustEnvironment.SystemFile(name), 0, 0, false, PolicyFindingId.FileShadowed, Text.Say($"is not read by this user: {environment.UserFile(name)} is read instead"));
        }
    }

    private IEnumerable<PolicyFinding> OldFormats()
    {
        const string Registries = "registries.conf";
        var file = files.Exists(environment.UserFile(Registries)) ? environment.UserFile(Registries) : TrustEnvironment.SystemFile(Registries);
        var content = files.Read(file, TomlTreeReader.MaximumLength);
        // What is no TOML is told as such by whoever loads it.
        if (content.IsRead && TomlTreeReader.Read(content.Bytes.Span, out _) is { } root && IsOld(root))
            yield return new PolicyFinding(file, 0, 0, false, PolicyFindingId.RegistriesOldFormat, Text.Say("is in the first format of registries.conf, which podman 6 and newer CRI-O refuse: write [[registry]] entries and unqualified-search-registries"));
    }

    private static bool IsOld(TomlTable root)
    {
        try
        {
            return OldFormat.Read(root) is not null;
        }
        catch (WrongTomlException)
        {
            return false;
        }
    }

    private IEnumerable<PolicyFinding> Policy(string file, SignaturePolicy policy, ReadOnlyMemory<byte> bytes)
    {
        var stores = Stores(out var mistakes);
        foreach (var mistake in mistakes)
            yield return new PolicyFinding(mistake.File ?? file, mistake.Place?.Line ?? 0, mistake.Place?.Column ?? 0, true, PolicyFindingId.Configuration, QuotedText.Printable(mistake.Message));
        var rules = new RuleCheck(policy, files, resolve, now, stores);
        foreach (var rule in PolicyText.Of(bytes).Rules)
        {
            foreach (var (offset, isError, id, text) in rules.Find(rule))
                yield return PolicyFinding.At(file, Mistake.At(bytes.Span, offset, text), isError, id);
        }
    }

    private SignatureStoreCheck? Stores(out List<ConfigurationMistake> mistakes)
    {
        var stores = SignatureStores.Load(SignatureStores.Locate(null, environment, files), files, out var wrongStores);
        var registries = RegistriesConfiguration.Load(null, environment, files, out var wrongRegistries);
        mistakes = [.. ((ConfigurationMistake?[])[wrongStores, wrongRegistries]).OfType<ConfigurationMistake>()];
        return stores is null ? null : new SignatureStoreCheck(stores, registries ?? RegistriesConfiguration.Empty);
    }
}
