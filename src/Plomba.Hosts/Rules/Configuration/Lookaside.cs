using Plomba.Hosts.Plans;
using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Configuration;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P106: signatures are looked for elsewhere than the site keeps them.</summary>
internal sealed class Lookaside : Rule
{
    public override string Id => "P106";

    public override string Title => Text.Say("Signatures are looked for in another place");

    public override string Why => Text.Say("Signed images are refused because their signatures are not found, or another server's list of them is believed.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.Contains("/containers/registries.d/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.Site is not { } site)
            yield break;
        foreach (var (user, environment) in Environments(machine))
        {
            if (machine.SignatureStoresOf(environment, out _) is not { } stores)
                continue; // P119
            foreach (var @namespace in site.Namespaces.Where(n => n.PublicLookaside))
            {
                // Any image of the namespace: registries.d knows namespaces as policies do.
                var image = $"{site.ScopeOf(@namespace)}/image:latest";
                if (!ImageReference.TryParse(image, out var reference))
                    continue;
                var choice = stores.ForReading(reference, "");
                if (choice.TopLevel.TrimEnd('/') == site.LookasideUrl)
                    continue;
                var found = choice.TopLevel.Length == 0
                    ? Text.Say($"no signature store is configured for {site.ScopeOf(@namespace)}; the site's is {site.LookasideUrl}")
                    : Text.Say($"{choice.File} says {QuotedText.Of(choice.TopLevel)} for {site.ScopeOf(@namespace)}, the site says {site.LookasideUrl}");
                yield return Error(
                    user?.Name ?? "/etc/containers/registries.d",
                    found,
                    user is { Kind: UserKind.Maker } ? $"plomba host apply developer --user {ShellWord.Of(user.Name)}" : "plomba host apply client");
            }
        }
    }

    /// <summary>The system's configuration, and that of each user who has an own one.</summary>
    internal static IEnumerable<(CheckedUser? User, TrustEnvironment Environment)> Environments(CheckedMachine machine) =>
        machine.Users.Where(u => machine.Files.Exists(u.Environment.UserFile("registries.d")))
            .Select(u => ((CheckedUser?)u, u.Environment))
            .Prepend((null, CheckedMachine.SystemEnvironment));
}
