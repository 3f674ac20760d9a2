using System.Collections.Immutable;
using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Images;
using Plomba.Trust.Keys;
using Plomba.Trust.Policy;

namespace Plomba.Verbs.Policy;

/// <summary>What <c>policy set</c> can ask for.</summary>
internal static class RuleOptions
{
    private static readonly Option<string[]> SignedBy = Files("--signed-by", Text.Say("OpenPGP public key files."));
    private static readonly Option<string[]> SigstoreKey = Files("--sigstore-key", Text.Say("Sigstore public key files."));
    private static readonly Option<bool> Accept = new("--accept") { Description = Text.Say("Let everything in.") };
    private static readonly Option<bool> Refuse = new("--reject") { Description = Text.Say("Let nothing in.") };
    private static readonly Option<string> Require = new("--require") { Description = Text.Say("Of several keys: any one of them (default), or all."), HelpName = "any|all", DefaultValueFactory = _ => "any" };
    private static readonly Option<string?> Identity = new("--identity")
    {
        Description = Text.Say("What a signature must be for: matchRepoDigestOrExact (default), matchExact, matchRepository, exactReference=REF, exactRepository=REPOSITORY, remapIdentity=PREFIX=SIGNEDPREFIX."),
        HelpName = "RULE",
    };

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[SignedBy, SigstoreKey, Accept, Refuse, Require, Identity])
            command.Add(option);
        Require.AcceptOnlyFromAmong("any", "all");
    }

    /// <summary>The requirement list that was asked for.</summary>
    /// <exception cref="Failure">Not exactly one thing was asked for, or a file cannot be a key.</exception>
    public static ImmutableArray<PolicyRequirement> Read(ParseResult parsed)
    {
        var (signedBy, sigstore) = (parsed.GetValue(SignedBy) ?? [], parsed.GetValue(SigstoreKey) ?? []);
        var ways = new[] { signedBy.Length > 0, sigstore.Length > 0, parsed.GetValue(Accept), parsed.GetValue(Refuse) };
        if (ways.Count(w => w) != 1)
            throw Failure.Usage(Text.Say("give exactly one of --signed-by FILE, --sigstore-key FILE, --accept and --reject"));
        var identity = parsed.GetValue(Identity) is { } text ? ReadIdentity(text) : null;
        if (identity is not null && signedBy.Length + sigstore.Length == 0)
            throw Failure.Usage(Text.Say("--identity goes with --signed-by or --sigstore-key"));
        if (parsed.GetValue(Accept))
            return [new InsecureAcceptAnything()];
        if (parsed.GetValue(Refuse))
            return [new Reject()];
        var isAll = parsed.GetValue(Require) == "all";
        return signedBy.Length > 0
            ? [.. Group(signedBy.Select(OpenPgpKey), isAll).Select(keys => new SignedBy(SignedByKeyType.GpgKeys, keys, identity))]
            : [.. Group(sigstore.Select(KeyFile), isAll).Select(keys => new SigstoreSigned(keys, null, null, null, identity))];
    }

    private static IEnumerable<KeyMaterial> Group(IEnumerable<string> files, bool isAll)
    {
        ImmutableArray<string> named = [.. files.Distinct(StringComparer.Ordinal)];
        return isAll || named.Length == 1 ? named.Select(KeyMaterial.Path) : [KeyMaterial.Paths(named)];
    }

    // A policy is read from anywhere: key files are named from the root.
    private static string KeyFile(string file)
    {
        if (file.Length == 0 || !File.Exists(file))
            throw new Failure(Text.Say($"{file}: no such key file"), Text.Say("Nothing was written: without its key files a policy refuses every signature."));
        return Path.GetFullPath(file);
    }

    private static string OpenPgpKey(string file)
    {
        var path = KeyFile(file);
        var reading = Trust.Files.MachineFiles.Instance.Read(path, KeyRing.MaximumLength);
        if (!reading.IsRead)
            throw new Failure(reading.Message, Text.Say("Nothing was written."));
        var ring = KeyRing.Read(reading.Bytes);
        if (ring.HasSecrets)
            throw new Failure(Text.Say($"{file} holds a secret key"), Text.Say("Name a file with the public key: plomba key export."));
        return ring.Describe(TimeProvider.System.GetUtcNow()).Count > 0 ? path : throw new Failure(Text.Say($"{file} holds no OpenPGP public key"), Text.Say("Nothing was written."));
    }

    private static SignedIdentity ReadIdentity(string text)
    {
        SignedIdentity? identity = text.Split('=') switch
        {
            ["matchExact"] => new MatchExact(),
            ["matchRepoDigestOrExact"] => new MatchRepoDigestOrExact(),
            ["matchRepository"] => new MatchRepository(),
            ["exactReference", var name] when ImageReference.TryParse(name, out var reference) && !reference.IsNameOnly => new ExactReference(name),
            ["exactRepository", var name] when ImageReference.TryParse(name, out _) => new ExactRepository(name),
            ["remapIdentity", var prefix, var signed] => new RemapIdentity(prefix, signed),
            _ => null,
        };
        return identity ?? throw Failure.Usage(
            Text.Say($"--identity {text} is none of matchRepoDigestOrExact, matchExact, matchRepository, exactReference=REF (with tag or digest), exactRepository=REPOSITORY, remapIdentity=PREFIX=SIGNEDPREFIX"));
    }

    private static Option<string[]> Files(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FILE…",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };
}
