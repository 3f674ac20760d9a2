using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Tests.Rules;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Tests.Roles;

public sealed class NodeRoleTests(MakerKeys keys)
{
    private const string DropIn = "/etc/crio/crio.conf.d/50-plomba.conf";

    [Fact]
    public async Task The_version_comes_from_the_list_of_packages()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/var/lib/dpkg/status", """
            Package: podman
            Status: install ok installed
            Version: 4.3.1+ds1-8

            Package: cri-o-1.35
            Status: deinstall ok config-files
            Version: 1.35.0

            Package: cri-o
            Status: install ok installed
            Version: 1.35.2-1

            """);

        await machine.ApplyAsync("node");

        Assert.DoesNotContain("insecure_registries", machine.Read(DropIn), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Insecure_registries_of_earlier_files_are_repeated_and_stay_when_asked_twice()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Versions = new ClientVersions(null, new ReleaseVersion(1, 30));
        machine.Write("/etc/crio/crio.conf", "[crio.image]\ninsecure_registries = [\"a\"]\n");
        machine.Write("/etc/crio/crio.conf.d/10-own.conf", "[crio.image]\ninsecure_registries = [\"b\", \"registry.local\"]\n");

        await machine.ApplyAsync("node");

        Assert.Contains("insecure_registries = [\"registry.local\", \"b\"]\n", machine.Read(DropIn), StringComparison.Ordinal);
        Assert.Empty((await machine.PlanAsync("node")).Changes);
    }

    [Theory]
    [InlineData("signature_policy = \"/tmp/any.json\"")]
    [InlineData("signature_policy_dir = \"/tmp\"")]
    [InlineData("insecure_registries = []")]
    public async Task A_later_file_that_would_undo_ours_is_refused(string line)
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/crio/crio.conf.d/99-later.conf", $"[crio.image]\n{line}\n");

        Assert.Contains((await machine.PlanAsync("node")).Findings, f => f.Blocks && f.Text.StartsWith("/etc/crio/crio.conf.d/99-later.conf is read after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_configuration_that_CRI_O_cannot_read_is_refused()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/crio/crio.conf.d/10-torn.conf", "[crio.image\n");

        Assert.Contains((await machine.PlanAsync("node")).Findings, f => f.Blocks && f.Text.Contains("10-torn.conf", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_held_is_said_plainly()
    {
        using var machine = RoleMachine.Create(keys);
        machine.SiteText += "kubernetes = [\"team-a\"]\n";
        machine.Versions = new ClientVersions(null, new ReleaseVersion(1, 27));
        machine.Write("/etc/containerd/config.toml", "");
        machine.Write("/usr/bin/dockerd", "");

        var old = (await machine.PlanAsync("node")).Findings;
        machine.Versions = new ClientVersions(null, new ReleaseVersion(1, 30));
        var newer = (await machine.PlanAsync("node")).Findings;

        Assert.Contains(old, f => !f.Blocks && f.Text.StartsWith("containerd is on this machine", StringComparison.Ordinal));
        Assert.Contains(old, f => !f.Blocks && f.Text.StartsWith("docker is on this machine", StringComparison.Ordinal));
        Assert.Contains(old, f => f.Text.StartsWith("CRI-O 1.27 knows no policies", StringComparison.Ordinal));
        Assert.Contains(newer, f => f.Text.StartsWith("CRI-O 1.30 does not ask", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CRI_O_is_restarted_for_its_own_file_and_reloaded_for_registries()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/usr/lib/systemd/system/crio.service", "[Service]\n");

        var activations = (await machine.PlanAsync("node")).Activations;

        Assert.True(activations.Single(a => a.Command == "systemctl restart -- crio.service").IsNeeded([Changed(DropIn)]));
        Assert.False(activations.Single(a => a.Command == "systemctl restart -- crio.service").IsNeeded([Changed("/etc/containers/policy.json")]));
        Assert.True(activations.Single(a => a.Command == "systemctl try-reload-or-restart -- crio.service").IsNeeded([Changed("/etc/containers/registries.conf.d/50-plomba.conf")]));
    }

    [Fact]
    public async Task The_policy_of_a_Kubernetes_namespace_that_has_left_the_site_goes_and_a_file_of_others_stays()
    {
        using var machine = RoleMachine.Create(keys);
        var without = machine.SiteText;
        machine.SiteText += "kubernetes = [\"team-a\", \"team-b\", \"team-c\"]\n";
        await machine.ApplyAsync("node");
        machine.Write("/etc/crio/policies/team-b.json", "{}");
        machine.Write("/etc/crio/policies/own.json", "{}");
        var before = machine.Snapshot();
        machine.SiteText = without + "kubernetes = [\"team-c\"]\n";

        var number = await machine.ApplyAsync("node");

        Assert.Equal(["own.json", "team-b.json", "team-c.json"], machine.Root.List(MachinePath.Parse("/etc/crio/policies")).Require().Select(e => e.Path.Name));
        Assert.Empty((await machine.PlanAsync("node")).Changes);
        machine.Undo(number);
        Assert.Equal(before, machine.Snapshot());
        Assert.Equal(["/etc/crio/policies/team-a.json"], (await machine.PlanAsync("node")).Changes.Where(c => c.After is null).Select(c => c.Path.Text));
    }

    [Fact]
    public async Task A_rootless_node_has_its_users_configuration_closed_and_its_own_manager_told()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("kube", 1700);

        var plan = await machine.PlanAsync("node", "kube");
        await machine.ApplyAsync("node", "kube");

        Assert.Equal((Owner.Root, (UnixFileMode)0b101_101_101), (machine.Status("/home/kube/.config/containers").Attributes.Owner, machine.Status("/home/kube/.config/containers").Attributes.Mode));
        Assert.Contains(plan.Activations, a => a.Command == "systemctl --user --machine=kube@ restart -- crio.service");
        Assert.Contains((await machine.PlanAsync("node", "nobody-there")).Findings, f => f.Blocks && f.Text.StartsWith("there is no user nobody-there", StringComparison.Ordinal));
    }

    private static Change Changed(string path) => new(MachinePath.Parse(path), null, null, "");
}
