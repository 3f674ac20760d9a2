using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.TrustBundle;

/// <summary>Several machines of one site, walked through a rotation and a revocation by what administrators publish alone.</summary>
public sealed class FleetTests
{
    private const int Machines = 3;

    [Fact]
    public async Task A_rotation_and_a_revocation_reach_every_machine_and_change_its_verdicts()
    {
        foreach (var tool in new[] { "gpg", "skopeo" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        await using var site = await AdministeredSite.CreateAsync(2, "alice", "bob", "carol");
        await using var gpg = new GpgHome();
        var (old, fresh) = (await gpg.CreateKeyAsync("Old <old@example.org>"), await gpg.CreateKeyAsync("New <new@example.org>"));

        // The site with the old key, published; the machines join and become clients.
        await AddKeyAsync(site, gpg, old, "old");
        await SiteAsync(site, "namespace", "add", "alt", "--key", "old");
        await site.PublishAsync("alice");
        var digest = (await site.PublishAsync("bob")).GetProperty("rootSha256").GetString()!;
        await site.ServeAsync();
        var machines = Enumerable.Range(0, Machines).Select(i => site.Combine($"machine{i}")).ToList();
        foreach (var machine in machines)
        {
            MakeRoot(machine);
            await RunAsync(0, "host", "join", site.Url, "--root-sha256", digest, "--root", machine);
            await RunAsync(0, "host", "apply", "client", "--root", machine, "--yes");
        }

        var image = await SignedImageAsync(site, gpg, old, "first");
        await VerdictsAsync(machines, image, site, expected: 0);

        // Rotation: the new key counts beside the old one; machines that have not asked yet do not know.
        await AddKeyAsync(site, gpg, fresh, "fresh");
        await SiteAsync(site, "namespace", "set", "alt", "--key", "old", "--key", "fresh");
        await site.PublishAsync("alice");
        await site.PublishAsync("carol");
        var signedAnew = await SignedImageAsync(site, gpg, fresh, "second");
        await VerdictsAsync(machines, signedAnew, site, expected: 3);
        await RefreshAsync(machines);
        await VerdictsAsync(machines, signedAnew, site, expected: 0);
        await VerdictsAsync(machines, image, site, expected: 0);

        // Revocation: the old key is published with its revocation, and what it signed counts nowhere any more.
        await gpg.RevokeAsync(old);
        await File.WriteAllBytesAsync(site.Combine("keys", "old.pgp"), await gpg.ExportAsync(old));
        await site.PublishAsync("bob");
        await site.PublishAsync("carol");
        await RefreshAsync(machines);
        await VerdictsAsync(machines, image, site, expected: 3);
        await VerdictsAsync(machines, signedAnew, site, expected: 0);
    }

    private static async Task RefreshAsync(List<string> machines)
    {
        foreach (var machine in machines)
            await RunAsync(0, "host", "join", "--refresh", "--root", machine);
    }

    private static async Task<string> SignedImageAsync(AdministeredSite site, GpgHome gpg, string key, string tag)
    {
        var image = $"127.0.0.1:{site.Port}/alt/app:{tag}";
        TinyImage.Write(site.Combine(tag), tag);
        var pushed = await ChildProcess.RunAsync("skopeo", ["--insecure-policy", "copy", "--dest-tls-verify=false", $"dir:{site.Combine(tag)}", $"docker://{image}"]);
        Assert.True(pushed.ExitCode == 0, pushed.Errors);
        await RunAsync(0, "sign", image, "--sign-by", key, "--gpg-home", gpg.Path, "--site", site.SiteFile);
        return image;
    }

    // By the files that stand on the machine. Its key files are named by absolute paths, which here lie below its root.
    private static async Task VerdictsAsync(List<string> machines, string image, AdministeredSite site, int expected)
    {
        foreach (var machine in machines)
        {
            var policy = Path.Combine(machine, "policy-here.json");
            var text = await File.ReadAllTextAsync(Path.Combine(machine, "etc/containers/policy.json"));
            await File.WriteAllTextAsync(policy, text.Replace($"\"{site.Combine("keys")}", $"\"{machine}{site.Combine("keys")}", StringComparison.Ordinal));
            await RunAsync(
                expected, "verify", image, "--tls-verify=false", "--policy", policy, "--registries.d", Path.Combine(machine, "etc/containers/registries.d"));
        }
    }

    private static async Task AddKeyAsync(AdministeredSite site, GpgHome gpg, string key, string name)
    {
        var file = site.Combine($"{name}.pgp");
        await File.WriteAllBytesAsync(file, await gpg.ExportAsync(key));
        await SiteAsync(site, "key", "add", file, "--name", name, "--fingerprint", key);
    }

    private static Task SiteAsync(AdministeredSite site, params string[] arguments) => RunAsync(0, ["site", .. arguments, "--site", site.SiteFile]);

    private static void MakeRoot(string machine)
    {
        Directory.CreateDirectory(Path.Combine(machine, "etc"));
        foreach (var (file, line) in new[] { ("passwd", "root:x:0:0:root:/root:/bin/sh\n"), ("group", "root:x:0:\n"), ("shadow", "root:*:19000:0:99999:7:::\n"), ("gshadow", "root:*::\n") })
            File.WriteAllText(Path.Combine(machine, "etc", file), line);
    }

    private static async Task RunAsync(int expected, params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(arguments);
        Assert.True(result.ExitCode == expected, $"{string.Join(' ', arguments)} ends with {result.ExitCode}: {result.Text}{result.Errors}");
    }
}
