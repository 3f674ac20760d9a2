using System.Collections.Immutable;
using Plomba.Hosts.Rules.Configuration;
using Plomba.Hosts.Rules.Files;
using Plomba.Hosts.Rules.Images;
using Plomba.Hosts.Rules.Keys;
using Plomba.Hosts.Rules.Network;
using Plomba.Hosts.Rules.Policies;
using Plomba.Hosts.Rules.Traces;
using Plomba.Hosts.Rules.Users;

namespace Plomba.Hosts.Rules;

/// <summary>All rules, in the order of their ids. A new one is a file and a line here.</summary>
public static class RuleSet
{
    /// <summary>Every rule.</summary>
    public static ImmutableArray<Rule> All { get; } =
    [
        new ImagesOutsideGroups(),
        new AcceptingDefault(),
        new UncoveredNamespace(),
        new OpenScope(),
        new OpenTransport(),
        new Lookaside(),
        new AdministratorsWithImages(),
        new PrivateStore(),
        new OpenConfiguration(),
        new MissingLock(),
        new UnusablePolicy(),
        new OtherPolicy(),
        new UnreadableKey(),
        new ChangedKey(),
        new ExpiringKey(),
        new ExpiredKey(),
        new RevokedKey(),
        new ShadowedByRoot(),
        new UnusableConfiguration(),
        new UnansweredUrl(),
        new CrioInsecureRegistries(),
        new CrioSettings(),
        new OldRegistriesFormat(),
        new RegistryAccess(),
        new NamespacePolicyFiles(),
        new ForeignNamespacePolicies(),
        new RefusedImage(),
        new UnsignedName(),
        new DamagedStore(),
        new RefusedContainer(),
        new RefusedPod(),
        new OtherStore(),
        new PolicyAvoided(),
        new TrustFileRights(),
        new HostsFile(),
        new Certificates(),
        new Units(),
        new JoinedBundle(),
    ];

    /// <summary>Checks a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="rules">Which rules, from <see cref="All"/>.</param>
    public static CheckReport Check(CheckedMachine machine, ImmutableArray<Rule> rules)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var start = machine.Clock.GetTimestamp();
        ImmutableArray<Finding> findings = [.. rules.SelectMany(r => r.Check(machine).Take(CheckReport.MostFindings))];
        return new CheckReport(rules, findings, machine.Images.Count, machine.Users.Count, machine.Now, machine.Clock.GetElapsedTime(start));
    }
}
