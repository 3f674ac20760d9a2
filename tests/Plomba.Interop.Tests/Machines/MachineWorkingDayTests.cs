using Plomba.Files;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>The working day of the reference deployment on three machines, line by line, with podman as root and as an ordinary user.</summary>
[Collection(MachineSiteCollection.Name)]
public sealed class MachineWorkingDayTests(MachineSite site)
{
    private const string Signed = "registry.local/alt/alt", NoSignature = "Source image rejected: A signature was required, but no signature exists";

    [Fact]
    public async Task Line_1_an_admitted_key_is_served_to_everybody()
    {
        var listed = await site.Server.MustAsAsync(MachineSite.Maker, "gpg", "--list-secret-keys", MachineSite.Owner);
        Assert.Contains("rsa3072", listed.Text, StringComparison.Ordinal);
        var served = await site.Client.MustAsync("curl", "-fsS", "http://sigstore.local:81/keys/images-developer.pgp");
        Assert.Equal(await site.Server.ReadAsync(MachineSite.KeyFile), served.Text);
    }

    [Fact]
    public async Task Line_2_the_passphrase_is_asked_for_through_pinentry() =>
        Assert.Contains("asked", await site.Server.ReadAsync($"/home/{MachineSite.Maker}/pinentry.log"), StringComparison.Ordinal);

    [Fact]
    public async Task Line_3_signature_and_image_are_served_under_the_names_of_the_reference()
    {
        var digest = await site.DigestAsync("alt/alt");
        var signature = await site.Client.MustAsync("curl", "-fsS", $"http://sigstore.local:81/sigstore/alt/alt@{digest.Replace(':', '=')}/signature-1");
        Assert.NotEmpty(signature.Output);
        Assert.Contains("latest", (await site.Client.MustAsync("curl", "-fsS", "http://registry.local/v2/alt/alt/tags/list")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_4_and_7_a_signed_image_is_pulled_and_run()
    {
        foreach (var run in Users(site.Server).Concat(Users(site.Client)))
        {
            await PullAsync(run, Signed);
            var ran = await run("podman", "run", "--rm", "--network=none", Signed);
            Assert.True(ran.ExitCode == 0, ran.Errors);
            Assert.Equal("signed", ran.Text);
        }
    }

    [Fact]
    public async Task Line_5_garbage_in_the_key_file_refuses_everything_until_it_is_restored()
    {
        var key = await site.Client.ReadAsync(MachineSite.KeyFile);
        await site.Client.WriteAsync(MachineSite.KeyFile, "garbage");
        try
        {
            foreach (var run in Users(site.Client))
                await RefusedAsync(run, Signed, "Source image rejected: No public keys imported");
        }
        finally
        {
            await site.Client.WriteAsync(MachineSite.KeyFile, key);
        }

        foreach (var run in Users(site.Client))
            await PullAsync(run, Signed);
    }

    [Fact]
    public async Task Line_6_an_unsigned_image_is_refused()
    {
        await site.PushAsync("alt/unsigned", "unsigned", signBy: null);
        await RefusedEverywhereAsync("registry.local/alt/unsigned", NoSignature);
    }

    [Fact]
    public async Task Line_6_an_image_signed_by_a_key_outside_the_policy_is_refused()
    {
        await site.PushAsync("alt/foreign", "foreign", MachineSite.Stranger);
        await RefusedEverywhereAsync("registry.local/alt/foreign", "Source image rejected: Invalid GPG signature");
    }

    [Fact]
    public async Task Line_6_signatures_for_another_repository_or_digest_are_refused()
    {
        await site.PushAsync("alt/twin", "signed", signBy: null);
        await site.PushAsync("alt/other", "other", signBy: null);
        var (same, other) = (await site.DigestAsync("alt/twin"), await site.DigestAsync("alt/other"));
        Assert.Equal(await site.DigestAsync("alt/alt"), same);
        await site.Server.MustAsAsync(MachineSite.Maker, "sh", "-ec", $"""
            cd /var/sigstore/staging/{MachineSite.Maker}/alt
            cp -r alt@{same.Replace(':', '=')} twin@{same.Replace(':', '=')}
            cp -r alt@{same.Replace(':', '=')} other@{other.Replace(':', '=')}
            """);
        await RefusedEverywhereAsync("registry.local/alt/twin", "Source image rejected: Signature for identity");
        await RefusedEverywhereAsync("registry.local/alt/other", NoSignature);
    }

    [Fact]
    public async Task Line_6_an_image_of_any_other_registry_is_refused()
    {
        await site.UpstreamImageAsync("elsewhere");
        foreach (var run in Users(site.Client))
            await RefusedAsync(run, $"{MachineSite.Upstream}/elsewhere", "is rejected by policy", "--tls-verify=false");
    }

    [Fact]
    public async Task Line_6_a_changed_manifest_is_refused()
    {
        await site.PushAsync("alt/changed", "before", MachineSite.Owner);
        foreach (var run in Users(site.Client))
            await PullAsync(run, "registry.local/alt/changed");
        await site.PushAsync("alt/changed", "after", signBy: null);
        await RefusedEverywhereAsync("registry.local/alt/changed", NoSignature);
    }

    [Fact]
    public async Task Line_8_a_node_accepts_and_refuses_as_the_client_does()
    {
        await site.PushAsync("alt/node", "node", signBy: null);
        foreach (var policy in new[] { "/etc/containers/policy.json", "/etc/crio/policies/team-a.json" })
        {
            var copied = await CopyAsync(policy, Signed);
            Assert.True(copied.ExitCode == 0, copied.Errors);
            Assert.Contains(NoSignature, (await CopyAsync(policy, "registry.local/alt/node")).Errors, StringComparison.Ordinal);
            Assert.Contains("is rejected by policy", (await CopyAsync(policy, $"{MachineSite.Upstream}/signed", "--src-tls-verify=false")).Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Line_8_a_kubernetes_namespace_runs_only_images_of_its_own() =>
        Assert.Contains("is rejected by policy", (await CopyAsync("/etc/crio/policies/team-b.json", Signed)).Errors, StringComparison.Ordinal);

    // What CRI-O would ask, by the node's own files.
    private Task<ChildResult> CopyAsync(string policy, string image, params string[] options) =>
        site.Node.RunAsync(["skopeo", "copy", "--quiet", "--policy", policy, "--remove-signatures", .. options, $"docker://{image}", $"dir:/tmp/{Guid.NewGuid():N}"]);

    private delegate Task<ChildResult> Run(params string[] command);

    private static Run[] Users(Machine machine) => [machine.RunAsync, command => machine.RunAsAsync(MachineSite.User, command)];

    private static async Task PullAsync(Run run, string image)
    {
        var pull = await run("podman", "pull", "--quiet", image);
        Assert.True(pull.ExitCode == 0, pull.Errors);
    }

    private static async Task RefusedAsync(Run run, string image, string text, params string[] options)
    {
        var pull = await run(["podman", "pull", "--quiet", .. options, image]);
        Assert.Equal(125, pull.ExitCode);
        Assert.Contains(text, pull.Errors, StringComparison.Ordinal);
    }

    private async Task RefusedEverywhereAsync(string image, string text)
    {
        foreach (var run in Users(site.Client))
            await RefusedAsync(run, image, text);
        var verify = await site.Client.RunAsAsync(MachineSite.User, "plomba", "verify", image);
        Assert.True(verify.ExitCode == 3, $"exit {verify.ExitCode}: {verify.Text}{verify.Errors}");
    }
}
