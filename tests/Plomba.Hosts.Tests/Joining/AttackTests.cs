using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Plomba.Hosts.Joining;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>What whoever controls the server, the network or some of the keys can try (TUF 1.0, §1.5.2), each over HTTP.</summary>
public sealed class AttackTests : IDisposable
{
    private readonly BundleServer _server = new();
    private readonly TestMachine _machine = new();
    private readonly FakeTimeProvider _clock = new(TestBundle.Start);
    private readonly TestBundle _bundle;

    public AttackTests()
    {
        _bundle = new TestBundle(_server);
        _bundle.Publish();
    }

    private string Installed => File.ReadAllText(_machine["/etc/plomba/joined/current/site.toml"]);

    public void Dispose()
    {
        _server.Dispose();
        _machine.Dispose();
        _bundle.Dispose();
    }

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

    [Theory]
    [InlineData("timestamp.json")]
    [InlineData("2.root.json")]
    [InlineData("2.snapshot.json")]
    [InlineData("2.targets.json")]
    public async Task Endless_metadata_is_cut_off_and_refused(string file)
    {
        await JoinAsync();
        _bundle.Next();
        _server.Endless = file;
        await RefusedAsync(TufRefusalKind.TooLong);
    }

    [Fact]
    public async Task An_endless_file_is_cut_off_at_the_length_that_was_signed()
    {
        await JoinAsync();
        Change("# two\n");
        _bundle.Next();
        _server.Endless = _server.Files.Keys.Single(k => k.StartsWith("targets/", StringComparison.Ordinal) && _server.Files[k].AsSpan().SequenceEqual(_bundle.Files["site.toml"]));
        await RefusedAsync(TufRefusalKind.TooLong);
    }

    [Fact]
    public async Task A_server_that_answers_a_byte_a_second_is_given_up()
    {
        await JoinAsync();
        _server.Slow = "timestamp.json";
        using var source = new HttpBundle(_server.Url, TimeSpan.FromSeconds(2));
        using var membership = Membership.Open(_machine.Root, _clock).Require();
        Assert.IsType<JoinResult.Unreachable>(await membership.RefreshAsync(source, CancellationToken.None));
        Assert.Equal(TestBundle.Site, Installed);
    }

    [Fact]
    public async Task A_file_with_another_hash_is_refused()
    {
        await JoinAsync();
        Change("# two\n");
        _bundle.Next();
        foreach (var name in _server.Files.Keys.Where(k => k.StartsWith("targets/", StringComparison.Ordinal)))
            _server.Files[name] = Encoding.UTF8.GetBytes(TestBundle.Site + "# tow\n");
        await RefusedAsync(TufRefusalKind.Mismatch);
    }

    [Fact]
    public async Task A_file_that_is_named_and_not_there_is_refused()
    {
        await JoinAsync();
        Change("# two\n");
        _bundle.Next();
        foreach (var name in _server.Files.Keys.Where(k => k.StartsWith("targets/", StringComparison.Ordinal)))
            _server.Files.TryRemove(name, out _);
        await RefusedAsync(TufRefusalKind.Missing);
    }

    [Theory]
    [InlineData("../../../../etc/cron.d/x")]
    [InlineData("/etc/cron.d/x")]
    [InlineData("keys/..")]
    [InlineData("keys//x")]
    [InlineData("x\\u0000y")]
    public async Task A_path_that_leads_elsewhere_is_refused(string path)
    {
        await JoinAsync();
        _bundle.Next();
        // Signed by those who may: not even they write anywhere else.
        var signed = JsonNode.Parse(_server.Files["2.targets.json"])!["signed"]!.ToJsonString().Replace("site.toml", path, StringComparison.Ordinal);
        var forged = Raw(signed, _bundle.Alice, _bundle.Bob);
        _server.Files["2.targets.json"] = forged;
        _bundle.PublishSnapshot(_bundle.Sign(
            new SnapshotMetadata(2, _bundle.Expires(TufRole.Snapshot), ImmutableSortedDictionary<string, FileDescription>.Empty.Add("targets.json", new FileDescription(2, TargetFile.Of(forged)))),
            _bundle.Online));
        await RefusedAsync(TufRefusalKind.Malformed);
    }

    [Fact]
    public async Task A_file_of_a_path_that_no_machine_knows_is_never_fetched()
    {
        _bundle.Files["etc/cron.d/x"] = [1];
        _bundle.Publish();
        await JoinAsync();
        Assert.DoesNotContain(_server.Asked, a => a.Contains("cron", StringComparison.Ordinal));
        Assert.False(File.Exists(_machine["/etc/plomba/joined/current/etc/cron.d/x"]));
    }

    [Theory]
    [InlineData("not TOML [")]
    [InlineData("format = 2\n")]
    [InlineData("")]
    public async Task A_signed_site_that_this_version_cannot_read_replaces_nothing(string site)
    {
        await JoinAsync();
        _bundle.Files["site.toml"] = Encoding.UTF8.GetBytes(site);
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.Malformed);
    }

    [Fact]
    public async Task A_site_whose_keys_are_not_in_the_bundle_replaces_nothing()
    {
        await JoinAsync();
        Change("[[key]]\nname = \"k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"\n");
        _bundle.Next();
        await RefusedAsync(TufRefusalKind.Missing);
    }

    [Fact]
    public async Task Losing_the_server_changes_nothing()
    {
        await JoinAsync();
        var before = _machine.Snapshot();
        _server.Dispose();
        Assert.IsType<JoinResult.Unreachable>(await RefreshAsync());
        Assert.Equal(before, _machine.Snapshot());
    }

    [Fact]
    public async Task An_update_that_breaks_off_is_completed_by_the_next()
    {
        await JoinAsync();
        Change("# two\n");
        _bundle.Next();
        var kept = _server.Files.ToDictionary(StringComparer.Ordinal);
        foreach (var name in kept.Keys.Where(k => k.StartsWith("targets/", StringComparison.Ordinal)))
            _server.Files.TryRemove(name, out _);
        await RefusedAsync(TufRefusalKind.Missing);
        foreach (var (name, bytes) in kept)
            _server.Files[name] = bytes;
        Assert.IsType<JoinResult.Updated>(await RefreshAsync());
        Assert.EndsWith("# two\n", Installed, StringComparison.Ordinal);
    }

    private HttpBundle Source() => new(_server.Url);

    private void Change(string more) => _bundle.Files["site.toml"] = Encoding.UTF8.GetBytes(TestBundle.Site + more);

    private async Task JoinAsync() => Assert.IsType<JoinResult.Updated>(await JoinAsync(_machine, _bundle.Pin));

    private async Task<JoinResult> JoinAsync(TestMachine machine, string pin)
    {
        using var source = Source();
        using var membership = Membership.Open(machine.Root, _clock).Require();
        return await membership.JoinAsync(source, pin, CancellationToken.None);
    }

    private async Task<JoinResult> RefreshAsync()
    {
        using var source = Source();
        using var membership = Membership.Open(_machine.Root, _clock).Require();
        return await membership.RefreshAsync(source, CancellationToken.None);
    }

    // Refused, and the files in force are those from before.
    private async Task RefusedAsync(TufRefusalKind kind)
    {
        var before = Installed;
        Refused(kind, await RefreshAsync());
        Assert.Equal(before, Installed);
    }

    private static void Refused(TufRefusalKind kind, JoinResult result) => Assert.Equal(kind, Assert.IsType<JoinResult.Refused>(result).Refusal.Kind);

    private static byte[] Raw(string signed, params SigstoreSecretKey[] keys)
    {
        // The canonical form of what has only sorted members and plain strings is the text without blanks and sorted.
        var canonical = Encoding.UTF8.GetBytes(Sorted(JsonNode.Parse(signed)!));
        var signatures = keys.Select(k => $"{{\"keyid\":\"{TestBundle.Public(k).Id}\",\"sig\":\"{Convert.ToHexStringLower(k.Sign(canonical))}\"}}");
        return Encoding.UTF8.GetBytes($"{{\"signatures\":[{string.Join(',', signatures)}],\"signed\":{signed}}}");
    }

    private static string Sorted(JsonNode node) => node is JsonObject map
        ? $"{{{string.Join(',', map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"\"{m.Key}\":{Sorted(m.Value!)}"))}}}"
        : node.ToJsonString();
}
