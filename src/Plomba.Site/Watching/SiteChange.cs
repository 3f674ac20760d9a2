namespace Plomba.Site.Watching;

/// <summary>A site that was taken up while the program runs.</summary>
public sealed record SiteChange
{
    /// <summary>The site in force from now on: the new one, with what only a restart takes as it was at the start.</summary>
    public required SiteDescription Site { get; init; }

    /// <summary>The tables that say something else than before: <c>[[namespace]]</c>, <c>[access]</c>; empty when only comments changed.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>What is written otherwise than at the start and waits for a restart: <c>registry.listen</c>.</summary>
    public required IReadOnlyList<string> NeedsRestart { get; init; }

    /// <summary>Compares a new site with the one in force and the one the program started with.</summary>
    public static SiteChange Between(SiteDescription started, SiteDescription inForce, SiteDescription fresh)
    {
        ArgumentNullException.ThrowIfNull(started);
        ArgumentNullException.ThrowIfNull(inForce);
        ArgumentNullException.ThrowIfNull(fresh);
        var site = fresh with
        {
            KeysDirectory = started.KeysDirectory,
            Registry = fresh.Registry with
            {
                Listen = started.Registry.Listen,
                Data = started.Registry.Data,
                // Where the CA's certificate is means nothing to the server: it follows the file.
                Tls = started.Registry.Tls is { } files ? files with { Authority = fresh.Registry.Tls?.Authority } : null,
                VerifyEveryRead = started.Registry.VerifyEveryRead,
            },
            Signatures = fresh.Signatures with { Listen = started.Signatures.Listen, Inboxes = started.Signatures.Inboxes },
        };
        return new SiteChange
        {
            Site = site,
            Changed = [.. Parts(inForce).Zip(Parts(site)).Where(p => p.First.Value != p.Second.Value).Select(p => p.First.Name)],
            NeedsRestart = [.. Fixed(started).Zip(Fixed(fresh)).Where(p => p.First.Value != p.Second.Value).Select(p => p.First.Name)],
        };
    }

    private static IEnumerable<(string Name, string Value)> Fixed(SiteDescription site)
    {
        yield return ("registry.listen", string.Join(' ', site.Registry.Listen));
        yield return ("registry.data", site.Registry.Data.Text);
        yield return ("registry.tls", $"{site.Registry.Tls?.Certificate} {site.Registry.Tls?.Key}");
        yield return ("registry.verify-reads", $"{site.Registry.VerifyEveryRead}");
        yield return ("signatures.listen", string.Join(' ', site.Signatures.Listen));
        yield return ("signatures.inboxes", site.Signatures.Inboxes.Text);
        yield return ("keys.directory", site.KeysDirectory.Text);
    }

    private static IEnumerable<(string Name, string Value)> Parts(SiteDescription site)
    {
        yield return ("[site]", site.Name.Text);
        yield return ("[registry]", $"{site.Registry.Name} {site.Registry.Address} {site.Registry.Tls?.Authority}");
        yield return ("[signatures]", $"{site.Signatures.Name} {site.Signatures.Address} {site.Signatures.Extension}");
        yield return ("[groups]", $"{site.Groups}");
        yield return ("[access]", $"{site.Access}");
        yield return ("[trust]", site.Trust is { } trust ? $"{trust.Threshold} {string.Join(' ', trust.Administrators)} {string.Join(' ', trust.Online)}" : "");
        yield return ("[[key]]", string.Join('\n', site.Keys));
        yield return ("[[namespace]]", string.Join('\n', site.Namespaces.Select(n =>
            $"{n.Name.Text}:{string.Join(' ', n.Makers)}:{string.Join(' ', n.Keys.Select(k => k.Name))}:{n.Require}:{n.Identity}:{n.PublicLookaside}:{string.Join(' ', n.Kubernetes)}")));
    }
}
