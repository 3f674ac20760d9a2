using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Clients;

/// <summary>The same working day for an ordinary user: rootless podman as maker and as client, signing into an inbox of its own or over the network.</summary>
public sealed class RootlessTests
{
    private const string Key = "images-developer";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_ordinary_user_signs_pulls_and_runs_and_is_refused_what_is_not_signed(bool extension)
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can make an account for the test");
        Assert.SkipUnless(OrdinaryUser.Missing.Length == 0, $"not installed: {OrdinaryUser.Missing}");
        foreach (var tool in new[] { "gpg", "htpasswd" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        await using var site = await Deployment.StartAsync(extension);
        await using var user = await OrdinaryUser.CreateAsync();
        await AdmitAsync(site, user);
        var maker = await HomeAsync(site, user, "maker", "--for", "maker", "--maker", user.Name);
        var client = await HomeAsync(site, user, "client", "--for", "client");
        await SignInAsync(site, user, maker);

        await PushAsync(site, user, maker, "rootless/signed", "signed", "--sign-by", site.Keys[Key]);
        await user.MustAsync(client, null, "podman", "pull", site.Image("rootless/signed"));
        var run = await user.MustAsync(client, null, "podman", "run", "--rm", "--network=none", site.Image("rootless/signed"));
        Assert.Equal("signed", run.Text);

        await PushAsync(site, user, maker, "rootless/unsigned", "unsigned");
        var refused = await user.RunAsync(client, "podman", "pull", site.Image("rootless/unsigned"));
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("Source image rejected: A signature was required, but no signature exists", refused.Errors, StringComparison.Ordinal);

        await VerdictsAsync(site);
        var inbox = site.Combine("staging", user.Name, "rootless");
        Assert.Equal(!extension, Directory.Exists(inbox));
    }

    // The site learns of the user: an account, a namespace, an inbox that belongs to the user.
    private static async Task AdmitAsync(Deployment site, OrdinaryUser user)
    {
        File.SetUnixFileMode(site.Combine(), File.GetUnixFileMode(site.Combine()) | UnixFileMode.OtherExecute);
        var password = await ChildProcess.RunAsync("htpasswd", ["-nbB", "-C", "5", user.Name, Deployment.Password]);
        await File.AppendAllTextAsync(site.Combine("htpasswd"), $"{password.Text.Trim()}\n");
        var inbox = Directory.CreateDirectory(site.Combine("staging", user.Name)).FullName;
        await user.OwnAsync(inbox);
        await Deployment.MustAsync("site", "namespace", "add", "rootless", "--maker", user.Name, "--key", Key, "--site", site.SiteFile);
        site.Server.Signal("HUP");
    }

    private static async Task<string> HomeAsync(Deployment site, OrdinaryUser user, string name, params string[] role)
    {
        var home = await user.CreateHomeAsync(name);
        var configuration = Path.Combine(home, ".config", "containers");
        await site.ConfigureAsync(configuration, role);
        await File.WriteAllTextAsync(
            Path.Combine(configuration, "registries.conf.d", "test.conf"), $"[[registry]]\nlocation = \"{site.Name}\"\ninsecure = true\n");
        await user.OwnAsync(configuration);
        return home;
    }

    private static async Task SignInAsync(Deployment site, OrdinaryUser user, string home)
    {
        var secret = await site.Gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--export-secret-keys", site.Keys[Key]);
        await user.MustAsync(home, secret.Output, "gpg", "--batch", "--import");
        for (var attempt = 0; ; attempt++)
        {
            // The changed site and the new password are taken within moments.
            var login = await user.RunAsync(home, "podman", "login", "--tls-verify=false", "-u", user.Name, "-p", Deployment.Password, site.Name);
            if (login.ExitCode == 0)
                return;
            Assert.True(attempt < 20, login.Errors);
            await Task.Delay(200);
        }
    }

    private static async Task PushAsync(Deployment site, OrdinaryUser user, string home, string image, string content, params string[] sign)
    {
        var layout = Path.Combine(home, content);
        TinyImage.Write(layout, content);
        await user.OwnAsync(layout);
        var id = (await user.MustAsync(home, null, "podman", "pull", "--quiet", $"dir:{layout}")).Text.Trim();
        await user.MustAsync(home, null, ["podman", "push", "--tls-verify=false", .. sign, id, $"docker://{site.Image(image)}"]);
    }

    private static async Task VerdictsAsync(Deployment site)
    {
        var client = await site.ClientAsync();
        var (accepted, why) = await site.VerifyAsync(client, "rootless/signed");
        Assert.True(accepted == 0, why);
        var (refused, _) = await site.VerifyAsync(client, "rootless/unsigned");
        Assert.Equal(3, refused);
    }
}
