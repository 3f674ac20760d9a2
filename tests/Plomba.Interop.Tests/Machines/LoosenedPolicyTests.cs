using Plomba.Files;

namespace Plomba.Interop.Tests.Machines;

/// <summary>
/// Line 9 of the working day: a client's user, without root, tries to loosen the policy. What is prevented here is
/// prevented by the kernel; what podman lets pass must be found by the host check.
/// </summary>
[Collection(MachineSiteCollection.Name)]
public sealed class LoosenedPolicyTests(MachineSite site)
{
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

    private Task<ChildResult> RunAsync(string script) => site.Client.RunAsAsync(MachineSite.User, "env", $"USER={MachineSite.User}", "bash", "-ec", script);

    private async Task<string> StateAsync() => (await site.Client.ScriptAsync($$"""
        for place in /etc/containers /var/sigstore /home/{{MachineSite.User}}/.config/containers /etc/hosts; do
            find $place -printf '%p %y %m %u %g %l\n'
            find $place -type f -exec sha256sum {} +
            lsattr -d $place
        done
        """)).Text;
}
