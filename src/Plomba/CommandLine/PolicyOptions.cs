using System.CommandLine;
using Plomba.Site;
using Plomba.Site.Checking;
using Plomba.Site.Rendering;
using Plomba.Trust.Configuration;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Verbs.Site;

namespace Plomba.CommandLine;

/// <summary>The policy that decides.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="File">The policy.json or the site it was read from; null for none.</param>
/// <param name="Site">The site it was derived from; null for none.</param>
internal sealed record ChosenPolicy(SignaturePolicy Policy, string? File, SiteDescription? Site = null);

/// <summary>The option group <c>policy</c>: which policy decides.</summary>
internal sealed class PolicyOptions
{
    private readonly Option<string?> _policy = new("--policy") { Description = Text.Say("The policy.json to apply."), HelpName = "FILE" };

    private readonly Option<bool> _insecure = new("--insecure-policy") { Description = Text.Say("Accept everything without looking at signatures.") };

    private readonly Option<string?> _site = new("--site") { Description = Text.Say("Apply the policy that is derived from this site."), HelpName = "FILE" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_policy);
        command.Add(_insecure);
        command.Add(_site);
        command.Validators.Add(result =>
        {
            var given = new Option[] { _insecure, _policy, _site }.Where(o => result.GetResult(o) is { Implicit: false }).Take(2).ToList();
            if (given is [var one, var other])
                result.AddError(Text.Say($"{one.Name} and {other.Name} are mutually exclusive"));
        });
    }

    /// <summary>Whether everything is to be accepted.</summary>
    public bool IsInsecure(ParseResult parsed) => parsed.GetValue(_insecure);

    /// <summary>The policy that was asked for, else the user's, else the system's (TRUST.md §3.1).</summary>
    /// <exception cref="Failure">There is none, or it cannot be used: nothing can be decided (exit 1).</exception>
    public ChosenPolicy Read(ParseResult parsed, TrustEnvironment environment, Terminal terminal)
    {
        if (IsInsecure(parsed))
            return new ChosenPolicy(AcceptAnything, null);
        if (parsed.GetValue(_site) is { } path)
            return Derived(path);
        var reading = PolicyFile.Load(parsed.GetValue(_policy), environment, MachineFiles.Instance);
        foreach (var finding in reading.Findings)
            terminal.Say(Text.Say($"warning: {finding}"));
        return reading.Policy is { } policy
            ? new ChosenPolicy(policy, reading.Path)
            : throw new Failure(
                Text.Say($"Error loading trust policy: {reading.Failure}"),
                reading.Path is null ? Text.Say("Name a policy with --policy FILE; there is no built-in one.") : Text.Say("Correct the file; a policy that is not fully understood decides nothing."));
    }

    // A key file that is not the one the site names must not decide: the site is checked as `site check` does.
    private static ChosenPolicy Derived(string path)
    {
        var reading = SiteOption.Read(path, p => SiteCheck.Run(p, TimeProvider.System.GetUtcNow()));
        return reading is { HasErrors: false, Site: { } site }
            ? new ChosenPolicy(SitePolicy.ForClient(site), reading.File, site)
            : throw SiteOption.Invalid(path);
    }

    private static SignaturePolicy AcceptAnything { get; } = SignaturePolicy.Of(new InsecureAcceptAnything());
}
