using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>A trust bundle of a test's own making: every part can be made as no administrator would make it.</summary>
internal sealed class TestBundle : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public const string Site = "format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"localhost:5000\"\n";

    private readonly BundleServer _server;
    private readonly List<SigstoreSecretKey> _keys = [];

    public TestBundle(BundleServer server)
    {
        _server = server;
        (Alice, Bob, Online, Stranger) = (NewKey(), NewKey(), NewKey(), NewKey());
        Root = RootOf(1, [Alice, Bob], 2, [Online]);
    }

    public SigstoreSecretKey Alice { get; }

    public SigstoreSecretKey Bob { get; }

    public SigstoreSecretKey Online { get; }

    public SigstoreSecretKey Stranger { get; }

    /// <summary>The root that counts.</summary>
    public RootMetadata Root { get; set; }

    /// <summary>Who signs what; tests exchange them.</summary>
    public Dictionary<TufRole, SigstoreSecretKey[]> Signers { get; } = [];

    public Dictionary<TufRole, long> Versions { get; } = TufRoles.All.ToDictionary(r => r, _ => 1L);

    public Dictionary<TufRole, TimeSpan> Lifetimes { get; } = TufRoles.All.ToDictionary(r => r, _ => TimeSpan.FromDays(30));

    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal) { ["site.toml"] = Encoding.UTF8.GetBytes(Site) };

    /// <summary>sha256 of the first root.</summary>
    public string Pin { get; private set; } = "";

    public SigstoreSecretKey NewKey()
    {
        var key = SigstoreSecretKey.CreateEd25519();
        _keys.Add(key);
        return key;
    }

    public static TufKey Public(SigstoreSecretKey key) => TufKey.TryMake(key, out var half, out var why) ? half : throw new InvalidOperationException(why);

    public static RootMetadata RootOf(long version, SigstoreSecretKey[] administrators, int threshold, SigstoreSecretKey[] online) =>
        new(version, Start + TimeSpan.FromDays(700))
        {
            Keys = administrators.Concat(online).Select(Public).Distinct().ToImmutableSortedDictionary(k => k.Id, k => (TufKey?)k, StringComparer.Ordinal),
            Roles = TufRoles.All.ToImmutableDictionary(r => r, r => r is TufRole.Root or TufRole.Targets
                ? new RoleKeys([.. administrators.Select(a => Public(a).Id)], threshold)
                : new RoleKeys([.. online.Select(o => Public(o).Id)], 1)),
        };

    /// <summary>Puts everything on the server as it stands.</summary>
    public void Publish()
    {
        if (Pin.Length == 0)
            PublishRoot(Root, Alice, Bob);
        var described = Files.ToImmutableSortedDictionary(f => TargetPath.Of(f.Key), f => TargetFile.Of(f.Value));
        foreach (var (path, file) in described)
            _server.Files[$"targets/{path.WithHash(file.Hashes["sha256"])}"] = Files[path.Text];
        var targets = Sign(new TargetsMetadata(Versions[TufRole.Targets], Expires(TufRole.Targets), described), Alice, Bob);
        PublishTargets(targets);
    }

    public void PublishTargets(SignedMetadata targets)
    {
        _server.Files[$"{Versions[TufRole.Targets]}.targets.json"] = targets.Bytes.ToArray();
        PublishSnapshot(Sign(
            new SnapshotMetadata(
                Versions[TufRole.Snapshot],
                Expires(TufRole.Snapshot),
                ImmutableSortedDictionary.Create<string, FileDescription>(StringComparer.Ordinal)
                    .Add("targets.json", new FileDescription(Versions[TufRole.Targets], TargetFile.Of(targets.Bytes.Span)))),
            Online));
    }

    public void PublishSnapshot(SignedMetadata snapshot)
    {
        _server.Files[$"{Versions[TufRole.Snapshot]}.snapshot.json"] = snapshot.Bytes.ToArray();
        _server.Files["timestamp.json"] = Sign(
            new TimestampMetadata(
                Versions[TufRole.Timestamp], Expires(TufRole.Timestamp), new FileDescription(Versions[TufRole.Snapshot], TargetFile.Of(snapshot.Bytes.Span))),
            Online).Bytes.ToArray();
    }

    public void PublishRoot(RootMetadata root, params SigstoreSecretKey[] signers)
    {
        var bytes = SignBy(root, signers).Bytes.ToArray();
        _server.Files[$"{root.Version}.root.json"] = bytes;
        _server.Files["root.json"] = bytes;
        if (Pin.Length == 0)
            Pin = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Root = root;
    }

    /// <summary>The next version of everything but the root.</summary>
    public void Next()
    {
        foreach (var role in new[] { TufRole.Targets, TufRole.Snapshot, TufRole.Timestamp })
            Versions[role]++;
        Publish();
    }

    public SignedMetadata Sign(TufMetadata content, params SigstoreSecretKey[] usual) => SignBy(content, Signers.GetValueOrDefault(content.Role, usual));

    public static SignedMetadata SignBy(TufMetadata content, params SigstoreSecretKey[] keys) =>
        keys.Aggregate(SignedMetadata.WithoutSignatures(content), (metadata, key) => metadata.SignedBy(key, Public(key).Id));

    public DateTimeOffset Expires(TufRole role) => Start + Lifetimes[role];

    public void Dispose() => _keys.ForEach(k => k.Dispose());
}
