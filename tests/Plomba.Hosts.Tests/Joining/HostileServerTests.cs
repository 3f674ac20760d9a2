using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Plomba.Hosts.Joining;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>What a server, or whoever stands before it, can answer: endless, slow, wrong, nothing at all (TUF 1.0, §1.5.2).</summary>
public sealed class HostileServerTests : JoinedMachineTests
{
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
}
