using System.Globalization;
using System.Text;
using Plomba.Files;
using Plomba.Site.Rendering.Units;

namespace Plomba.Site.Tests.Rendering;

/// <summary>systemd's own opinion of the server's units.</summary>
public sealed class UnitsTests
{
    private const string Sockets = """
        format = 1
        [site]
        name = "s"
        [registry]
        name = "registry.local"
        listen = ["systemd:registry"]
        data = "/srv/a b%c"
        [signatures]
        name = "sigstore.local:81"
        listen = ["systemd:signatures"]
        [access]
        passwords = "/etc/plomba/htpasswd"

        """;

    // systemd's words: below 2.0 is its best grade ("OK").
    private const double HighestExposure = 1.9;

    // What runs as root because it mends other users' files: still in the same grade's next ("OK" goes to 4.0).
    private const double HighestExposureOfRoot = 3.9;

    [Theory]
    [InlineData("low ports")]
    [InlineData("sockets")]
    public async Task Systemd_finds_no_mistake_in_the_units_and_little_exposure(string kind)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("systemd-analyze"), "systemd-analyze is not installed");
        using var work = new TemporaryDirectory();
        var site = Sites.Valid(kind == "sockets" ? Sockets : Sites.Reference);
        var units = ServerUnits.Render(site, "/bin/true");
        foreach (var (name, text) in units)
            DurableFile.Write(work.Combine(name), Encoding.UTF8.GetBytes(text));

        var verified = await ChildProcess.RunAsync("systemd-analyze", ["verify", "--man=no", .. units.Select(u => work.Combine(u.Name))]);

        Assert.Equal(kind == "sockets" ? 3 : 1, units.Count);
        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.InRange(await ExposureAsync(work.Combine(ServerUnits.Service)), 0, HighestExposure);
    }

    [Fact]
    public async Task Systemd_finds_no_mistake_in_the_units_of_a_machine()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("systemd-analyze"), "systemd-analyze is not installed");
        using var work = new TemporaryDirectory();
        var units = HostUnits.Render("/bin/true").Concat(HostUnits.RenderForJoined("/bin/true")).ToList();
        foreach (var (name, text) in units)
            DurableFile.Write(work.Combine(name), Encoding.UTF8.GetBytes(text));

        var verified = await ChildProcess.RunAsync("systemd-analyze", ["verify", "--man=no", .. units.Select(u => work.Combine(u.Name))]);

        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.InRange(await ExposureAsync(work.Combine(HostUnits.CheckService)), 0, HighestExposureOfRoot);
        Assert.InRange(await ExposureAsync(work.Combine(HostUnits.WatchService)), 0, HighestExposureOfRoot);
        Assert.InRange(await ExposureAsync(work.Combine(HostUnits.UpdateService)), 0, HighestExposureOfRoot);
    }

    [Fact]
    public async Task Systemd_finds_no_mistake_in_the_renewal_of_a_certificate_by_the_sites_own_authority()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("systemd-analyze"), "systemd-analyze is not installed");
        using var work = new TemporaryDirectory();
        const string foreign = "tls = { certificate = \"/srv/a b%c/server.crt\", key = \"/srv/a b%c/server.key\" }\n[signatures]";
        var own = foreign.Replace(" }\n", ", ca = \"/srv/a b%c/ca.crt\" }\n", StringComparison.Ordinal);
        Assert.Empty(RenewalUnits.Render(Sites.Valid(Sockets.Replace("[signatures]", foreign, StringComparison.Ordinal)), "/bin/true"));
        var units = RenewalUnits.Render(Sites.Valid(Sockets.Replace("[signatures]", own, StringComparison.Ordinal)), "/bin/true");
        foreach (var (name, text) in units)
            DurableFile.Write(work.Combine(name), Encoding.UTF8.GetBytes(text));

        var verified = await ChildProcess.RunAsync("systemd-analyze", ["verify", "--man=no", .. units.Select(u => work.Combine(u.Name))]);

        Assert.Equal([RenewalUnits.Service, RenewalUnits.Timer], units.Select(u => u.Name));
        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.Contains("ReadWritePaths=\"/srv/a b%%c\"\n", units[0].Text, StringComparison.Ordinal);
        Assert.Contains("ConditionPathExists=/srv/a b%%c/ca.key\n", units[0].Text, StringComparison.Ordinal);
        Assert.InRange(await ExposureAsync(work.Combine(RenewalUnits.Service)), 0, HighestExposureOfRoot);
    }

    [Fact]
    public void A_low_port_is_the_only_capability_there_is()
    {
        Assert.Contains("CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n", Service(Sites.Reference), StringComparison.Ordinal);
        Assert.Contains("CapabilityBoundingSet=\n", Service(Sockets), StringComparison.Ordinal);
        Assert.Contains("CapabilityBoundingSet=\n", Service(Sites.Minimal), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_and_inboxes_within_the_data_are_read_only()
    {
        Assert.Contains("ReadOnlyPaths=\"/srv/a b%%c/keys\"\nReadOnlyPaths=\"/srv/a b%%c/staging\"\n", Service(Sockets), StringComparison.Ordinal);
        Assert.DoesNotContain("ReadOnlyPaths", Service(Sites.Reference), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/lib/plomba", "ProtectHome=yes")]
    [InlineData("/home/plomba/data", "ProtectHome=read-only")]
    public void Homes_are_hidden_unless_the_site_keeps_something_there(string data, string line) =>
        Assert.Contains($"\n{line}\n", Service(Sites.Reference.Replace("/var/lib/plomba", data, StringComparison.Ordinal)), StringComparison.Ordinal);

    private static async Task<double> ExposureAsync(string unit)
    {
        var security = await ChildProcess.RunAsync("systemd-analyze", ["security", "--offline=true", "--no-pager", unit]);
        return double.Parse(security.Text.Split($"Overall exposure level for {Path.GetFileName(unit)}: ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string Service(string site) => ServerUnits.Render(Sites.Valid(site), "/usr/bin/plomba")[0].Text;
}
