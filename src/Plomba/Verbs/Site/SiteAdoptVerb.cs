using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Hosts.Adopting;
using Plomba.Hosts.Machines;
using Plomba.Registry.Catalog;
using Plomba.Registry.Signatures;
using Plomba.Site;
using Plomba.Site.Checking;
using Plomba.Site.Names;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Site;

/// <summary>
/// <c>plomba site adopt [DIR…]</c>: takes a deployment over that was made by hand: its site, its keys, its signatures. It
/// itself is never changed.
/// </summary>
internal static class SiteAdoptVerb
{
    private static readonly Argument<string[]> Directories = new("DIR")
    {
        Description = Text.Say("Where the deployment keeps keys/ and sigstore/ (default /var/sigstore)."),
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Root = new("--root")
    {
        Description = Text.Say("The root directory of the machine to read."),
        HelpName = "DIR",
        DefaultValueFactory = _ => "/",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = Text.Say("Put the site, its keys and its data here, also when not everything can be taken over (default: /etc/plomba and /var/lib/plomba)."),
        HelpName = "DIR",
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = Text.Say("The registry's name, when the files do not tell it."),
        HelpName = "HOST",
    };

    private static readonly Option<string[]> Fingerprint = FingerprintConfirmation.CreateOption();

    public static Command Create() => new Command("adopt", Text.Say("Take over a deployment made by hand: site, keys, signatures; it is not changed."))
    {
        Directories, Root, To, Name, Fingerprint,
    }.Does(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var fingerprints = FingerprintConfirmation.Parse(parsed.GetValue(Fingerprint));
        var registry = NameOf(parsed);
        if (!MachineRoot.Open(parsed.GetValue(Root)!).TryGet(out var root, out var error))
            throw new Failure(error.Message, Text.Say("Name the root directory of the machine with --root DIR."));
        using (root)
        {
            var target = TargetOf(parsed, root);
            var request = new AdoptionRequest { Directories = DirectoriesOf(parsed), Registry = registry, RefuseSignature = SignatureImport.Refuse };
            var found = await DeploymentReader.ReadAsync(root, request, TimeProvider.System, cancellation);
            var plan = AdoptionPlan.Of(found, target);
            AdoptReport.Write(terminal, plan);
            if (plan.Site is null || (plan.IsBlocked && parsed.GetValue(To) is null))
            {
                throw Failure.Refused(
                    Text.Say("not everything can be taken over, so nothing was written"),
                    plan.Site is null ? null : Text.Say("Mend what is blocked, or take over the rest into a directory of its own: --to DIR."));
            }

            Confirm(terminal, plan, fingerprints);
            await WriteAsync(terminal, root, plan, cancellation);
            return plan.IsBlocked ? ExitCode.Refused : ExitCode.Done;
        }
    }

    private static HostName? NameOf(ParseResult parsed)
    {
        if (parsed.GetValue(Name) is not { } text)
            return null;
        return HostName.TryParse(text, out var name, out var why) ? name : throw Failure.Usage($"--name {text}: {why}");
    }

    private static AdoptionTarget TargetOf(ParseResult parsed, MachineRoot root)
    {
        if (parsed.GetValue(To) is { Length: > 0 } directory)
            return AdoptionTarget.In(Path.GetFullPath(directory));
        return root.IsLive
            ? AdoptionTarget.Machine
            : throw Failure.Usage(Text.Say("--root reads another machine: tell where the new site goes with --to DIR"));
    }

    private static List<MachinePath> DirectoriesOf(ParseResult parsed) => [.. (parsed.GetValue(Directories) ?? []).Select(text =>
        MachinePath.TryParse(text, out var path, out var why) ? path : throw Failure.Usage($"{text}: {why}"))];

    // What an earlier run wrote was confirmed then.
    private static void Confirm(Terminal terminal, AdoptionPlan plan, IReadOnlyList<Fingerprint> fingerprints)
    {
        foreach (var key in plan.Found.Keys.Where(k => plan.Writer.StateOf(k) == AdoptionFileState.New))
            FingerprintConfirmation.Require(terminal, key.Source, key.Key.File.Key, fingerprints);
    }

    private static async Task WriteAsync(Terminal terminal, MachineRoot root, AdoptionPlan plan, CancellationToken cancellation)
    {
        SignatureImportResult? imported = null;
        await plan.Writer.WriteAsync(plan.Site!, plan.Found.Keys, async () =>
        {
            if (plan.Found.FoundSignatures.Count == 0)
                return;
            imported = await SignatureImport.RunAsync(plan.Target.Data, Read(root, plan.Found.FoundSignatures), TimeProvider.System, cancellation);
            if (imported is SignatureImportResult.Failed failed)
                throw new Failure(failed.Message, Text.Say("The site was not written. Keys and signatures that were taken over already stay; run it again."));
        });
        if (imported is SignatureImportResult.Done done)
        {
            terminal.Say(Text.Say($"Signatures taken over: {done.Added}; there already: {done.AlreadyThere}."));
            foreach (var (signature, _) in done.Left)
                terminal.Say(Text.Say($"left out, because the image has as many signatures as it may have: {signature.Repository}@{signature.Manifest}"));
        }

        var reading = SiteCheck.Run(plan.Target.Site, TimeProvider.System.GetUtcNow());
        foreach (var finding in reading.Findings)
            terminal.Say(finding.Describe(plan.Target.Site));
        terminal.Say(Text.Say($"{plan.Target.Site} is written. Look at it, stop the old services, then: plomba host apply server --site {plan.Target.Site}; it also gives the service its data"));
    }

    // Read once more: what was judged is not what is there now, until it is judged again.
    private static IEnumerable<AddSignature> Read(MachineRoot root, IReadOnlyList<FoundSignature> signatures)
    {
        foreach (var found in signatures)
        {
            if (!root.Read(found.Path, AddSignature.MaximumSize).TryGet(out var content, out _) || SignatureImport.Refuse(content, found.Manifest) is not null)
                continue;
            yield return new AddSignature
            {
                Repository = found.Repository,
                Manifest = found.Manifest,
                Content = content,
                Actor = new Actor(AccountName.TryParse(found.Owner, out var owner, out _) ? owner.Text : "", null),
                Origin = SignatureOrigin.Import,
            };
        }
    }
}

/// <summary>What will be done with a found deployment.</summary>
/// <param name="Found">The deployment.</param>
/// <param name="Target">Where the new site goes.</param>
/// <param name="Site">Its text; null when there can be none.</param>
/// <param name="Mistakes">What its check finds wrong.</param>
/// <param name="Writer">Knows what is there already.</param>
internal sealed record AdoptionPlan(
    FoundDeployment Found, AdoptionTarget Target, string? Site, IReadOnlyList<SiteFinding> Mistakes, AdoptionWriter Writer)
{
    public bool IsBlocked => Found.IsBlocked || Mistakes.Count > 0;

    public static AdoptionPlan Of(FoundDeployment found, AdoptionTarget target)
    {
        var text = found.Registry is null ? null : AdoptedSite.Write(found, target);
        List<SiteFinding> mistakes = text is null
            ? []
            : [.. SiteFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), target.Site).Findings.Where(f => f.Severity == FindingSeverity.Error)];
        return new AdoptionPlan(found, target, mistakes.Count == 0 ? text : null, mistakes, new AdoptionWriter(target));
    }
}
