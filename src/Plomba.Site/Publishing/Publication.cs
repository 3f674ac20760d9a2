using System.Collections.Immutable;
using System.Security.Cryptography;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Publishing;

/// <summary>
/// One signing of a site's trust bundle. Who must sign is what the site says; where more than one must, each run adds the
/// signatures of the keys at hand to a draft, and the run that completes it publishes it.
/// </summary>
/// <param name="directory">The bundle.</param>
/// <param name="keys">The private keys at hand.</param>
/// <param name="lifetime">How long machines take what is signed now for current.</param>
/// <param name="now">The time.</param>
public sealed class Publication(BundleDirectory directory, IReadOnlyList<SigningKey> keys, TimeSpan lifetime, DateTimeOffset now)
{
    // Renewing the root takes the administrators' signatures, so it outlives what it lets others sign by far.
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(730);

    // A thief of an online key can hide what is newer for as long as this, and machines notice a silent server after it.
    private static readonly TimeSpan OnlineLifetime = TimeSpan.FromDays(7);

    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());

    /// <summary>Signs what is derived from the site, and publishes it when enough have signed.</summary>
    /// <param name="trust">Whose signatures the site asks for.</param>
    /// <param name="files">What machines get.</param>
    /// <param name="replaceDraft">Begin anew when a draft says something else; the signatures on it are lost.</param>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public PublicationResult Publish(TrustSettings trust, ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>> files, bool replaceDraft)
    {
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentNullException.ThrowIfNull(files);
        if (!directory.TryRead(out var published, out var why))
            return new PublicationResult.Refused(why, null);
        var described = files.ToImmutableSortedDictionary(f => f.Key, f => TargetFile.Of(f.Value.Span));
        var wantedRoot = RootFor(trust, published);
        var keysOf = wantedRoot ?? published!.Keys;
        if (keys.FirstOrDefault(k => !MaySign(k, keysOf, published)) is { } stranger)
            return new PublicationResult.Refused(Text.Say($"the key {stranger.Public.Text} is none of this site's"), Text.Say("[trust] of the site names the keys that sign; a new one takes the signatures of the old ones first."));
        var (draftRoot, draftTargets) = directory.ReadDraft();
        if (draftTargets is null && wantedRoot is null && IsCurrent(published!, described))
            return new PublicationResult.Unchanged(DigestOf(published!.Root), ExpiryOf(published));
        var wantedTargets = new TargetsMetadata((published?.Targets?.Content.Version ?? 0) + 1, _now + lifetime, described);
        var isSame = IsSame(draftRoot, wantedRoot) && IsSame(draftTargets, wantedTargets);
        if (draftTargets is not null && !isSame && !replaceDraft)
        {
            return new PublicationResult.Refused(
                Text.Say($"the draft in {directory.Location} is not what this site says: {Different(draftTargets, described)}"),
                Text.Say("Find out which of the two is right. --replace-draft begins anew; whoever signed the draft signs again."));
        }

        var root = wantedRoot is null ? null : Sign(isSame ? draftRoot! : SignedMetadata.WithoutSignatures(wantedRoot), TufRole.Root, wantedRoot, published?.Keys);
        var targets = Sign(isSame ? draftTargets! : SignedMetadata.WithoutSignatures(wantedTargets), TufRole.Targets, keysOf);
        return Complete(published, root, targets, files);
    }

    /// <summary>
    /// Signs once more that the published bundle is the newest, for which online keys are enough; a draft that enough
    /// administrators have signed is published.
    /// </summary>
    /// <remarks>Here the lifetime is that of the timestamp, and of the snapshot when it would end sooner.</remarks>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public PublicationResult Renew()
    {
        if (!directory.TryRead(out var published, out var why))
            return new PublicationResult.Refused(why, null);
        var (root, targets) = directory.ReadDraft();
        var keysOf = (root?.Content as RootMetadata) ?? published?.Keys;
        if (targets is not null && keysOf is not null && Missing(published, root, targets, keysOf).Count == 0 && SignsOnline(keysOf))
            return Finish(published, root, targets, keysOf, null, lifetime);
        if (published?.Targets is null)
            return new PublicationResult.Refused(Text.Say($"nothing is published in {directory.Location} yet"), Text.Say("The administrators publish first: plomba site publish --sign-by KEYFILE"));
        if (!SignsOnline(published.Keys))
            return new PublicationResult.Refused(Text.Say("the keys given may not sign snapshot and timestamp"), Text.Say("[trust] online of the site names those that may; without it any administrator's does."));
        return Finish(published, null, null, published.Keys, null, lifetime);
    }

    private PublicationResult Complete(
        PublishedBundle? published, SignedMetadata? root, SignedMetadata targets, ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>> files)
    {
        var keysOf = (RootMetadata?)root?.Content ?? published!.Keys;
        var missing = Missing(published, root, targets, keysOf);
        if (missing.Count == 0 && SignsOnline(keysOf))
            return Finish(published, root, targets, keysOf, files, IsOnline(keysOf) && lifetime > OnlineLifetime ? OnlineLifetime : lifetime);
        directory.WriteDraft(root, targets, files);
        return new PublicationResult.Draft(missing, Changes(published, targets));
    }

    private PublicationResult.Published Finish(
        PublishedBundle? published,
        SignedMetadata? root,
        SignedMetadata? targets,
        RootMetadata keysOf,
        ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>>? files,
        TimeSpan timestampLifetime)
    {
        var listed = targets ?? published!.Targets!;
        var snapshot = targets is null && published!.Snapshot!.Content.Expires >= _now + lifetime && keysOf.IsSigned(TufRole.Snapshot, published.Snapshot)
            ? null
            : Sign(SignedMetadata.WithoutSignatures(SnapshotOf(listed, published)), TufRole.Snapshot, keysOf);
        var stated = snapshot ?? published!.Snapshot!;
        var description = new FileDescription(stated.Content.Version, TargetFile.Of(stated.Bytes.Span));
        var timestamp = Sign(
            SignedMetadata.WithoutSignatures(new TimestampMetadata((published?.Timestamp?.Content.Version ?? 0) + 1, _now + timestampLifetime, description)),
            TufRole.Timestamp,
            keysOf);
        directory.Write(root, targets, snapshot, timestamp, files);
        var newest = new PublishedBundle(root ?? published!.Root, timestamp, stated, listed);
        return new PublicationResult.Published(
            DigestOf(newest.Root), newest.Root.Content.Version, listed.Content.Version, ExpiryOf(newest), targets is null ? [] : Changes(published, targets));
    }

    private SnapshotMetadata SnapshotOf(SignedMetadata targets, PublishedBundle? published) => new(
        (published?.Snapshot?.Content.Version ?? 0) + 1,
        _now + lifetime,
        ImmutableSortedDictionary.Create<string, FileDescription>(StringComparer.Ordinal)
            .Add(SnapshotMetadata.TargetsFile, new FileDescription(targets.Content.Version, TargetFile.Of(targets.Bytes.Span))));

    // The root that the site asks for; null when the published one is it and lives long enough.
    private RootMetadata? RootFor(TrustSettings trust, PublishedBundle? published)
    {
        var administrators = new RoleKeys([.. trust.Administrators.Select(a => a.Key.Id)], trust.Threshold);
        var online = new RoleKeys([.. (trust.Online.Count > 0 ? trust.Online : trust.Administrators).Select(o => o.Key.Id)], 1);
        var root = new RootMetadata((published?.Keys.Version ?? 0) + 1, _now + (lifetime > RootLifetime ? lifetime : RootLifetime))
        {
            Keys = trust.Administrators.Concat(trust.Online).ToImmutableSortedDictionary(k => k.Key.Id, k => (TufKey?)k.Key, StringComparer.Ordinal),
            Roles = TufRoles.All.ToImmutableDictionary(role => role, role => role is TufRole.Root or TufRole.Targets ? administrators : online),
        };
        return published is not null && published.Keys.Expires >= _now + lifetime && TufRoles.All.All(role => published.Keys.HasSameKeys(root, role)) ? null : root;
    }

    private bool IsCurrent(PublishedBundle published, ImmutableSortedDictionary<TargetPath, TargetFile> files) =>
        published.Targets?.Content is TargetsMetadata targets && targets.Files.SequenceEqual(files) && targets.Expires >= _now + (lifetime * 0.9) && ExpiryOf(published) > _now;

    private bool IsSame(SignedMetadata? draft, RootMetadata? wanted) => (draft?.Content, wanted) switch
    {
        (null, null) => true,
        (RootMetadata root, not null) => root.Version == wanted.Version && root.Expires > _now + lifetime && TufRoles.All.All(role => root.HasSameKeys(wanted, role)),
        _ => false,
    };

    private bool IsSame(SignedMetadata? draft, TargetsMetadata wanted) =>
        draft?.Content is TargetsMetadata targets && targets.Version == wanted.Version && targets.Expires > _now && targets.Files.SequenceEqual(wanted.Files);

    private static bool MaySign(SigningKey key, RootMetadata root, PublishedBundle? published) =>
        TufRoles.All.Any(role => root.IdOf(key.Public, role) is not null) || published?.Keys.IdOf(key.Public, TufRole.Root) is not null;

    private static bool IsOnline(RootMetadata root) => !root.Roles[TufRole.Targets].KeyIds.Contains(root.Roles[TufRole.Timestamp].KeyIds[0], StringComparer.Ordinal);

    private bool SignsOnline(RootMetadata root) =>
        new[] { TufRole.Snapshot, TufRole.Timestamp }.All(role => keys.Count(k => root.IdOf(k.Public, role) is not null) >= root.Roles[role].Threshold);

    private SignedMetadata Sign(SignedMetadata metadata, TufRole role, params RootMetadata?[] roots) =>
        roots.OfType<RootMetadata>().Aggregate(metadata, (outer, root) => keys.Aggregate(outer, (inner, key) => key.Sign(inner, root, role)));

    // A new root is signed by the keys of the one before it and by its own (§5.3.4).
    private static List<MissingSignatures> Missing(PublishedBundle? published, SignedMetadata? root, SignedMetadata targets, RootMetadata keysOf)
    {
        var missing = new List<MissingSignatures>();
        if (root is not null && published is not null)
            Add(published.Keys, root, TufRole.Root);
        if (root is not null)
            Add(keysOf, root, TufRole.Root);
        Add(keysOf, targets, TufRole.Targets);
        return missing;

        void Add(RootMetadata by, SignedMetadata metadata, TufRole role)
        {
            var count = by.Roles[role].Threshold - by.CountSigners(role, metadata);
            var who = by.NotSigned(role, metadata).ToList();
            if (count > 0 && !missing.Exists(m => m.Role == role && m.Count == count && m.Keys.SequenceEqual(who)))
                missing.Add(new MissingSignatures(role, count, who));
        }
    }

    private static List<BundleChange> Changes(PublishedBundle? published, SignedMetadata targets)
    {
        var before = (published?.Targets?.Content as TargetsMetadata)?.Files ?? ImmutableSortedDictionary<TargetPath, TargetFile>.Empty;
        return Changes(before, ((TargetsMetadata)targets.Content).Files);
    }

    private static List<BundleChange> Changes(ImmutableSortedDictionary<TargetPath, TargetFile> before, ImmutableSortedDictionary<TargetPath, TargetFile> after) =>
    [
        .. after.Where(f => !before.ContainsKey(f.Key)).Select(f => new BundleChange(f.Key, BundleChangeKind.Added)),
        .. after.Where(f => before.TryGetValue(f.Key, out var old) && !old.Equals(f.Value)).Select(f => new BundleChange(f.Key, BundleChangeKind.Changed)),
        .. before.Keys.Where(p => !after.ContainsKey(p)).Select(p => new BundleChange(p, BundleChangeKind.Removed)),
    ];

    private static string Different(SignedMetadata draft, ImmutableSortedDictionary<TargetPath, TargetFile> files) =>
        Changes(((TargetsMetadata)draft.Content).Files, files) is { Count: > 0 } changes
            ? string.Join(", ", changes.Select(c => c.Path.Text))
            : Text.Say("its keys, its version or its time");

    private static string DigestOf(SignedMetadata root) => Convert.ToHexStringLower(SHA256.HashData(root.Bytes.Span));

    private static DateTimeOffset ExpiryOf(PublishedBundle bundle) =>
        new[] { bundle.Root, bundle.Timestamp, bundle.Snapshot, bundle.Targets }.OfType<SignedMetadata>().Min(m => m.Content.Expires);
}
