using System.Text;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Rules;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>On a healthy machine nothing is found; with one thing broken exactly that is.</summary>
public sealed class EveryRuleTests(MakerKeys keys)
{
    private const string Policy = "/etc/containers/policy.json";
    private const string MakersPolicy = "/home/bob/.config/containers/policy.json";
    private const string Store = $"{Home}/.local/share/containers/storage";
    private const string Home = "/srv/people/carol";

    private static readonly Dictionary<string, Func<HealthyMachine, MakerKeys, Task>> Breakages = new(StringComparer.Ordinal)
    {
        ["P101"] = async (machine, keys) => await SignedAsync(machine, keys, "/home/dave/.local/share/containers/storage", 1003),
        ["P102"] = Now(machine => Replace(machine, Policy, "\"default\": [\n        {\n            \"type\": \"reject\"", "\"default\": [\n        {\n            \"type\": \"insecureAcceptAnything\"")),
        ["P102 of a client"] = Now(machine =>
        {
            machine.Write("/home/dave/.config/containers/policy.json", machine.Read(MakersPolicy), 1003);
        }),
        ["P103"] = Now(machine => Replace(machine, Policy, "registry.local/beta\"", "registry.local/gamma\"")),
        ["P104"] = Now(machine => Replace(machine, Policy, "\"docker\": {", "\"docker\": { \"quay.io\": [{\"type\": \"insecureAcceptAnything\"}],")),
        ["P104 of a maker"] = Now(machine => Replace(machine, MakersPolicy, "\"docker\": {", "\"docker\": { \"registry.local/alt/open\": [{\"type\": \"insecureAcceptAnything\"}],")),
        ["P105"] = Now(machine => Replace(machine, Policy, "\"transports\": {", "\"transports\": { \"docker-daemon\": {\"\": [{\"type\": \"insecureAcceptAnything\"}]},")),
        ["P106"] = Now(machine => Replace(machine, "/etc/containers/registries.d/plomba.yaml", "sigstore.local:81", "sigstore.local.evil.org:81")),
        ["P106 without a port"] = Now(machine => Replace(machine, "/home/bob/.config/containers/registries.d/plomba.yaml", "http://sigstore.local:81", "http://sigstore.local")),
        ["P107"] = Now(machine => Replace(machine, "/etc/group", "wheel:x:10:root", "wheel:x:10:root,bob")),
        ["P108"] = Now(machine => machine.Write("/etc/containers/storage.conf", "[storage]\nrootless_storage_path = \"/var/lib/shared\"\n").And(() => Replace(machine, "/etc/group", "podman:x:501:bob,carol", "podman:x:501:bob,carol,dave"))
            .And(() => Lock(machine, "/home/dave", 1003))),
        ["P108 open to others"] = Now(machine => machine.MakeDirectory(Store, 1002, 0b111_111_111)),
        ["P109"] = Now(machine => machine.Unlock()),
        ["P109 not immutable"] = Now(machine => machine.Root.SetAttributes(Lock(), new(Owner.Root, (UnixFileMode)0b101_101_101))),
        ["P110"] = Now(machine => Directory.Move(machine.Real($"{Home}/.config"), machine.Real($"{Home}/.config.old"))),
        ["P111"] = Now(machine => Replace(machine, Policy, "\"default\"", "\"defaults\"")),
        ["P111 of a maker"] = Now(machine => machine.Write(MakersPolicy, "{", 1001)),
        ["P112"] = async (machine, keys) =>
        {
            machine.Write("/var/sigstore/keys/other.pgp", await keys.OtherKeyAsync());
            var text = machine.Read(Policy);
            var at = text.IndexOf("images-developer", StringComparison.Ordinal);
            machine.Write(Policy, string.Concat(text.AsSpan(0, at), "other", text.AsSpan(at + "images-developer".Length)));
        },
        ["P113"] = Now(machine => machine.Root.Remove(HealthyMachine.Path("/var/sigstore/keys/images-developer.pgp"))),
        ["P113 garbage"] = Now(machine => machine.Write("/var/sigstore/keys/images-developer.pgp", "no key")),
        ["P114"] = async (machine, keys) => machine.Write("/var/sigstore/keys/images-developer.pgp", await keys.OtherKeyAsync()),
        ["P115"] = Now(machine => machine.Clock.Advance(TimeSpan.FromDays(700))),
        ["P116"] = Now(machine => machine.Clock.Advance(TimeSpan.FromDays(800))),
        ["P117"] = async (machine, keys) => machine.Write("/var/sigstore/keys/images-developer.pgp", await keys.RevokedKeyAsync()),
        ["P118"] = Now(machine => machine.Write("/root/.config/containers/policy.json", machine.Read(Policy))),
        ["P119"] = Now(machine => machine.Write("/etc/containers/registries.d/default.yaml", "docker:\n  registry.local:\n    lookaside: http://sigstore.local:81/sigstore\n")),
        ["P121"] = Now(machine => machine.Write("/etc/crio/crio.conf.d/10-other.conf", "[crio.image]\ninsecure_registries = [\"other.local\"]\n")
            .And(() => machine.Root.Remove(HealthyMachine.Path("/etc/crio/crio.conf.d/50-plomba.conf")))
            .And(() => machine.Write("/etc/crio/crio.conf.d/60-policy.conf", $"[crio.image]\nsignature_policy = \"{Policy}\"\n"))),
        ["P122"] = Now(machine => machine.Write("/etc/crio/crio.conf.d/99-late.conf", "[crio.image]\nsignature_policy = \"/etc/crio/open.json\"\n")),
        ["P122 broken"] = Now(machine => machine.Write("/etc/crio/crio.conf.d/99-late.conf", "[crio.image\n")),
        ["P123"] = Now(machine => machine.Write("/etc/containers/registries.conf", "[registries.search]\nregistries = [\"registry.local\"]\n")),
        ["P124"] = Now(machine => machine.Write("/etc/containers/registries.conf.d/60-other.conf", "[[registry]]\nprefix = \"registry.local\"\nlocation = \"registry.local\"\ninsecure = false\n")
            .And(() => machine.Root.Remove(HealthyMachine.Path("/etc/crio/crio.conf.d/50-plomba.conf")))
            .And(() => machine.Write("/etc/crio/crio.conf.d/60-policy.conf", $"[crio.image]\nsignature_policy = \"{Policy}\"\n"))),
        ["P125"] = Now(machine => machine.Write("/etc/crio/policies/production.json", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}")),
        ["P126"] = Now(machine => machine.Write("/etc/crio/policies/left-the-site.json", machine.Read(Policy))),
        ["P201"] = Now(machine => Unsigned(machine, Store, 1002)),
        ["P202"] = async (machine, keys) => await SignedAsync(machine, keys, Store, 1002, "localhost/mine:v1"),
        ["P203"] = Now(machine => machine.Write($"{Store}/overlay-images/images.json", "[{]", 1002).And(() => machine.Give($"{Home}/.local", 1002))),
        ["P204"] = Now(machine =>
        {
            var store = machine.StoreOf(Store, 1002);
            store.AddContainer("web", store.Add("unsigned", ["registry.local/alt/app:v1"]).Id);
            store.Save();
            machine.Give($"{Home}/.local", 1002);
        }),
        ["P205"] = Now(machine => machine.Write("/etc/crio/crio.conf.d/60-pause.conf", "[crio.image]\npause_image = \"registry.k8s.io/pause:3.9\"\n")),
        ["P205 static pod"] = Now(machine => machine.Write("/etc/kubernetes/manifests/etcd.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: registry.k8s.io/etcd:3.5.9-0\n")),
        ["P206"] = Now(machine => Unsigned(machine, $"{Home}/elsewhere/.local/share/containers/storage", 1002)),
        ["P206 in a shared place"] = Now(machine => Unsigned(machine, "/var/tmp/x/.local/share/containers/storage", 1002)),
        ["P207"] = Now(machine => machine.Write($"{Home}/.bashrc", "alias p='podman pull'\nexport CONTAINERS_POLICY_JSON=$HOME/open.json\n", 1002)),
        ["P301"] = Now(machine => machine.Root.SetAttributes(HealthyMachine.Path("/var/sigstore/keys"), new(new Owner(0, 502), (UnixFileMode)0b111_111_101))),
        ["P301 unreadable"] = Now(machine => machine.Root.SetAttributes(HealthyMachine.Path(Policy), new(Owner.Root, (UnixFileMode)0b110_000_000))),
        ["P302"] = Now(machine => Replace(machine, "/etc/hosts", "192.0.2.10 registry.local", "192.0.2.66 registry.local")),
        ["P302 missing"] = Now(machine => machine.Write("/etc/hosts", "192.0.2.10 registry.local.evil.org sigstore.local\n")),
        ["P303"] = Now(machine => machine.WithTls(DateTimeOffset.UtcNow.AddDays(20))),
        ["P304"] = Now(machine => machine.Root.CreateLink(HealthyMachine.Path("/etc/systemd/system/plomba.service"), "/dev/null", Owner.Root), "/etc/systemd/system"),
        ["P305"] = Now(machine => machine.Write("/etc/plomba/joined/joined.json", "{\"url\":\"http://registry.local/trust/\",\"joined\":\"2026-01-01T00:00:00Z\",\"updated\":\"2026-01-01T00:00:00Z\"}")),
        ["P305 expired"] = Now(machine => machine.Write("/etc/plomba/joined/joined.json", "{\"url\":null,\"joined\":\"2026-01-01T00:00:00Z\",\"updated\":\"2026-01-01T00:00:00Z\"}")
            .And(() => machine.Write("/etc/plomba/joined/current/site.toml", machine.Read("/etc/plomba/site.toml")))),
        ["P304 not enabled"] = Now(machine => machine.Write("/etc/systemd/system/plomba-watch.service", "[Service]\nExecStart=/usr/bin/plomba host watch\n[Install]\nWantedBy=multi-user.target\n")),
    };

    public static TheoryData<string> All => [.. Breakages.Keys];

    [Fact]
    public async Task A_healthy_machine_gives_no_finding()
    {
        using var machine = HealthyMachine.Create(keys);
        await SignedAsync(machine, keys, Store, 1002);
        Unsigned(machine, "/home/bob/.local/share/containers/storage", 1001); // a maker builds what is not signed yet
        Assert.Empty(await machine.CheckAsync());
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task One_thing_broken_gives_exactly_that_finding(string what)
    {
        using var machine = HealthyMachine.Create(keys);
        await Breakages[what](machine, keys);
        var findings = await machine.CheckAsync();
        Assert.Equal([what.Split(' ')[0]], findings.Select(f => f.Rule).Distinct());
        Assert.All(findings, f => Assert.All(new[] { f.Subject, f.Found, f.Why, f.Mend }, text => Assert.NotEqual("", text)));
    }

    [Fact]
    public void Every_rule_is_broken_by_a_test() =>
        Assert.Equal(RuleSet.All.Where(r => !r.NeedsNetwork).Select(r => r.Id).Order(), Breakages.Keys.Select(k => k.Split(' ')[0]).Distinct().Order());

    internal static void Unsigned(HealthyMachine machine, string graphRoot, uint owner)
    {
        var store = machine.StoreOf(graphRoot, owner);
        store.Add("unsigned", ["registry.local/alt/app:v1"]);
        store.Save();
        machine.Give(graphRoot, owner);
    }

    internal static async Task SignedAsync(HealthyMachine machine, MakerKeys keys, string graphRoot, uint owner, params string[] names)
    {
        var store = machine.StoreOf(graphRoot, owner);
        store.Add("signed", ["registry.local/alt/app:v1", .. names], await keys.SignAsync("registry.local/alt/app:v1", "signed"));
        store.Save();
        machine.Give(graphRoot, owner);
    }

    private static Func<HealthyMachine, MakerKeys, Task> Now(Action<HealthyMachine> breaking, string? directory = null) => (machine, _) =>
    {
        if (directory is not null)
            machine.MakeDirectory(directory);
        breaking(machine);
        return Task.CompletedTask;
    };

    private static void Replace(HealthyMachine machine, string path, string old, string text)
    {
        var content = machine.Read(path);
        Assert.Contains(old, content, StringComparison.Ordinal);
        var owner = machine.Root.Status(HealthyMachine.Path(path)).Require().Attributes.Owner.User;
        machine.Write(path, Encoding.UTF8.GetBytes(content.Replace(old, text, StringComparison.Ordinal)), owner);
    }

    private static MachinePath Lock() => HealthyMachine.Path($"{Home}/.config/containers");

    private static void Lock(HealthyMachine machine, string home, uint owner)
    {
        machine.MakeDirectory($"{home}/.config", owner);
        machine.MakeDirectory($"{home}/.config/containers", 0, 0b101_101_101);
        machine.Root.SetAttributes(HealthyMachine.Path($"{home}/.config/containers"), new(Owner.Root, (UnixFileMode)0b101_101_101, Immutable: true));
    }
}
