using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Plomba.Files;
using Plomba.Site.Names;
using Plomba.Site.Publishing;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Tests.Publishing;

public sealed class PublicationTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quarter = TimeSpan.FromDays(90);

    private readonly TemporaryDirectory _directory = new(prefix: "bundle");
    private readonly SigningKey _alice = NewKey();
    private readonly SigningKey _bob = NewKey();
    private readonly SigningKey _carol = NewKey();
    private readonly SigningKey _online = NewKey();
    private DateTimeOffset _now = Start;

    public void Dispose()
    {
        foreach (var key in new[] { _alice, _bob, _carol, _online })
            key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void One_administrator_publishes_at_once()
    {
        var published = Assert.IsType<PublicationResult.Published>(Publish(Trust(1, _alice), "one", _alice));
        Assert.Equal((1, 1, Start + Quarter), (published.Root, published.Targets, published.Expires));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_directory.Combine("1.root.json")))), published.RootDigest);
        Assert.Equal(File.ReadAllBytes(_directory.Combine("1.root.json")), File.ReadAllBytes(_directory.Combine("root.json")));
        Assert.Equal("one", Encoding.UTF8.GetString(Client().Files["site.toml"]));
    }

    [Fact]
    public void Where_two_must_sign_the_first_leaves_a_draft_that_nobody_is_served()
    {
        var trust = Trust(2, _alice, _bob, _carol);
        var draft = Assert.IsType<PublicationResult.Draft>(Publish(trust, "one", _alice));
        Assert.Equal([(TufRole.Root, 1), (TufRole.Targets, 1)], draft.Missing.Select(m => (m.Role, m.Count)));
        Assert.Equal([_bob.Public, _carol.Public], draft.Missing[0].Keys.OrderBy(k => k.Equals(_carol.Public)));
        Assert.False(File.Exists(_directory.Combine("timestamp.json")));

        Assert.IsType<PublicationResult.Draft>(Publish(trust, "one", _alice)); // one person is one signature
        Assert.IsType<PublicationResult.Published>(Publish(trust, "one", _carol));
        Assert.False(File.Exists(_directory.Combine("draft", "targets.json")));
        Assert.Equal("one", Encoding.UTF8.GetString(Client().Files["site.toml"]));
    }

    [Fact]
    public void The_second_administrator_signs_only_what_the_own_site_says()
    {
        var trust = Trust(2, _alice, _bob, _carol);
        Publish(trust, "one", _alice);
        var refused = Assert.IsType<PublicationResult.Refused>(Publish(trust, "another", _bob));
        Assert.Contains("site.toml", refused.Why, StringComparison.Ordinal);
        Assert.IsType<PublicationResult.Draft>(Publish(trust, "another", _bob, replaceDraft: true));
        Assert.IsType<PublicationResult.Published>(Publish(trust, "another", _alice));
        Assert.Equal("another", Encoding.UTF8.GetString(Client().Files["site.toml"]));
    }

    [Fact]
    public void A_key_that_the_site_does_not_name_signs_nothing()
    {
        Assert.IsType<PublicationResult.Refused>(Publish(Trust(1, _alice), "one", _bob));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void The_same_again_changes_nothing_and_a_change_makes_the_next_version()
    {
        var trust = Trust(1, _alice);
        Publish(trust, "one", _alice);
        var before = File.ReadAllBytes(_directory.Combine("timestamp.json"));
        _now += TimeSpan.FromDays(1);
        Assert.IsType<PublicationResult.Unchanged>(Publish(trust, "one", _alice));
        Assert.Equal(before, File.ReadAllBytes(_directory.Combine("timestamp.json")));
        var changed = Assert.IsType<PublicationResult.Published>(Publish(trust, "two", _alice));
        Assert.Equal((1, 2, BundleChangeKind.Changed), (changed.Root, changed.Targets, Assert.Single(changed.Changes).Kind));
        _now += TimeSpan.FromDays(60);
        Assert.Equal(_now + Quarter, Assert.IsType<PublicationResult.Published>(Publish(trust, "two", _alice)).Expires);
    }

    [Fact]
    public void A_root_is_followed_by_the_next_one_signed_by_the_old_keys_and_the_new()
    {
        Publish(Trust(2, _alice, _bob), "one", _alice, _bob);
        var pin = Client();
        var trust = Trust(2, _alice, _carol);
        var draft = Assert.IsType<PublicationResult.Draft>(Publish(trust, "one", _alice));
        Assert.Equal(
            [(TufRole.Root, _bob.Public), (TufRole.Root, _carol.Public), (TufRole.Targets, _carol.Public)],
            draft.Missing.Select(m => (m.Role, Assert.Single(m.Keys))));
        Assert.IsType<PublicationResult.Draft>(Publish(trust, "one", _carol));
        Assert.Empty(Assert.IsType<PublicationResult.Draft>(Publish(trust, "one", _bob)).Missing); // an old key starts nothing new
        Assert.Equal(2, Assert.IsType<PublicationResult.Published>(Renew(_carol)).Root);

        Assert.Null(pin.Trusted.UpdateRoot(File.ReadAllBytes(_directory.Combine("2.root.json"))));
        Assert.Equal("one", Encoding.UTF8.GetString(Client(pin.Trusted).Files["site.toml"]));
        Assert.IsType<PublicationResult.Refused>(Publish(trust, "two", _bob));
    }

    [Fact]
    public void Online_keys_say_only_that_the_bundle_is_the_newest()
    {
        var trust = Trust(1, _alice) with { Online = [new NamedTufKey(Name("online"), _online.Public)] };
        Assert.Empty(Assert.IsType<PublicationResult.Draft>(Publish(trust, "one", _alice)).Missing);
        Assert.IsType<PublicationResult.Published>(Renew(_online));
        Assert.Equal("one", Encoding.UTF8.GetString(Client().Files["site.toml"]));

        _now += TimeSpan.FromDays(6);
        var renewed = Assert.IsType<PublicationResult.Published>(Renew(_online));
        Assert.Equal((1, 1, _now + TimeSpan.FromDays(7)), (renewed.Root, renewed.Targets, renewed.Expires));
        Assert.IsType<PublicationResult.Refused>(Renew(_alice));
        Assert.IsType<PublicationResult.Draft>(Publish(trust, "two", _online)); // it may not sign files: nothing is published
        Assert.Equal("one", Encoding.UTF8.GetString(Client().Files["site.toml"]));
    }

    [Fact]
    public void With_the_online_key_at_hand_the_timestamp_lives_a_week_and_the_files_a_quarter()
    {
        var trust = Trust(1, _alice) with { Online = [new NamedTufKey(Name("online"), _online.Public)] };
        Assert.Equal(Start + TimeSpan.FromDays(7), Assert.IsType<PublicationResult.Published>(Publish(trust, "one", _alice, _online)).Expires);
        Assert.Equal(Start + Quarter, Client().Trusted.Targets!.Content.Expires);
    }

    [Fact]
    public void A_root_that_would_expire_first_is_renewed_with_the_files()
    {
        var trust = Trust(1, _alice);
        Publish(trust, "one", _alice);
        _now += TimeSpan.FromDays(700);
        Assert.Equal(2, Assert.IsType<PublicationResult.Published>(Publish(trust, "one", _alice)).Root);
        Client();
    }

    [Fact]
    public void A_damaged_bundle_is_refused_by_name()
    {
        Publish(Trust(1, _alice), "one", _alice);
        File.WriteAllText(_directory.Combine("1.targets.json"), "{");
        Assert.Contains("1.targets.json", Assert.IsType<PublicationResult.Refused>(Publish(Trust(1, _alice), "two", _alice)).Why, StringComparison.Ordinal);
    }

    // What a client of the directory trusts, by the rules of the specification; fails when there is anything to refuse.
    private (TrustedMetadata Trusted, Dictionary<string, byte[]> Files) Client(TrustedMetadata? trusted = null)
    {
        byte[] Read(string name) => File.ReadAllBytes(_directory.Combine(name));
        if (trusted is null)
            Assert.True(TrustedMetadata.TryBegin(Read("root.json"), null, _now, out trusted, out _));
        Assert.Null(trusted.UpdateTimestamp(Read("timestamp.json")));
        Assert.Null(trusted.UpdateSnapshot(Read(trusted.NameOf(TufRole.Snapshot, trusted.SnapshotDescription!.Version))));
        Assert.Null(trusted.UpdateTargets(Read(trusted.NameOf(TufRole.Targets, trusted.TargetsDescription!.Version))));
        var targets = (TargetsMetadata)trusted.Targets!.Content;
        return (trusted, targets.Files.ToDictionary(f => f.Key.Text, f => Read(Path.Combine("targets", f.Key.WithHash(f.Value.Hashes["sha256"]))), StringComparer.Ordinal));
    }

    private PublicationResult Publish(TrustSettings trust, string content, params SigningKey[] keys) => Publish(trust, content, keys[0], keys[1..]);

    private PublicationResult Publish(TrustSettings trust, string content, SigningKey key, SigningKey[]? more = null, bool replaceDraft = false) =>
        new Publication(new BundleDirectory(_directory.Path), [key, .. more ?? []], Quarter, _now).Publish(trust, Files(content), replaceDraft);

    private PublicationResult Renew(SigningKey key) => new Publication(new BundleDirectory(_directory.Path), [key], TimeSpan.FromDays(7), _now).Renew();

    private static ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>> Files(string content) =>
        ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>>.Empty.Add(TargetPath.Of("site.toml"), Encoding.UTF8.GetBytes(content));

    private static TrustSettings Trust(int threshold, params SigningKey[] administrators) =>
        new([.. administrators.Select((a, i) => new NamedTufKey(Name($"a{i}"), a.Public))], threshold, []);

    private static KeyName Name(string text) => KeyName.TryParse(text, out var name, out _) ? name : throw new ArgumentException(text, nameof(text));

    private static SigningKey NewKey() => SigningKey.TryTake(SigstoreSecretKey.CreateEd25519(), out var key, out var why) ? key : throw new InvalidOperationException(why);
}
