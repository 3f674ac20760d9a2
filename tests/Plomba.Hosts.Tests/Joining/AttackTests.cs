using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Plomba.Hosts.Joining;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>What whoever controls some of the keys, or old metadata, can try (TUF 1.0, §1.5.2), each over HTTP.</summary>
public sealed class AttackTests : JoinedMachineTests
{
    [Fact]
    public async Task A_machine_joins_and_takes_what_is_new()
    {
        await JoinAsync();
        Assert.Equal(TestBundle.Site, Installed);
        Change("# two\n");
        _bundle.Next();
        Assert.Equal(2, Assert.IsType<JoinResult.Updated>(await RefreshAsync()).Version);
        Assert.EndsWith("# two\n", Installed, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_machine["/etc/plomba/joined"]), d => Path.GetFileName(d).StartsWith("files-", StringComparison.Ordinal));
        Assert.Empty(Assert.IsType<JoinResult.Updated>(await RefreshAsync()).Changed);
    }

    [Fact]
    public async Task Another_root_than_the_pinned_one_is_refused_and_nothing_is_kept()
    {
        Refused(TufRefusalKind.WrongRoot, await JoinAsync(_machine, new string('0', 64)));
        Assert.False(Directory.Exists(_machine["/etc/plomba"]));
    }

    [Fact]
    public async Task A_machine_that_joins_an_expired_bundle_keeps_nothing()
    {
        _clock.Advance(TimeSpan.FromDays(31));
        Refused(TufRefusalKind.Expired, await JoinAsync(_machine, _bundle.Pin));
        Assert.False(Directory.Exists(_machine["/etc/plomba"]));
    }

    [Fact]
    public async Task Rollback_of_the_timestamp_is_refused()
    {
        var old = _server.Files["timestamp.json"];
        _bundle.Next();
        await JoinAsync();
        _server.Files["timestamp.json"] = old;
        await RefusedAsync(TufRefusalKind.Rollback);
    }

    [Fact]
    public async Task Rollback_of_the_snapshot_behind_a_newer_timestamp_is_refused()
    {
        _bundle.Next();
        await JoinAsync();
        (_bundle.Versions[TufRole.Timestamp], _bundle.Versions[TufRole.Snapshot]) = (3, 1);
        _bundle.Publish();
        await RefusedAsync(TufRefusalKind.Rollback);
    }

    [Fact]
    public async Task Rollback_of_the_targets_behind_a_newer_snapshot_is_refused()
    {
        _bundle.Next();
        await JoinAsync();
        (_bundle.Versions[TufRole.Timestamp], _bundle.Versions[TufRole.Snapshot], _bundle.Versions[TufRole.Targets]) = (3, 3, 1);
        _bundle.Publish();
        await RefusedAsync(TufRefusalKind.Rollback);
    }

    [Fact]
    public async Task A_snapshot_that_forgets_a_file_is_refused()
    {
        var more = ImmutableSortedDictionary.Create<string, FileDescription>(StringComparer.Ordinal)
            .Add("targets.json", new FileDescription(1, TargetFile.Of(_server.Files["1.targets.json"]))).Add("more.json", new FileDescription(1, null));
        _bundle.PublishSnapshot(_bundle.Sign(new SnapshotMetadata(1, _bundle.Expires(TufRole.Snapshot), more), _bundle.Online));
        await JoinAsync();
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.Rollback);
    }

    [Fact]
    public async Task Freezing_a_machine_is_noticed_when_the_timestamp_expires_and_takes_nothing_away()
    {
        _bundle.Lifetimes[TufRole.Timestamp] = TimeSpan.FromDays(7);
        _bundle.Publish();
        await JoinAsync();
        _clock.Advance(TimeSpan.FromDays(6));
        Assert.IsType<JoinResult.Updated>(await RefreshAsync());
        _clock.Advance(TimeSpan.FromDays(2));
        await RefusedAsync(TufRefusalKind.Expired);
        Assert.True(JoinedSite.TryRead(_machine.Root, out var site, out _));
        Assert.True(site.Expires < _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(TufRole.Snapshot)]
    [InlineData(TufRole.Targets)]
    public async Task Expired_metadata_behind_a_fresh_timestamp_is_refused(TufRole role)
    {
        await JoinAsync();
        _bundle.Lifetimes[role] = TimeSpan.FromDays(-1);
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.Expired);
    }

    [Fact]
    public async Task An_expired_root_accepts_nothing_new_until_the_next_root()
    {
        await JoinAsync();
        _clock.Advance(TimeSpan.FromDays(701));
        foreach (var role in TufRoles.All)
            _bundle.Lifetimes[role] = TimeSpan.FromDays(800);
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.Expired);
        _bundle.PublishRoot(TestBundle.RootOf(2, [_bundle.Alice, _bundle.Bob], 2, [_bundle.Online]) with { Expires = TestBundle.Start + TimeSpan.FromDays(1400) }, _bundle.Alice, _bundle.Bob);
        Assert.IsType<JoinResult.Updated>(await RefreshAsync());
    }

    [Fact]
    public async Task Targets_of_another_time_than_the_snapshot_says_are_refused()
    {
        await JoinAsync();
        var old = _server.Files["1.targets.json"];
        Change("# two\n");
        _bundle.Next();
        _server.Files["2.targets.json"] = old;
        await RefusedAsync(TufRefusalKind.Mismatch);
    }

    [Fact]
    public async Task A_snapshot_of_another_time_than_the_timestamp_says_is_refused()
    {
        await JoinAsync();
        var old = _server.Files["1.snapshot.json"];
        _bundle.Next();
        _server.Files["2.snapshot.json"] = old;
        await RefusedAsync(TufRefusalKind.Mismatch);
    }

    [Fact]
    public async Task A_version_other_than_the_one_stated_is_refused_also_without_hashes()
    {
        await JoinAsync();
        _bundle.Versions[TufRole.Timestamp] = 2;
        _server.Files["timestamp.json"] = _bundle.Sign(new TimestampMetadata(2, _bundle.Expires(TufRole.Timestamp), new FileDescription(2, null)), _bundle.Online).Bytes.ToArray();
        _server.Files["2.snapshot.json"] = _server.Files["1.snapshot.json"];
        await RefusedAsync(TufRefusalKind.Mismatch);
    }

    [Theory]
    [InlineData(TufRole.Timestamp)]
    [InlineData(TufRole.Snapshot)]
    [InlineData(TufRole.Targets)]
    public async Task Metadata_signed_by_other_keys_is_refused(TufRole role)
    {
        await JoinAsync();
        _bundle.Signers[role] = [_bundle.Stranger, .. role == TufRole.Targets ? new[] { _bundle.Online } : [_bundle.Alice]];
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.NotSigned);
    }

    [Fact]
    public async Task The_thief_of_an_online_key_cannot_change_files()
    {
        await JoinAsync();
        Change("# thief\n");
        _bundle.Signers[TufRole.Targets] = [_bundle.Online];
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.NotSigned);
    }

    [Fact]
    public async Task Fewer_signatures_than_the_threshold_are_refused()
    {
        await JoinAsync();
        _bundle.Signers[TufRole.Targets] = [_bundle.Alice];
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.NotSigned);
    }

    [Fact]
    public async Task One_key_under_two_ids_is_one_signature()
    {
        var key = TestBundle.Public(_bundle.Alice);
        _bundle.PublishRoot(
            _bundle.Root with
            {
                Version = 2,
                Keys = _bundle.Root.Keys.Add("another-name", key),
                Roles = _bundle.Root.Roles.SetItem(TufRole.Targets, new RoleKeys([key.Id, "another-name"], 2)),
            },
            _bundle.Alice,
            _bundle.Bob);
        var files = _bundle.Files.ToImmutableSortedDictionary(f => TargetPath.Of(f.Key), f => TargetFile.Of(f.Value));
        var twice = TestBundle.SignBy(new TargetsMetadata(1, _bundle.Expires(TufRole.Targets), files), _bundle.Alice).SignedBy(_bundle.Alice, "another-name");
        _bundle.PublishTargets(twice);
        Refused(TufRefusalKind.NotSigned, await JoinAsync(_machine, _bundle.Pin));
    }

    [Fact]
    public async Task One_signature_repeated_is_refused()
    {
        await JoinAsync();
        _bundle.Signers[TufRole.Targets] = [_bundle.Alice];
        _bundle.Next();
        var json = JsonNode.Parse(_server.Files["2.targets.json"])!;
        json["signatures"]!.AsArray().Add(json["signatures"]![0]!.DeepClone());
        var repeated = Encoding.UTF8.GetBytes(json.ToJsonString());
        _server.Files["2.targets.json"] = repeated;
        _bundle.PublishSnapshot(_bundle.Sign(
            new SnapshotMetadata(2, _bundle.Expires(TufRole.Snapshot), ImmutableSortedDictionary<string, FileDescription>.Empty.Add("targets.json", new FileDescription(2, TargetFile.Of(repeated)))),
            _bundle.Online));
        await RefusedAsync(TufRefusalKind.Malformed);
    }

    [Fact]
    public async Task A_root_that_the_old_keys_did_not_sign_is_refused()
    {
        await JoinAsync();
        var thief = TestBundle.RootOf(2, [_bundle.Stranger], 1, [_bundle.Stranger]);
        _bundle.PublishRoot(thief, _bundle.Stranger, _bundle.Alice);
        await RefusedAsync(TufRefusalKind.NotSigned);
    }

    [Fact]
    public async Task A_root_that_its_own_keys_did_not_sign_is_refused()
    {
        await JoinAsync();
        _bundle.PublishRoot(TestBundle.RootOf(2, [_bundle.Stranger], 1, [_bundle.Online]), _bundle.Alice, _bundle.Bob);
        await RefusedAsync(TufRefusalKind.NotSigned);
    }

    [Fact]
    public async Task A_root_of_another_version_than_the_next_is_refused()
    {
        await JoinAsync();
        _server.Files["2.root.json"] = _server.Files["1.root.json"];
        await RefusedAsync(TufRefusalKind.Rollback);
    }

    [Fact]
    public async Task Keys_are_rotated_through_every_root_in_between()
    {
        await JoinAsync();
        _bundle.PublishRoot(TestBundle.RootOf(2, [_bundle.Alice, _bundle.Stranger], 2, [_bundle.Online]), _bundle.Alice, _bundle.Bob, _bundle.Stranger);
        var online = _bundle.NewKey();
        _bundle.PublishRoot(TestBundle.RootOf(3, [_bundle.Stranger], 1, [online]), _bundle.Alice, _bundle.Stranger);
        _bundle.Signers[TufRole.Targets] = [_bundle.Stranger];
        _bundle.Signers[TufRole.Snapshot] = _bundle.Signers[TufRole.Timestamp] = [online];
        _bundle.Next();
        Assert.IsType<JoinResult.Updated>(await RefreshAsync());

        // A new machine joins with the fingerprint of the first root as well, and an old key signs nothing any more.
        using var other = new TestMachine();
        Assert.IsType<JoinResult.Updated>(await JoinAsync(other, _bundle.Pin));
        _bundle.Signers.Remove(TufRole.Timestamp);
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.NotSigned);
    }

    [Fact]
    public async Task A_machine_recovers_from_versions_that_a_thief_ran_up_when_the_online_keys_change()
    {
        await JoinAsync();
        _bundle.Versions[TufRole.Timestamp] = _bundle.Versions[TufRole.Snapshot] = 1_000_000;
        _bundle.Publish();
        Assert.IsType<JoinResult.Updated>(await RefreshAsync());
        _bundle.Versions[TufRole.Timestamp] = _bundle.Versions[TufRole.Snapshot] = 2;
        _bundle.Publish();
        await RefusedAsync(TufRefusalKind.Rollback);

        var online = _bundle.NewKey();
        _bundle.PublishRoot(TestBundle.RootOf(2, [_bundle.Alice, _bundle.Bob], 2, [online]), _bundle.Alice, _bundle.Bob);
        _bundle.Signers[TufRole.Snapshot] = _bundle.Signers[TufRole.Timestamp] = [online];
        _bundle.Next();
        Assert.IsType<JoinResult.Updated>(await RefreshAsync());
    }
}
