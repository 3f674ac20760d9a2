using System.Net;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

/// <summary>
/// The working day of the reference deployment (SYSTEM.md, lines 1 to 6) with podman as every client, once through
/// lookaside and staging, once through the signature extension; <c>plomba verify</c> must agree each time.
/// </summary>
public abstract class WorkingDay
{
    private const string Rejected = "Source image rejected: ";

    private protected WorkingDay(DeploymentFixture fixture)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("podman") && ChildProcess.IsInstalled("buildah"), "podman and buildah are not installed");
        Assert.SkipUnless(Environment.UserName == "root", "podman's store needs root here");
        Site = fixture.Deployment;
    }

    private protected Deployment Site { get; }

    private string FirstKey => Site.Keys["images-developer"];

    [Fact]
    public async Task A_signed_image_is_pulled_run_and_verified()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/alt", "signed", FirstKey);

        await client.MustAsync("podman", "pull", Site.Image("alt/alt"));
        var run = await client.MustAsync("podman", "run", "--rm", "--network=none", Site.Image("alt/alt"));
        Assert.Equal("signed", run.Text);
        var (code, text) = await Site.VerifyAsync(client, "alt/alt");
        Assert.True(code == 0, text);
    }

    [Fact]
    public async Task The_signature_stands_in_the_lookaside_tree()
    {
        var maker = await Site.MakerAsync("imagemaker");
        await PushAsync(maker, "alt/stored", "stored", FirstKey);
        var digest = await Site.DigestAsync("alt/stored");

        using var http = new HttpClient();
        var tree = $"http://{Site.Signatures}/sigstore/alt/stored@{digest.Replace(':', '=')}/signature-";
        var stored = await http.GetByteArrayAsync(new Uri(tree + "1"));
        Assert.NotEmpty(stored);
        using var past = await http.GetAsync(new Uri(tree + "2"));
        Assert.Equal(HttpStatusCode.NotFound, past.StatusCode);
    }

    [Fact]
    public async Task An_unsigned_image_is_refused()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/unsigned", "unsigned", key: null);
        await RefusedAsync(client, "alt/unsigned", Rejected + "A signature was required, but no signature exists");
    }

    [Fact]
    public async Task An_image_signed_by_a_key_of_another_namespace_is_refused()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker2"), await Site.ClientAsync());
        await PushAsync(maker, "alt/foreign", "foreign", Site.Keys["build-robot"]);
        await RefusedAsync(client, "alt/foreign", Rejected + "Invalid GPG signature");
    }

    [Fact]
    public async Task A_signature_for_another_repository_is_refused()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/original", "twin", FirstKey);
        await maker.MustAsync("podman", "tag", Site.Image("alt/original"), Site.Image("alt/twin"));
        await maker.MustAsync("podman", "push", "--tls-verify=false", "--remove-signatures", Site.Image("alt/twin"));
        var digest = await Site.DigestAsync("alt/original");
        Assert.Equal(digest, await Site.DigestAsync("alt/twin"));
        await CopySignatureAsync(digest, "alt/original", "alt/twin");

        await RefusedAsync(client, "alt/twin", Rejected + $"Signature for identity {Site.Image("alt/original")}:latest is not accepted");
    }

    [Fact]
    public async Task An_image_from_any_other_registry_is_refused()
    {
        var client = await Site.ClientAsync();
        var other = $"127.0.0.1:{RunningProgram.FreePort()}/alt/alt";
        var pull = await client.RunAsync("podman", "pull", "--tls-verify=false", other);
        Assert.NotEqual(0, pull.ExitCode);

        // Reachable, it is the policy that refuses: another server, the same content.
        await using var second = await Deployment.StartAsync(extension: false);
        var maker = await second.MakerAsync("imagemaker");
        await second.BuildAsync(maker, "alt/alt", "elsewhere");
        await maker.MustAsync("podman", "push", "--tls-verify=false", "--sign-by", second.Keys["images-developer"], second.Image("alt/alt"));
        var refused = await client.RunAsync("podman", "pull", "--tls-verify=false", second.Image("alt/alt"));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"Running image docker://{second.Image("alt/alt")}:latest is rejected by policy.", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_moved_to_another_manifest_is_refused_until_that_is_signed()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/moved", "first", FirstKey);
        await PushAsync(maker, "alt/moved", "second", key: null);
        await RefusedAsync(client, "alt/moved", Rejected + "A signature was required, but no signature exists");
        await PushAsync(maker, "alt/moved", "second", FirstKey);
        await client.MustAsync("podman", "pull", Site.Image("alt/moved"));
    }

    [Fact]
    public async Task A_manifest_changed_on_the_servers_disk_never_reaches_a_client()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/changed", "changed", FirstKey);
        var hex = (await Site.DigestAsync("alt/changed"))[7..];
        var file = Path.Combine(Site.Data, "blobs", "sha256", hex[..2], hex);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var pull = await client.RunAsync("podman", "pull", Site.Image("alt/changed"));
        Assert.NotEqual(0, pull.ExitCode);
        var (code, _) = await Site.VerifyAsync(client, "alt/changed");
        Assert.NotEqual(0, code);
    }

    [Fact]
    public async Task Two_makers_sign_the_same_image_and_both_signatures_are_served()
    {
        var (first, second) = (await Site.MakerAsync("imagemaker"), await Site.MakerAsync("imagemaker2"));
        await PushAsync(first, "alt/shared", "shared", FirstKey);
        var digest = await Site.DigestAsync("alt/shared");
        await second.MustAsync("podman", "pull", Site.Image("alt/shared"));
        await second.MustAsync(
            "skopeo", "copy", "--dest-tls-verify=false", "--src-tls-verify=false", "--sign-by", Site.Keys["second-developer"],
            $"docker://{Site.Image("alt/shared")}", $"docker://{Site.Image("alt/shared")}");
        await first.MustAsync("podman", "push", "--tls-verify=false", "--sign-by", FirstKey, Site.Image("alt/shared"));

        Assert.Equal(
            new[] { FirstKey, Site.Keys["second-developer"] }.Order(StringComparer.Ordinal),
            (await Site.SignersAsync("alt/shared", digest)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>Builds, pushes and signs with podman; without a key the image goes up unsigned.</summary>
    private protected async Task PushAsync(ContainersHome maker, string image, string content, string? key)
    {
        await Site.BuildAsync(maker, image, content);
        string[] sign = key is null ? [] : ["--sign-by", key];
        await maker.MustAsync("podman", ["push", "--tls-verify=false", .. sign, Site.Image(image)]);
    }

    /// <summary>podman refuses with this text, and <c>plomba verify</c> refuses too.</summary>
    private protected async Task RefusedAsync(ContainersHome client, string image, string text)
    {
        var pull = await client.RunAsync("podman", "pull", Site.Image(image));
        Assert.Equal(125, pull.ExitCode);
        Assert.Contains(text, pull.Errors, StringComparison.Ordinal);
        var (code, said) = await Site.VerifyAsync(client, image);
        Assert.True(code == 3, $"exit {code}: {said}");
    }

    /// <summary>Copies the first signature of one repository beside the same digest in another, as a hostile maker would.</summary>
    private protected abstract Task CopySignatureAsync(string digest, string from, string to);
}
