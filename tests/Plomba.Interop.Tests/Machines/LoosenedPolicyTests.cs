using System.Text.Json;
using Plomba.Files;

namespace Plomba.Interop.Tests.Machines;

/// <summary>
/// Line 9 of the working day: a client's user, without root, tries to loosen the policy. What is prevented here is
/// prevented by the kernel; what podman lets pass must be found by the host check.
/// </summary>
[Collection(MachineSiteCollection.Name)]
public sealed class LoosenedPolicyTests(MachineSite site)
{
    private const string Open = "/srv/open.json", Unsigned = "registry.local/alt/loose", Remove = "podman rmi --all --force";

    [Theory]
    [InlineData("write an own policy", "echo '{}' >~/.config/containers/policy.json")]
    [InlineData("write own signature stores", "mkdir ~/.config/containers/registries.d")]
    [InlineData("remove the closed directory", "rm -rf ~/.config/containers")]
    [InlineData("rename the closed directory", "mv ~/.config/containers ~/.config/old")]
    [InlineData("replace the closed directory", "ln -sfn /tmp ~/.config/containers")]
    [InlineData("open the closed directory", "chmod 777 ~/.config/containers")]
    [InlineData("take the closed directory", "chown $USER ~/.config/containers")]
    [InlineData("clear the immutable attribute", "chattr -i ~/.config/containers")]
    [InlineData("mount over the closed directory", "mount -t tmpfs tmpfs ~/.config/containers")]
    [InlineData("become root of a user namespace and write", "podman unshare touch ~/.config/containers/policy.json")]
    [InlineData("become root of a user namespace and clear the attribute", "podman unshare chattr -i ~/.config/containers")]
    [InlineData("edit the system's policy", "echo '{}' >/etc/containers/policy.json")]
    [InlineData("delete the system's policy", "rm -f /etc/containers/policy.json")]
    [InlineData("replace the system's policy", "mv ~/.bashrc /etc/containers/policy.json")]
    [InlineData("edit the signature stores", "echo >>/etc/containers/registries.d/plomba.yaml")]
    [InlineData("add signature stores", "touch /etc/containers/registries.d/other.yaml")]
    [InlineData("edit the registries", "echo >>/etc/containers/registries.conf.d/50-plomba.conf")]
    [InlineData("rename the system's configuration", "mv /etc/containers /etc/other")]
    [InlineData("edit a key", "echo >>/var/sigstore/keys/images-developer.pgp")]
    [InlineData("delete a key", "rm -f /var/sigstore/keys/images-developer.pgp")]
    [InlineData("add a key", "touch /var/sigstore/keys/other.pgp")]
    [InlineData("rename the key directory", "mv /var/sigstore /var/other")]
    [InlineData("point the registry's name elsewhere", "echo '127.0.0.1 registry.local' >>/etc/hosts")]
    public async Task It_is_prevented_to(string what, string script)
    {
        var before = await StateAsync();
        var tried = await RunAsync(script);
        Assert.True(tried.ExitCode != 0, $"{what}: it worked");
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData("pull with another HOME", "P206", $"""
        mkdir -p ~/elsewhere/.config/containers; cp {Open} ~/elsewhere/.config/containers/policy.json
        HOME=~/elsewhere podman pull -q {Unsigned}
        """, "podman unshare rm -rf ~/elsewhere")]
    [InlineData("pull with --signature-policy", "P201", $"podman pull -q --signature-policy {Open} {Unsigned}", Remove)]
    [InlineData("copy into the store with skopeo --insecure-policy", "P201", $"podman unshare skopeo copy -q --insecure-policy docker://{Unsigned} containers-storage:{Unsigned}:latest", Remove)]
    [InlineData("load an archive under another policy", "P201", $"""
        skopeo copy -q --insecure-policy docker://{Unsigned} docker-archive:$HOME/archive:{Unsigned}:latest
        podman load -q --signature-policy {Open} -i ~/archive
        """, $"rm -f ~/archive; {Remove}")]
    [InlineData("build an image", "P201", """
        mkdir -p ~/build; printf 'FROM scratch\nLABEL built=here\n' >~/build/Containerfile
        podman build -q -t built ~/build
        """, $"rm -rf ~/build; {Remove}")]
    [InlineData("rename ~/.config and begin afresh", "P109", $"""
        mv ~/.config ~/.old; mkdir -p ~/.config/containers; cp {Open} ~/.config/containers/policy.json
        podman pull -q {Unsigned}
        """, $"{Remove}; rm -r ~/.config; mv ~/.old ~/.config")]
    [InlineData("name another policy for every login", "P207", "echo export CONTAINERS_POLICY_JSON=~/policy.json >>~/.profile", "sed -i /CONTAINERS_POLICY_JSON/d ~/.profile")]
    public async Task It_is_found_by_the_host_check_to(string what, string rule, string script, string undo)
    {
        await PrepareAsync();
        var tried = await RunAsync(script);
        try
        {
            Assert.True(tried.ExitCode == 0, $"{what}: {tried.Errors}");
            var found = await FoundAsync();
            Assert.True(found.Contains(rule, StringComparer.Ordinal), $"{what}: {rule} is not among {string.Join(", ", found)}");
        }
        finally
        {
            await RunAsync(undo);
        }

        Assert.DoesNotContain(rule, await FoundAsync());
    }

    [Fact]
    public async Task An_archive_is_loaded_only_under_another_policy()
    {
        await PrepareAsync();
        var tried = await RunAsync($"skopeo copy -q --insecure-policy docker://{Unsigned} docker-archive:$HOME/archive:{Unsigned}:latest; podman load -q -i ~/archive");
        await RunAsync("rm ~/archive");
        Assert.Equal(125, tried.ExitCode);
        Assert.Contains("is rejected by policy", tried.Errors, StringComparison.Ordinal);
    }

    private async Task PrepareAsync()
    {
        // The watch would mend some of it before the check looks.
        await site.Client.MustAsync("systemctl", "stop", "plomba-host-watch.service");
        await site.Client.WriteAsync(Open, """{"default":[{"type":"insecureAcceptAnything"}]}""");
        if ((await site.Server.RunAsync("skopeo", "inspect", "--no-creds", "--tls-verify=false", $"docker://{Unsigned}")).ExitCode != 0)
            await site.PushAsync("alt/loose", "loose", signBy: null);
    }

    // The rules that the check of the whole machine says are broken.
    private async Task<List<string>> FoundAsync()
    {
        var check = await site.Client.RunAsync("plomba", "host", "check", "--site", MachineSite.SiteFile, "--output", "json");
        Assert.True(check.ExitCode is 0 or 3, check.Errors);
        using var report = JsonDocument.Parse(check.Output);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()!)];
    }

    private Task<ChildResult> RunAsync(string script) => site.Client.RunAsAsync(MachineSite.User, "env", $"USER={MachineSite.User}", "bash", "-ec", script);

    private async Task<string> StateAsync() => (await site.Client.ScriptAsync($$"""
        for place in /etc/containers /var/sigstore /home/{{MachineSite.User}}/.config/containers /etc/hosts; do
            find $place -printf '%p %y %m %u %g %l\n'
            find $place -type f -exec sha256sum {} +
            lsattr -d $place
        done
        """)).Text;
}
