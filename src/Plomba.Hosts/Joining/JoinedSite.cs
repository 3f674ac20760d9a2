using System.Diagnostics.CodeAnalysis;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;
using Plomba.Site.Publishing;
using Plomba.Trust.Keys;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Joining;

/// <summary>The site that a machine has joined, as its newest trust bundle describes it, with the files it names.</summary>
public sealed class JoinedSite : ISiteMaterial
{
    private readonly MachineRoot _root;

    // Of one update: a refresh that comes between two reads must not mix its files with those of the one before.
    private readonly MachinePath _files;

    private JoinedSite(MachineRoot root, MachinePath files, SiteDescription site, DateTimeOffset expires, DateTimeOffset updated, Uri? url) =>
        (_root, _files, Site, Expires, Updated, Url) = (root, files, site, expires, updated, url);

    /// <summary>The site: the public part, as far as machines know it.</summary>
    public SiteDescription Site { get; }

    /// <summary>
    /// Until when the bundle says of itself that it is the newest. After that nothing is taken away, but somebody may be
    /// keeping news from this machine.
    /// </summary>
    public DateTimeOffset Expires { get; }

    /// <summary>When the source was last asked and everything was in order.</summary>
    public DateTimeOffset Updated { get; }

    /// <summary>Where it asks; null: it joined with files that were carried here.</summary>
    public Uri? Url { get; }

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>>? Authority =>
        Site.Registry.Tls?.Authority is null ? null : _root.Read(_files.Below(BundleContent.Authority.Text), KeyRing.MaximumLength);

    /// <summary>Reads the joined site.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="site">The site; null when the machine has joined none.</param>
    /// <param name="why">What is wrong, when it has joined one that cannot be used; else null.</param>
    public static bool TryRead(MachineRoot root, [NotNullWhen(true)] out JoinedSite? site, out string? why)
    {
        ArgumentNullException.ThrowIfNull(root);
        (site, why) = (null, null);
        var state = new JoinedState(root);
        if (state.ReadNote() is not { } note)
            return false;
        var files = state.FilesInForce() ?? JoinedState.Current;
        var path = files.Below(BundleContent.SiteFile.Text);
        if (!root.Read(path, SiteFile.MaximumSize).TryGet(out var bytes, out var error))
            why = error.Message;
        else if (SiteFile.Parse(bytes.Span, System.IO.Path.Join(root.Directory, JoinedState.Current.Below(BundleContent.SiteFile.Text).Text)).Site is not { } description)
            why = Text.Say($"{path} is not a site that this version of the program reads");
        else
            site = new JoinedSite(root, files, description, Expiry(state), note.Updated, note.Url);
        return site is not null;
    }

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>> KeyFile(SiteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _root.Read(_files.Below(BundleContent.KeyFile(key.Name).Text), KeyRing.MaximumLength);
    }

    // Metadata that cannot be read any more says nothing: that is as bad as expired.
    private static DateTimeOffset Expiry(JoinedState state) => TufRoles.All.Min(role =>
        state.Read(role) is { } bytes && SignedMetadata.TryRead(bytes, role, out var metadata, out _) ? metadata.Content.Expires : DateTimeOffset.MinValue);
}
