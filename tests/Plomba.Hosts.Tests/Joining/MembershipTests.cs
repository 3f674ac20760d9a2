using System.Text;
using Microsoft.Extensions.Time.Testing;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>What a joined machine keeps, and that one process at a time changes it.</summary>
public sealed class MembershipTests : IDisposable
{
    private const string Kept = "/etc/plomba/joined";

    private const string SiteWithKey = $"{TestBundle.Site}[[key]]\nname = \"k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"\n";

    private readonly BundleServer _server = new();
    private readonly TestMachine _machine = new();
    private readonly FakeTimeProvider _clock = new(TestBundle.Start);
    private readonly TestBundle _bundle;

    public MembershipTests()
    {
        _bundle = new TestBundle(_server);
        _bundle.Files["site.toml"] = Encoding.UTF8.GetBytes(SiteWithKey);
        _bundle.Files["keys/k.pgp"] = "old"u8.ToArray();
        _bundle.Publish();
    }

    public void Dispose()
    {
        _server.Dispose();
        _machine.Dispose();
        _bundle.Dispose();
    }

    [Fact]
    public void One_process_at_a_time_joins_refreshes_or_leaves()
    {
        using (Membership.Open(_machine.Root, _clock).Require())
            Assert.Equal(MachineProblem.Exists, Membership.Open(_machine.Root, _clock).Error?.Problem);
        using var next = Membership.Open(_machine.Root, _clock).Require();
        Assert.False(next.HasJoined);
    }

    [Fact]
    public async Task What_is_superseded_or_was_left_by_an_interruption_goes_and_the_metadata_stays()
    {
        await RunAsync((m, s) => m.JoinAsync(s, _bundle.Pin, CancellationToken.None));
        Directory.CreateDirectory(_machine[$"{Kept}/files-7-0123456789abcdef-01234567/keys"]);
        await File.WriteAllTextAsync(_machine[$"{Kept}/files-7-0123456789abcdef-01234567/keys/k.pgp"], "half");
        await File.WriteAllTextAsync(_machine[$"{Kept}/.plomba-0123456789abcdef.tmp"], "half");
        _bundle.Next();
        await RunAsync((m, s) => m.RefreshAsync(s, CancellationToken.None));
        var names = Directory.EnumerateFileSystemEntries(_machine[Kept]).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();
        var files = Assert.Single(names, n => n.StartsWith("files-2-", StringComparison.Ordinal));
        Assert.Equal(["current", files, "joined.json", "root.json", "snapshot.json", "targets.json", "timestamp.json"], names);
    }

    [Fact]
    public async Task A_site_that_was_read_never_mixes_with_what_a_refresh_brings_meanwhile()
    {
        await RunAsync((m, s) => m.JoinAsync(s, _bundle.Pin, CancellationToken.None));
        Assert.True(JoinedSite.TryRead(_machine.Root, out var read, out _));
        Assert.Equal("old"u8, read.KeyFile(read.Site.Keys[0]).Require().Span);
        _bundle.Files["keys/k.pgp"] = "new"u8.ToArray();
        _bundle.Next();
        await RunAsync((m, s) => m.RefreshAsync(s, CancellationToken.None));
        Assert.True(read.KeyFile(read.Site.Keys[0]).IsMissing);
        Assert.True(JoinedSite.TryRead(_machine.Root, out var anew, out _));
        Assert.Equal("new"u8, anew.KeyFile(anew.Site.Keys[0]).Require().Span);
        // Paths that are relative to the site do not move with every update.
        Assert.Equal(read.Site.File, anew.Site.File);
    }

    private async Task RunAsync(Func<Membership, IBundleSource, Task<JoinResult>> run)
    {
        using var source = new HttpBundle(_server.Url);
        using var membership = Membership.Open(_machine.Root, _clock).Require();
        Assert.IsType<JoinResult.Updated>(await run(membership, source));
    }
}
