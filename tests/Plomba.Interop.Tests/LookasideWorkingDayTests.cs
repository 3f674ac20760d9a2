using Plomba.Testing;

namespace Plomba.Interop.Tests;

/// <summary>The working day through lookaside and staging, and what only a plain tree of files can hold.</summary>
public sealed class LookasideWorkingDayTests(LookasideFixture fixture) : WorkingDay(fixture), IClassFixture<LookasideFixture>
{
    [Fact]
    public async Task A_signature_for_another_digest_is_refused_from_a_plain_tree()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/one", "one", Site.Keys["images-developer"]);
        await PushAsync(maker, "alt/other", "other", key: null);
        var (signed, unsigned) = (await Site.DigestAsync("alt/one"), await Site.DigestAsync("alt/other"));
        using var http = new HttpClient();
        var signature = await http.GetByteArrayAsync(new Uri($"http://{Site.Signatures}/sigstore/alt/one@{signed.Replace(':', '=')}/signature-1"));
        PlainTree(client, $"alt/other@{unsigned.Replace(':', '=')}", signature);

        await RefusedAsync(client, "alt/other", $"Source image rejected: Signature for digest {signed} does not match");
    }

    [Fact]
    public async Task A_signature_with_flipped_bytes_is_refused_from_a_plain_tree()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        await PushAsync(maker, "alt/flipped", "flipped", Site.Keys["images-developer"]);
        var digest = await Site.DigestAsync("alt/flipped");
        using var http = new HttpClient();
        var made = await http.GetByteArrayAsync(new Uri($"http://{Site.Signatures}/sigstore/alt/flipped@{digest.Replace(':', '=')}/signature-1"));
        // Not compressed, the end of the message is the RSA number itself; what a flipped bit of compressed data does is chance.
        var payload = (await Site.Gpg.GpgAsync(made, "--batch", "--decrypt")).Output;
        var signature = await Site.Gpg.SignAsync(payload, Site.Keys["images-developer"], null, "--compress-algo", "none");
        signature[^20] ^= 1;
        PlainTree(client, $"alt/flipped@{digest.Replace(':', '=')}", signature);

        await RefusedAsync(client, "alt/flipped", "Source image rejected: Invalid GPG signature");
    }

    [Fact]
    public async Task A_key_file_replaced_by_garbage_stops_every_pull_until_it_is_restored()
    {
        var (maker, client) = (await Site.MakerAsync("imagemaker2"), await Site.ClientAsync());
        await PushAsync(maker, "beta/app", "robot", Site.Keys["build-robot"]);
        var file = Path.Combine(Site.KeyDirectory, "build-robot.pgp");
        var key = await File.ReadAllBytesAsync(file);
        await File.WriteAllTextAsync(file, "garbage");
        try
        {
            await RefusedAsync(client, "beta/app", "Source image rejected: No public keys imported");
        }
        finally
        {
            await File.WriteAllBytesAsync(file, key);
        }

        await client.MustAsync("podman", "pull", Site.Image("beta/app"));
        var (code, text) = await Site.VerifyAsync(client, "beta/app");
        Assert.True(code == 0, text);
    }

    [Fact]
    public async Task A_maker_cannot_remove_or_replace_what_another_signed()
    {
        var maker = await Site.MakerAsync("imagemaker");
        await PushAsync(maker, "alt/kept", "kept", Site.Keys["images-developer"]);
        var digest = await Site.DigestAsync("alt/kept");
        Assert.Single(await Site.SignersAsync("alt/kept", digest));

        // Gone from the inbox, and overwritten in it: what was served stays served.
        var inbox = Site.Combine("staging", "imagemaker", $"alt/kept@{digest.Replace(':', '=')}", "signature-1");
        await File.WriteAllTextAsync(inbox, "something else");
        Assert.Single(await Site.SignersAsync("alt/kept", digest));
        File.Delete(inbox);
        Assert.Single(await Site.SignersAsync("alt/kept", digest));
    }

    private protected override async Task CopySignatureAsync(string digest, string from, string to)
    {
        string Inbox(string repository) => Site.Combine("staging", "imagemaker", $"{repository}@{digest.Replace(':', '=')}");
        Directory.CreateDirectory(Inbox(to));
        await using var source = File.OpenRead(Path.Combine(Inbox(from), "signature-1"));
        await using var target = File.Create(Path.Combine(Inbox(to), "signature-1"));
        await source.CopyToAsync(target);
    }

    private void PlainTree(ContainersHome client, string path, byte[] signature)
    {
        var tree = Site.Combine($"tree-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(tree, path));
        File.WriteAllBytes(Path.Combine(tree, path, "signature-1"), signature);
        File.Delete(Path.Combine(client.Configuration, "registries.d", "plomba.yaml"));
        client.RegistriesD($"docker:\n  {Site.Name}:\n    lookaside: file://{tree}\n");
    }
}
