using System.CommandLine;
using Plomba.Trust.Configuration;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.CommandLine;

/// <summary>A policy and the file it was read from; null when it was not read from one.</summary>
internal sealed record ChosenPolicy(SignaturePolicy Policy, string? File);

/// <summary>The option group <c>policy</c>: which policy decides.</summary>
internal sealed class PolicyOptions
{
    private readonly Option<string?> _policy = new("--policy") { Description = "The policy.json to apply.", HelpName = "FILE" };

    private readonly Option<bool> _insecure = new("--insecure-policy") { Description = "Accept everything without looking at signatures." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_policy);
        command.Add(_insecure);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_insecure) && result.GetValue(_policy) is not null)
                result.AddError("--insecure-policy and --policy are mutually exclusive");
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
        var reading = PolicyFile.Load(parsed.GetValue(_policy), environment, MachineFiles.Instance);
        foreach (var finding in reading.Findings)
            terminal.Say($"warning: {finding}");
        return reading.Policy is { } policy
            ? new ChosenPolicy(policy, reading.Path)
            : throw new Failure(
                $"Error loading trust policy: {reading.Failure}",
                reading.Path is null ? "Name a policy with --policy FILE; there is no built-in one." : "Correct the file; a policy that is not fully understood decides nothing.");
    }

    private static SignaturePolicy AcceptAnything { get; } = SignaturePolicy.Of(new InsecureAcceptAnything());
}
