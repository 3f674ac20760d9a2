using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Tests.Stores;
using Plomba.Site;
using Plomba.Site.Names;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>
/// An offline root file system in which everything is as the site wants it: a node with a client (carol), a maker (bob)
/// and somebody else (dave). Each test breaks one thing. Wants root, for owners and the immutable attribute.
/// </summary>
internal sealed class HealthyMachine : IDisposable
{
    public const string Registry = "registry.local";

    private readonly TemporaryDirectory _directory = new(prefix: "machine");

    private HealthyMachine(string fingerprint, byte[] key, bool isBare)
    {
        Root = MachineRoot.Open(_directory.Path).Require();
        Write("/etc/passwd", "root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/bin/false\nbob:x:1001:1001::/home/bob:/bin/sh\ncarol:x:1002:1002::/srv/people/carol:/bin/sh\ndave:x:1003:1003::/home/dave:/bin/sh\n");
        Write("/etc/group", "root:x:0:\nwheel:x:10:root\npodman:x:501:bob,carol\npodman_dev:x:502:bob\nbob:x:1001:\ncarol:x:1002:\ndave:x:1003:\n");
        Write("/etc/plomba/site.toml", SiteText(fingerprint));
        Site = SiteFile.Parse(File.ReadAllBytes(_directory.Combine("etc/plomba/site.toml")), "/etc/plomba/site.toml").Site!;
        Write("/var/sigstore/keys/images-developer.pgp", key);
        foreach (var (home, uid) in new[] { ("/home/bob", 1001u), ("/srv/people/carol", 1002u), ("/home/dave", 1003u) })
            MakeDirectory(home, uid, 0b111_000_000);
        Write("/etc/hosts", "127.0.0.1 localhost\n");
        if (isBare)
            return;
        foreach (var file in SiteRendering.ForNode(Site))
            Write($"/{file.RelativePath}", file.Content.ToArray());
        Write("/etc/hosts", "127.0.0.1 localhost\n" + string.Concat(HostsLines.Of(Site).Select(l => l + "\n")));
        foreach (var file in SiteRendering.ForMaker(Site, Account("bob")))
            Write($"/home/bob/{file.RelativePath}", file.Content.ToArray(), 1001);
        MakeDirectory("/srv/people/carol/.config", 1002, 0b111_000_000);
        Root.CreateDirectory(Path("/srv/people/carol/.config/containers"), new(Owner.Root, (UnixFileMode)0b101_101_101, Immutable: true));
    }

    public MachineRoot Root { get; }

    public SiteDescription Site { get; set; }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow.AddMinutes(5)); // keys made meanwhile are not from the future

    /// <summary>The clients' home lies outside of /home: it is found by the account, not by its place.</summary>
    public static string ClientHome => "/srv/people/carol";

    public static HealthyMachine Create(MakerKeys keys) => Create(keys, isBare: false);

    /// <summary>Only accounts, homes and the site: no role was applied yet.</summary>
    public static HealthyMachine CreateBare(MakerKeys keys) => Create(keys, isBare: true);

    private static HealthyMachine Create(MakerKeys keys, bool isBare)
    {
        Assert.SkipUnless(UserId.Effective == 0, "only root can give files to other users");
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        return new HealthyMachine(keys.Fingerprint, keys.Key, isBare);
    }

    /// <summary>Where a path of the machine is for this process.</summary>
    public string Real(string path) => _directory.Combine(path.TrimStart('/'));

    public string Read(string path) => File.ReadAllText(Real(path));

    public HealthyMachine Write(string path, string content, uint owner = 0) => Write(path, Encoding.UTF8.GetBytes(content), owner);

    public HealthyMachine Write(string path, byte[] content, uint owner = 0)
    {
        var place = Path(path);
        MakeParents(place, owner);
        Root.WriteFile(place, content, new(new Owner(owner, owner), (UnixFileMode)0b110_100_100));
        return this;
    }

    /// <summary>For several steps in one expression.</summary>
    public HealthyMachine And(Action next)
    {
        next();
        return this;
    }

    /// <summary>The site gets TLS, and the machine the certificate of its authority.</summary>
    public void WithTls(DateTimeOffset expires)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = new CertificateRequest("CN=example", key, HashAlgorithmName.SHA256).CreateSelfSigned(expires.AddYears(-1), expires);
        Site = Site with { Registry = Site.Registry with { Tls = new(SitePath("/etc/plomba/tls.crt"), SitePath("/etc/plomba/tls.key")) } };
        foreach (var file in SiteRendering.ForNode(Site))
            Write($"/{file.RelativePath}", file.Content.ToArray());
        foreach (var file in SiteRendering.ForMaker(Site, Account("bob")))
            Write($"/home/bob/{file.RelativePath}", file.Content.ToArray(), 1001);
        Write($"/etc/containers/certs.d/{Registry}/ca.crt", authority.ExportCertificatePem());
    }

    public void MakeDirectory(string path, uint owner = 0, int mode = 0b111_101_101)
    {
        MakeParents(Path(path), 0);
        Root.CreateDirectory(Path(path), new(new Owner(owner, owner), (UnixFileMode)mode));
    }

    /// <summary>Takes the lock off carol's configuration.</summary>
    public void Unlock() => Root.SetAttributes(Path($"{ClientHome}/.config/containers"), new(new Owner(1002, 1002), (UnixFileMode)0b111_000_000));

    /// <summary>A store of a user; saved by the caller.</summary>
    public StoreWriter StoreOf(string graphRoot, uint owner)
    {
        Directory.CreateDirectory(Real(graphRoot));
        Give(graphRoot, owner);
        return new StoreWriter(Real(graphRoot));
    }

    /// <summary>Gives a path and everything below it to a user.</summary>
    public void Give(string path, uint owner)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(Real(path), "*", SearchOption.AllDirectories).Append(Real(path)))
            Root.SetAttributes(Path(entry[Real("/").TrimEnd('/').Length..]), new(new Owner(owner, owner), Directory.Exists(entry) ? (UnixFileMode)0b111_000_000 : (UnixFileMode)0b110_000_000));
    }

    public async Task<IReadOnlyList<Finding>> CheckAsync(params string[] rules)
    {
        var report = await ReportAsync(rules);
        return report.Findings;
    }

    public async Task<CheckReport> ReportAsync(params string[] rules)
    {
        var accounts = (await AccountFiles.ReadAsync(Root, Clock, [], TestContext.Current.CancellationToken)).Require();
        var machine = new CheckedMachine(Root, Site, CheckedUsers.Of(accounts, Site.Groups), Clock);
        return RuleSet.Check(machine, rules.Length == 0 ? RuleSet.All : [.. RuleSet.All.Where(r => rules.Contains(r.Id))]);
    }

    public static MachinePath Path(string path) => MachinePath.Parse(path);

    public void Dispose()
    {
        foreach (var place in Directory.EnumerateDirectories(Real(ClientHome), "containers", SearchOption.AllDirectories))
        {
            var path = Path(place[Real("/").TrimEnd('/').Length..]);
            if (Root.Status(path).TryGet(out var status, out _))
                Root.SetAttributes(path, status.Attributes with { Immutable = false });
        }

        Root.Dispose();
        _directory.Dispose();
    }

    private void MakeParents(MachinePath path, uint owner)
    {
        var missing = new Stack<MachinePath>();
        for (var parent = path.Parent; parent is { } place && place.Depth > 0 && !Root.Exists(place); parent = place.Parent)
            missing.Push(place);
        while (missing.TryPop(out var place))
            Root.CreateDirectory(place, new(new Owner(owner, owner), (UnixFileMode)0b111_101_101));
    }

    private static SitePath SitePath(string path) => Plomba.Site.Names.SitePath.TryParse(path, "/", out var place, out _) ? place : throw new FormatException(path);

    private static AccountName Account(string name) => AccountName.TryParse(name, out var account, out _) ? account : throw new FormatException(name);

    private static string SiteText(string fingerprint) => $"""
        format = 1
        [site]
        name = "example"
        [registry]
        name = "{Registry}"
        listen = ["0.0.0.0:80"]
        address = "192.0.2.10"
        data = "/var/lib/plomba"
        [signatures]
        name = "sigstore.local:81"
        listen = ["0.0.0.0:81"]
        address = "192.0.2.10"
        [keys]
        directory = "/var/sigstore/keys"
        [groups]
        user = "podman"
        maker = "podman_dev"
        [access]
        passwords = "/etc/plomba/htpasswd"
        plain-http-passwords = true
        [[key]]
        name = "images-developer"
        fingerprint = "{fingerprint}"
        [[namespace]]
        name = "alt"
        makers = ["bob"]
        keys = ["images-developer"]
        kubernetes = ["production"]
        [[namespace]]
        name = "beta"
        makers = ["bob"]
        keys = ["images-developer"]

        """;
}
