using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary><c>plomba sign</c> of images that podman or skopeo pushed unsigned; podman and <c>plomba verify</c> judge.</summary>
public abstract class SignInPlaceTests
{
    private readonly DeploymentFixture fixture;

    protected SignInPlaceTests(DeploymentFixture fixture)
    {
        this.fixture = fixture;
        foreach (var tool in new[] { "podman", "skopeo", "gpg" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
    }

    private protected Deployment Site => fixture.Deployment;

    private protected string FirstKey => Site.Keys["images-developer"];

    private protected string SecondKey => Site.Keys["second-developer"];

    [Fact]
    public async Task An_image_is_signed_once_and_then_accepted()
    {
        var (maker, client) = await HomesAsync();
        var image = await PushAsync(maker, "alt/in-place");
        Assert.NotEqual(0, (await client.RunAsync("podman", "pull", image)).ExitCode);

        var first = await SignAsync(maker, image, "--sign-by", FirstKey);
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Equal($"{image}@{await Site.DigestAsync("alt/in-place")}", first.Text.Trim());
        await client.MustAsync("podman", "pull", image);
        Assert.Equal(0, (await Site.VerifyAsync(client, "alt/in-place:latest")).ExitCode);

        var again = await SignAsync(maker, image, "--sign-by", FirstKey);
        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Contains("signed by " + FirstKey + " already", again.Errors, StringComparison.Ordinal);
        Assert.Single(await Site.SignersAsync("alt/in-place", await Site.DigestAsync("alt/in-place")));
    }

    [Fact]
    public async Task Signatures_of_several_keys_stand_beside_each_other()
    {
        var (maker, client) = await HomesAsync();
        var image = await PushAsync(maker, "alt/beside");
        Assert.Equal(0, (await SignAsync(maker, image, "--sign-by", FirstKey)).ExitCode);
        Assert.Equal(0, (await SignAsync(maker, image, "--sign-by", SecondKey)).ExitCode);
        Assert.Equal([FirstKey, SecondKey], await Site.SignersAsync("alt/beside", await Site.DigestAsync("alt/beside")));
        await client.MustAsync("podman", "pull", image);

        var both = await PushAsync(maker, "alt/both");
        Assert.Equal(0, (await SignAsync(maker, both, "--sign-by", FirstKey, "--sign-by", SecondKey)).ExitCode);
        Assert.Equal([FirstKey, SecondKey], await Site.SignersAsync("alt/both", await Site.DigestAsync("alt/both")));
    }

    [Fact]
    public async Task Another_tag_of_the_same_image_gets_a_signature_of_its_own()
    {
        var (maker, client) = await HomesAsync();
        var image = await PushAsync(maker, "alt/tags");
        await maker.MustAsync("skopeo", "--insecure-policy", "copy", $"docker://{image}", $"docker://{Site.Image("alt/tags")}:stable");
        Assert.Equal(0, (await SignAsync(maker, image, "--sign-by", FirstKey)).ExitCode);
        Assert.Equal(3, (await Site.VerifyAsync(client, "alt/tags:stable")).ExitCode);
        Assert.Equal(0, (await SignAsync(maker, $"{Site.Image("alt/tags")}:stable", "--sign-by", FirstKey)).ExitCode);
        Assert.Equal(0, (await Site.VerifyAsync(client, "alt/tags:stable")).ExitCode);
        Assert.Equal(0, (await Site.VerifyAsync(client, "alt/tags:latest")).ExitCode);
    }

    [Fact]
    public async Task Index_and_every_instance_are_signed()
    {
        var (maker, client) = await HomesAsync();
        var image = Site.Image("alt/index-in-place:v1");
        var instances = await PushIndexAsync(maker, image);
        var result = await SignAsync(maker, image, "--sign-by", FirstKey, "--output", "json");
        Assert.True(result.ExitCode == 0, result.Errors);
        var signed = JsonDocument.Parse(result.Output).RootElement[0].GetProperty("signatures").EnumerateArray().ToList();
        Assert.Equal([.. instances, await Site.DigestAsync("alt/index-in-place", "v1")], signed.Select(s => s.GetProperty("digest").GetString()!));
        Assert.Equal(["linux/amd64", "linux/arm64", null], signed.Select(s => s.GetProperty("platform").GetString()));
        Assert.All(signed, s => Assert.Equal("signed", s.GetProperty("outcome").GetString()));
        await client.MustAsync("podman", "pull", image);
        await client.MustAsync("skopeo", "copy", "--all", $"docker://{image}", $"dir:{Site.Combine($"out-{Guid.NewGuid():N}")}");
    }

    [Fact]
    public async Task Without_instances_the_index_alone_is_signed()
    {
        var (maker, client) = await HomesAsync();
        var image = Site.Image("alt/index-alone:v1");
        var instances = await PushIndexAsync(maker, image);
        Assert.Equal(0, (await SignAsync(maker, image, "--sign-by", FirstKey, "--no-instances")).ExitCode);
        Assert.Single(await Site.SignersAsync("alt/index-alone", await Site.DigestAsync("alt/index-alone", "v1")));
        Assert.Empty(await Site.SignersAsync("alt/index-alone", instances[0]));
        Assert.Equal(3, (await Site.VerifyAsync(client, "alt/index-alone:v1")).ExitCode);
    }

    [Fact]
    public async Task A_key_that_the_namespace_does_not_accept_signs_nothing()
    {
        var (maker, _) = await HomesAsync();
        var image = await PushAsync(maker, "alt/stranger");
        var refused = await SignAsync(maker, image, "--sign-by", Site.Keys["build-robot"], "--site", Site.SiteFile);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("is not one that the namespace 'alt' accepts", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(await Site.SignersAsync("alt/stranger", await Site.DigestAsync("alt/stranger")));

        Assert.Equal(0, (await SignAsync(maker, image, "--sign-by", FirstKey, "--site", Site.SiteFile)).ExitCode);
        Assert.Single(await Site.SignersAsync("alt/stranger", await Site.DigestAsync("alt/stranger")));
    }

    [Fact]
    public async Task Of_several_images_the_worst_counts_and_the_others_are_signed()
    {
        var (maker, client) = await HomesAsync();
        var image = await PushAsync(maker, "alt/first");
        var result = await SignAsync(maker, Site.Image("alt/nowhere:v1"), image, "--sign-by", FirstKey);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nowhere", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await Site.VerifyAsync(client, "alt/first:latest")).ExitCode);
    }

    [Fact]
    public async Task A_key_file_with_a_passphrase_signs_under_another_name()
    {
        var (maker, client) = await HomesAsync();
        await File.WriteAllTextAsync(Site.Combine("pass"), "open sesame\nnot this\n");
        var file = Site.Combine($"{Guid.NewGuid():N}.pgp");
        await Deployment.MustAsync("key", "new", "--name", "File", "--email", "file@example.org", "-o", file, "--passphrase-file", Site.Combine("pass"));
        var image = await PushAsync(maker, "alt/named");
        var other = Site.Image("alt/other-name:v1");
        string[] sign = ["--sign-by", file, "--sign-passphrase-file", Site.Combine("pass"), "--sign-identity", other];
        Assert.Equal(0, (await SignAsync(maker, [image, .. sign])).ExitCode);
        await File.WriteAllTextAsync(Site.Combine("wrong"), "wrong\n");
        var wrong = await SignAsync(maker, image, "--sign-by", file, "--sign-passphrase-file", Site.Combine("wrong"));
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("the passphrase is wrong", wrong.Errors, StringComparison.Ordinal);

        var policy = Site.Combine("named.json");
        await File.WriteAllTextAsync(policy, $$$"""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"{{{file}}}","signedIdentity":{"type":"exactReference","dockerReference":"{{{other}}}"}}]}""");
        var verified = await PlombaProgram.RunAsync(
            "verify", image, "--policy", policy, "--registries.d", Path.Combine(client.Configuration, "registries.d"), "--tls-verify=false");
        Assert.True(verified.ExitCode == 0, verified.Text);
    }

    [Theory]
    [InlineData("without a key")]
    [InlineData("dir:/nowhere", "--sign-by", "KEY")]
    [InlineData("IMAGE", "--sign-by", "KEY", "--sign-identity", "example.org/name/only")]
    [InlineData("IMAGE", "IMAGE", "--sign-by", "KEY", "--sign-identity", "example.org/a:b")]
    [InlineData("IMAGE", "--sign-by", "KEY", "--sign-passphrase-file", "/nowhere")]
    public async Task Wrong_usage_attempts_nothing(params string[] arguments)
    {
        var (maker, _) = await HomesAsync();
        var result = await SignAsync(maker, [.. arguments.Select(a => a switch { "KEY" => FirstKey, "IMAGE" => Site.Image("alt/none:v1"), _ => a })]);
        Assert.Equal(2, result.ExitCode);
    }

    private protected Task<(ContainersHome Maker, ContainersHome Client)> HomesAsync() => fixture.SharedHomesAsync();

    private protected static Task<ChildResult> SignAsync(ContainersHome maker, params string[] arguments) => maker.RunAsync(PlombaProgram.Path, ["sign", .. arguments]);

    private protected async Task<string> PushAsync(ContainersHome maker, string repository)
    {
        var layout = Site.Combine($"image-{Guid.NewGuid():N}");
        TinyImage.Write(layout, repository);
        var image = $"{Site.Image(repository)}:latest";
        await maker.MustAsync("skopeo", "--insecure-policy", "copy", $"dir:{layout}", $"docker://{image}");
        return image;
    }

    private protected async Task<IReadOnlyList<string>> PushIndexAsync(ContainersHome maker, string image)
    {
        var layout = Site.Combine($"index-{Guid.NewGuid():N}");
        var instances = TinyIndex.Write(layout, image);
        await maker.MustAsync("skopeo", "--insecure-policy", "copy", "--all", $"dir:{layout}", $"docker://{image}");
        return instances;
    }
}

/// <summary>Through the signature extension.</summary>
public sealed class SignThroughExtensionTests(ExtensionFixture fixture) : SignInPlaceTests(fixture), IClassFixture<ExtensionFixture>
{
    [Fact]
    public async Task Who_is_no_maker_of_the_namespace_signs_nothing()
    {
        var maker = await Site.MakerAsync("imagemaker2");
        var image = await PushAsync(maker, "beta/mine");
        var other = await Site.MakerAsync("imagemaker");
        var result = await SignAsync(other, image, "--sign-by", FirstKey);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("denied", result.Errors, StringComparison.Ordinal);
        Assert.Empty(await Site.SignersAsync("beta/mine", await Site.DigestAsync("beta/mine")));
    }
}

/// <summary>Through the staging directory, which is the maker's inbox at the server.</summary>
public sealed class SignThroughStagingTests(LookasideFixture fixture) : SignInPlaceTests(fixture), IClassFixture<LookasideFixture>
{
    [Fact]
    public async Task What_is_not_published_at_once_is_said_to_be_staged()
    {
        var maker = await Site.MakerAsync("imagemaker");
        var image = await PushAsync(maker, "alt/staged");
        var staging = Site.Combine($"elsewhere-{Guid.NewGuid():N}");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(maker.Configuration, "registries.d")))
            File.Delete(file);
        maker.RegistriesD($"default-docker:\n  lookaside: http://{Site.Signatures}/sigstore\n  lookaside-staging: file://{staging}\n");
        var result = await SignAsync(maker, image, "--sign-by", FirstKey, "--output", "json");
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal("staged", JsonDocument.Parse(result.Output).RootElement[0].GetProperty("signatures")[0].GetProperty("outcome").GetString());
        Assert.Contains("Clients do not find the staged signatures yet", result.Errors, StringComparison.Ordinal);
        var file1 = Assert.Single(Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories));
        Assert.Equal("signature-1", Path.GetFileName(file1));

        var again = await SignAsync(maker, image, "--sign-by", FirstKey);
        Assert.Contains("already", again.Errors, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_lookaside_that_cannot_be_written_is_refused_as_skopeo_does()
    {
        var maker = await Site.MakerAsync("imagemaker");
        var image = await PushAsync(maker, "alt/read-only");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(maker.Configuration, "registries.d")))
            File.Delete(file);
        maker.RegistriesD($"default-docker:\n  lookaside: http://{Site.Signatures}/sigstore\n");
        var result = await SignAsync(maker, image, "--sign-by", FirstKey);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Writing directly to a http lookaside URL is not supported. Configure a lookaside-staging: location", result.Errors, StringComparison.Ordinal);
        var skopeo = await maker.RunAsync("skopeo", "--insecure-policy", "copy", "--sign-by", FirstKey, $"docker://{image}", $"docker://{image}");
        Assert.Equal(1, skopeo.ExitCode);
    }
}
