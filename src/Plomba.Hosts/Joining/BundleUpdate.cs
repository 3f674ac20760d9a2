using System.Collections.Immutable;
using System.Globalization;
using Plomba.Hosts.Machines;
using Plomba.Site;
using Plomba.Site.Publishing;
using Plomba.Trust.Keys;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Joining;

/// <summary>
/// One update of a joined machine, as TUF's client workflow has it (specification 1.0, §5): every file is fetched with a
/// limit, judged by <see cref="TrustedMetadata"/>, and kept as soon as it is trusted. The files in force change at the very
/// end and all at once; whatever fails before leaves them as they are.
/// </summary>
internal sealed class BundleUpdate(MachineRoot root, IBundleSource source, DateTimeOffset now)
{
    private const int MostRotations = 256;
    private const int LongestFile = KeyRing.MaximumLength;
    private const long MostBytes = 128 * 1024 * 1024;

    private readonly JoinedState _state = new(root);

    /// <summary>Begins with the root that has this sha256: the newest, or whichever of the older ones the administrator's note names.</summary>
    public async Task<JoinResult> JoinAsync(string pin, CancellationToken cancellation)
    {
        TufRefusal? first = null;
        for (var version = 0; version <= MostRotations; version++)
        {
            var name = version == 0 ? "root.json" : string.Create(CultureInfo.InvariantCulture, $"{version}.root.json");
            switch (await source.FetchAsync(name, TufRole.Root.MaximumLength(), cancellation))
            {
                case BundleFile.Content { Bytes: var bytes }:
                    if (TrustedMetadata.TryBegin(bytes, pin, now, out var trusted, out var refusal))
                        return await RunAsync(trusted, bytes, cancellation);
                    first ??= refusal;
                    if (refusal.Kind != TufRefusalKind.WrongRoot)
                        return new JoinResult.Refused(refusal);
                    break;
                case BundleFile.Missing when version == 0:
                    break;
                case BundleFile.Missing:
                    return new JoinResult.Refused(first ?? new TufRefusal(TufRefusalKind.Missing, name, Text.Say("there is no trust bundle")));
                case var other:
                    return Failed(name, other);
            }
        }

        return new JoinResult.Refused(first!);
    }

    /// <summary>Goes on from what the machine trusts already.</summary>
    public async Task<JoinResult> RefreshAsync(CancellationToken cancellation)
    {
        if (_state.Read(TufRole.Root) is not { } kept || !TrustedMetadata.TryBegin(kept, null, now, out var trusted, out _))
            return new JoinResult.Damaged(Text.Say($"{JoinedState.Directory} does not hold the root it trusted: leave the site and join it again"));
        trusted.Recall(_state.Read(TufRole.Timestamp), _state.Read(TufRole.Snapshot), _state.Read(TufRole.Targets));
        return await RunAsync(trusted, null, cancellation);
    }

    private async Task<JoinResult> RunAsync(TrustedMetadata trusted, ReadOnlyMemory<byte>? firstRoot, CancellationToken cancellation)
    {
        // A machine that is about to join keeps nothing until everything is in order.
        var keep = firstRoot is null;
        if (await UpdateRootAsync(trusted, keep, cancellation) is { } stopped
            || (stopped = await UpdateAsync(trusted, TufRole.Timestamp, keep, cancellation)) is not null
            || (stopped = await UpdateAsync(trusted, TufRole.Snapshot, keep, cancellation)) is not null
            || (stopped = await UpdateAsync(trusted, TufRole.Targets, keep, cancellation)) is not null)
        {
            return stopped;
        }

        var before = _state.ReadNote();
        IReadOnlyList<TargetPath> changed = [];
        // Paths that this version does not know are another version's: they stay where they are.
        var wanted = ((TargetsMetadata)trusted.Targets!.Content).Files.Where(f => BundleContent.IsKnown(f.Key)).ToList();
        if (!_state.IsCurrent(trusted.Targets, wanted))
        {
            var (files, failure) = await FetchFilesAsync(trusted, wanted, cancellation);
            if (failure is not null)
                return failure;
            changed = [.. files!.Where(f => _state.ReadFile(f.Key, TargetFile.Of(f.Value.Span)) is null).Select(f => f.Key)];
            KeepAll(trusted);
            _state.Install(trusted.Targets, files!);
        }

        KeepAll(trusted);
        _state.WriteNote(new JoinedNote((source as HttpBundle)?.Url ?? before?.Url, before?.Joined ?? now, now));
        _state.Prune();
        return new JoinResult.Updated(trusted.Targets!.Content.Version, trusted.Expires, changed);
    }

    private async Task<JoinResult?> UpdateRootAsync(TrustedMetadata trusted, bool keep, CancellationToken cancellation)
    {
        for (var count = 0; count < MostRotations; count++)
        {
            var name = trusted.NextRoot;
            switch (await source.FetchAsync(name, TufRole.Root.MaximumLength(), cancellation))
            {
                case BundleFile.Missing:
                    return null;
                case BundleFile.Content { Bytes: var bytes }:
                    if (trusted.UpdateRoot(bytes) is { } refusal)
                        return new JoinResult.Refused(refusal);
                    if (keep)
                        KeepRoot(trusted);
                    break;
                case var other:
                    return Failed(name, other);
            }
        }

        return null;
    }

    // After a change of keys, versions that a thief of the old ones ran up must not be compared with (§5.3.11).
    private void KeepRoot(TrustedMetadata trusted)
    {
        _state.Write(TufRole.Root, trusted.Root.Bytes);
        if (trusted.Timestamp is null)
            _state.Forget(TufRole.Timestamp);
        if (trusted.Snapshot is null)
            _state.Forget(TufRole.Snapshot);
    }

    private async Task<JoinResult?> UpdateAsync(TrustedMetadata trusted, TufRole role, bool keep, CancellationToken cancellation)
    {
        var description = role switch { TufRole.Snapshot => trusted.SnapshotDescription, TufRole.Targets => trusted.TargetsDescription, _ => null };
        if (description is not null && keep && _state.Read(role) is { } kept && Take(trusted, role, kept) is null)
            return null;
        var name = description is null ? "timestamp.json" : trusted.NameOf(role, description.Version);
        var limit = (int)Math.Min(description?.Content?.Length ?? long.MaxValue, role.MaximumLength());
        switch (await source.FetchAsync(name, limit, cancellation))
        {
            case BundleFile.Content { Bytes: var bytes }:
                if (Take(trusted, role, bytes) is { } refusal)
                    return new JoinResult.Refused(refusal);
                if (keep && trusted.Of(role) is { } taken)
                    _state.Write(role, taken.Bytes);
                return null;
            case BundleFile.Missing:
                return new JoinResult.Refused(new TufRefusal(TufRefusalKind.Missing, name, Text.Say("the metadata names it, and it is not there")));
            case var other:
                return Failed(name, other);
        }
    }

    private static TufRefusal? Take(TrustedMetadata trusted, TufRole role, ReadOnlyMemory<byte> bytes) => role switch
    {
        TufRole.Timestamp => trusted.UpdateTimestamp(bytes),
        TufRole.Snapshot => trusted.UpdateSnapshot(bytes),
        _ => trusted.UpdateTargets(bytes),
    };

    private async Task<(ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>>? Files, JoinResult? Failure)> FetchFilesAsync(
        TrustedMetadata trusted, List<KeyValuePair<TargetPath, TargetFile>> wanted, CancellationToken cancellation)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<TargetPath, ReadOnlyMemory<byte>>();
        if (wanted.Sum(f => f.Value.Length ?? 0) > MostBytes)
            return (null, new JoinResult.Refused(new TufRefusal(TufRefusalKind.TooLong, "targets", Text.Say($"its files have more than {MostBytes} bytes"))));
        foreach (var (path, description) in wanted)
        {
            if (_state.ReadFile(path, description) is { } same)
            {
                files.Add(path, same);
                continue;
            }

            var (bytes, failure) = await FetchFileAsync(trusted, path, description, cancellation);
            if (failure is not null)
                return (null, failure);
            files.Add(path, bytes!.Value);
        }

        var complete = files.ToImmutable();
        return Review(complete) is { } refusal ? (null, new JoinResult.Refused(refusal)) : (complete, null);
    }

    private async Task<(ReadOnlyMemory<byte>? Bytes, JoinResult? Failure)> FetchFileAsync(
        TrustedMetadata trusted, TargetPath path, TargetFile description, CancellationToken cancellation)
    {
        var hash = description.Hashes.GetValueOrDefault("sha256") ?? description.Hashes.Values.First();
        var name = $"targets/{(trusted.RootContent.ConsistentSnapshot ? path.WithHash(hash) : path.Text)}";
        if (description.Length > LongestFile)
            return (null, new JoinResult.Refused(new TufRefusal(TufRefusalKind.TooLong, path.Text, Text.Say($"it has more than {LongestFile} bytes"))));
        return await source.FetchAsync(name, (int)description.Length!.Value, cancellation) switch
        {
            BundleFile.Content { Bytes: var bytes } when description.Describes(bytes.Span) => (bytes, null),
            BundleFile.Content => (null, new JoinResult.Refused(new TufRefusal(TufRefusalKind.Mismatch, path.Text, Text.Say("length or hash are not those that were signed")))),
            BundleFile.Missing => (null, new JoinResult.Refused(new TufRefusal(TufRefusalKind.Missing, path.Text, Text.Say("the metadata names it, and it is not there")))),
            var other => (null, Failed(path.Text, other)),
        };
    }

    // What is signed must also be usable: a site that this version cannot read would leave the machine without one.
    private static TufRefusal? Review(ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>> files)
    {
        const string file = "site.toml";
        if (!files.TryGetValue(BundleContent.SiteFile, out var bytes))
            return new TufRefusal(TufRefusalKind.Missing, file, Text.Say("the bundle has no site"));
        if (SiteFile.Parse(bytes.Span, $"{JoinedState.Current}/{file}").Site is not { } site)
            return new TufRefusal(TufRefusalKind.Malformed, file, Text.Say("it is not a site that this version of the program reads"));
        return site.Keys.Select(k => BundleContent.KeyFile(k.Name)).FirstOrDefault(p => !files.ContainsKey(p)) is { } missing && missing != default
            ? new TufRefusal(TufRefusalKind.Missing, missing.Text, Text.Say("the site names the key, and the bundle does not have it"))
            : null;
    }

    private void KeepAll(TrustedMetadata trusted)
    {
        foreach (var role in TufRoles.All)
        {
            if (trusted.Of(role) is { } metadata && _state.Read(role)?.Span.SequenceEqual(metadata.Bytes.Span) != true)
                _state.Write(role, metadata.Bytes);
        }
    }

    private static JoinResult Failed(string name, BundleFile file) => file switch
    {
        BundleFile.TooLong => new JoinResult.Refused(new TufRefusal(TufRefusalKind.TooLong, name, Text.Say("it is longer than it may be"))),
        BundleFile.Unreachable unreachable => new JoinResult.Unreachable(unreachable.Why),
        _ => throw new ArgumentException($"unexpected {file}", nameof(file)),
    };
}
