using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Roles;

public sealed class ServerRoleTests(MakerKeys keys)
{
    [Fact]
    public async Task The_service_owns_its_data_and_reads_what_it_must_not_change()
    {
        using var machine = RoleMachine.Create(keys);

        await machine.ApplyAsync("server");

        var line = machine.Read("/etc/passwd").Split('\n').Single(l => l.StartsWith("plomba:", StringComparison.Ordinal)).Split(':');
        var service = new Owner(uint.Parse(line[2], System.Globalization.CultureInfo.InvariantCulture), uint.Parse(line[3], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("/sbin/nologin", line[6]);
        Assert.InRange(service.User, 1u, 999u);
        Assert.Equal(new NodeAttributes(service, (UnixFileMode)0b111_101_000), machine.Status("/var/lib/plomba").Attributes);
        foreach (var file in new[] { "/etc/plomba/site.toml", "/etc/plomba/htpasswd" })
            Assert.Equal(new NodeAttributes(service with { User = 0 }, (UnixFileMode)0b110_100_000), machine.Status(file).Attributes);
        Assert.Equal(machine.SiteText, machine.Read("/etc/plomba/site.toml"));
    }

    [Fact]
    public async Task What_root_imported_into_the_data_becomes_the_services_and_nothing_that_was_planted_there()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/var/lib/plomba/journal/000001.jsonl", "{}");
        machine.Write("/var/lib/plomba/trust/root.json", "{}");
        machine.MakeDirectory("/var/lib/plomba/signatures", default, 0b111_000_000);
        machine.Write("/etc/secret", "root's");
        machine.Root.CreateLink(MachinePath.Parse("/var/lib/plomba/link"), "/etc/secret", new Owner(1500, 1500));
        Assert.Equal(0, (await ChildProcess.RunAsync("ln", [machine.Real("/etc/secret"), machine.Real("/var/lib/plomba/second-name")], cancellation: TestContext.Current.CancellationToken)).ExitCode);
        var plan = await machine.PlanAsync("server");
        var handover = Assert.Single(plan.Handovers);
        Assert.Contains(PlanText.Of(plan), l => l.StartsWith("~ /var/lib/plomba/**", StringComparison.Ordinal));
        await machine.ApplyAsync("server");

        Assert.Equal(3, handover.Make(machine.Root));

        foreach (var path in new[] { "/var/lib/plomba/journal", "/var/lib/plomba/journal/000001.jsonl", "/var/lib/plomba/signatures" })
            Assert.Equal(handover.Owner, machine.Status(path).Attributes.Owner);
        Assert.Equal((UnixFileMode)0b111_000_000, machine.Status("/var/lib/plomba/signatures").Attributes.Mode);
        foreach (var path in new[] { "/etc/secret", "/var/lib/plomba/second-name", "/var/lib/plomba/trust/root.json" })
            Assert.Equal(Owner.Root, machine.Status(path).Attributes.Owner);
        Assert.True((await machine.PlanAsync("server")).IsEmpty);
    }

    [Fact]
    public async Task Nobody_but_root_can_put_a_key_in_place_of_the_sites()
    {
        using var machine = RoleMachine.Create(keys);
        // As the hand-made recipe leaves it.
        machine.AddUser("anna", 1001);
        machine.MakeDirectory("/var/sigstore", new Owner(0, 1001), 0b111_111_101);
        machine.MakeDirectory("/var/sigstore/keys", new Owner(0, 1001), 0b111_111_101);
        machine.Write("/var/sigstore/keys/maker.pgp", "garbage", new Owner(1001, 1001));

        await machine.ApplyAsync("server developer");

        foreach (var directory in new[] { "/var/sigstore", "/var/sigstore/keys", "/var/sigstore/staging" })
            Assert.Equal(NodeAttributes.RootDirectory, machine.Status(directory).Attributes);
        Assert.Equal(NodeAttributes.RootFile, machine.Status("/var/sigstore/keys/maker.pgp").Attributes);
        Assert.Equal(keys.Key, await File.ReadAllBytesAsync(machine.Real("/var/sigstore/keys/maker.pgp"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_maker_writes_into_an_inbox_of_its_own()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("anna", 1001);
        machine.AddUser("bob", 1002);

        await machine.ApplyAsync("server");

        Assert.Equal(NodeAttributes.RootDirectory with { Owner = new(1001, 1001) }, machine.Status("/var/sigstore/staging/anna").Attributes);
        Assert.Equal(NodeAttributes.RootDirectory with { Owner = new(1002, 1002) }, machine.Status("/var/sigstore/staging/bob").Attributes);
    }

    [Fact]
    public async Task Units_are_enabled_and_started_and_sockets_before_their_service()
    {
        using var machine = RoleMachine.Create(keys);
        machine.SiteText = machine.SiteText.Replace("0.0.0.0:80", "systemd:registry", StringComparison.Ordinal);

        var plan = await machine.PlanAsync("server");
        await machine.ApplyAsync("server");

        Assert.Equal("/etc/systemd/system/plomba.service", machine.Root.ReadLink(MachinePath.Parse("/etc/systemd/system/multi-user.target.wants/plomba.service")).Require());
        Assert.Equal("/etc/systemd/system/plomba-registry.socket", machine.Root.ReadLink(MachinePath.Parse("/etc/systemd/system/sockets.target.wants/plomba-registry.socket")).Require());
        Assert.Equal(
            ["systemctl daemon-reload", "systemctl stop -- plomba.service", "systemctl restart -- plomba-registry.socket", "systemctl restart -- plomba.service"],
            plan.Activations.Select(a => a.Command));
    }

    [Fact]
    public async Task A_certificate_by_the_sites_own_authority_is_renewed_by_a_timer_and_another_is_not()
    {
        using var machine = RoleMachine.Create(keys);
        const string foreign = "tls = { certificate = \"/etc/plomba/tls/server.crt\", key = \"/etc/plomba/tls/server.key\" }";
        var without = machine.SiteText;
        machine.SiteText = without.Replace("[signatures]", $"{foreign}\n[signatures]", StringComparison.Ordinal);
        Assert.DoesNotContain((await machine.PlanAsync("server")).Changes, c => c.Path.Name.StartsWith("plomba-tls-renew", StringComparison.Ordinal));

        machine.SiteText = without.Replace("[signatures]", $"{foreign.Replace(" }", ", ca = \"/etc/plomba/tls/ca.crt\" }", StringComparison.Ordinal)}\n[signatures]", StringComparison.Ordinal);
        var plan = await machine.PlanAsync("server");
        Assert.Equal("systemctl restart -- plomba-tls-renew.timer", plan.Activations[^1].Command);
        await machine.ApplyAsync("server");
        Assert.True(machine.Root.Exists(MachinePath.Parse("/etc/systemd/system/timers.target.wants/plomba-tls-renew.timer")));
        Assert.Empty((await machine.PlanAsync("server")).Changes);
    }

    [Fact]
    public async Task Keys_within_the_data_are_a_finding_and_inboxes_there_can_be_reached()
    {
        using var machine = RoleMachine.Create(keys);
        machine.SiteText = machine.SiteText.Replace("/var/sigstore/", "/var/lib/plomba/", StringComparison.Ordinal);

        Assert.Contains((await machine.PlanAsync("server")).Findings, f => !f.Blocks && f.Text.Contains("whoever takes over the service", StringComparison.Ordinal));
        await machine.ApplyAsync("server");

        Assert.Equal((UnixFileMode)0b111_001_001, machine.Status("/var/lib/plomba").Attributes.Mode);
        Assert.Equal(NodeAttributes.RootDirectory, machine.Status("/var/lib/plomba/keys").Attributes);
    }

    [Fact]
    public async Task A_site_with_relative_paths_is_not_moved()
    {
        using var machine = RoleMachine.Create(keys);
        var relative = machine.SiteText.Replace("data = \"/var/lib/plomba\"", "data = \"../../var/lib/plomba\"", StringComparison.Ordinal);
        machine.SiteText = relative;
        Assert.DoesNotContain((await machine.PlanAsync("server")).Findings, f => f.Blocks);

        machine.SiteFilePath = "/srv/a/b/site.toml";

        Assert.Contains((await machine.PlanAsync("server")).Findings, f => f.Blocks && f.Text.Contains("relative", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Missing_passwords_are_said_before_the_service_fails()
    {
        using var machine = RoleMachine.Create(keys);
        File.Delete(machine.Real("/etc/plomba/htpasswd"));

        var plan = await machine.PlanAsync("server");

        Assert.Contains(plan.Findings, f => !f.Blocks && f.Text.StartsWith("/etc/plomba/htpasswd is not there yet", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Changes, c => c.Path == MachinePath.Parse("/etc/plomba/htpasswd"));
    }
}
