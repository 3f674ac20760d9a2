using Plomba.Hosts.Stores;
using Plomba.Trust;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Tests.Stores;

/// <summary>Stores written by the real programs are verified cryptographically, without them.</summary>
public sealed class RealStoreTests(RealStore store) : IClassFixture<RealStore>
{
    [Fact]
    public void A_signed_image_is_accepted()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        var image = store.Judge("registry.local/alt/signed:v1");
        Assert.True(image.IsAccepted, image.Reason);
        Assert.Null(image.Damage);
    }

    [Fact]
    public void An_unsigned_image_is_refused()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        Assert.Equal("A signature was required, but no signature exists", store.Judge("registry.local/alt/unsigned:v1").Reason);
    }

    [Fact]
    public void A_signature_by_another_key_is_refused()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        Assert.Equal(SignatureReason.UnknownKey, store.Judge("registry.local/alt/foreign:v1").Names[0].Verdict.Refusal!.Reason);
    }

    [Fact]
    public void A_signature_for_another_repository_is_refused()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        Assert.Equal(SignatureReason.Identity, store.Judge("registry.local/alt/renamed:v1").Names[0].Verdict.Refusal!.Reason);
    }

    [Fact]
    public void An_image_of_another_registry_is_refused()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        Assert.Equal("Running image docker://quay.io/somebody/app:v1 is rejected by policy.", store.Judge("quay.io/somebody/app:v1").Reason);
    }

    [Fact]
    public async Task Content_signed_under_one_name_is_told_apart_from_its_other_names()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        await store.AddAsync("registry.local/alt/tagged:v1", "maker");
        await store.Home.MustAsync("podman", "tag", "registry.local/alt/tagged:v1", "localhost/mine:v1");
        var image = store.Judge("registry.local/alt/tagged:v1");
        Assert.True(image.IsAccepted);
        Assert.Equal("localhost/mine:v1", Assert.Single(image.Refused).Name);
    }

    [Fact]
    public async Task An_image_pulled_under_two_tags_is_accepted_under_both()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        await store.AddAsync("registry.local/alt/twice:v1", "maker", content: "twice");
        await store.AddAsync("registry.local/alt/twice:v2", "maker", content: "twice");
        var image = store.Judge("registry.local/alt/twice:v1");
        Assert.Equal(2, image.Names.Length);
        Assert.Empty(image.Refused);
    }

    [Fact]
    public async Task An_image_that_lost_its_tag_to_a_newer_one_is_judged_by_the_name_it_had()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        await store.AddAsync("registry.local/alt/moving:v1", "maker", content: "old");
        await store.AddAsync("registry.local/alt/moving:v1", "maker", content: "new");
        var images = store.Judge().Where(i => i.Names.Any(n => n.Name == "registry.local/alt/moving:v1")).ToList();
        Assert.Equal(2, images.Count);
        Assert.Contains(images, i => i.Image.Names.IsEmpty);
        Assert.All(images, i => Assert.True(i.IsAccepted, i.Reason));
    }

    [Fact]
    public async Task A_loaded_archive_and_a_local_build_are_refused()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        var archive = Path.Combine(store.Home.Path, "saved.tar");
        await store.AddAsync("registry.local/alt/saved:v1", "maker");
        await store.Home.MustAsync("podman", "save", "-o", archive, "registry.local/alt/saved:v1");
        await store.Home.MustAsync("podman", "rmi", "registry.local/alt/saved:v1");
        await store.Home.MustAsync("podman", "load", "-i", archive);
        var container = (await store.Home.MustAsync("buildah", "from", "scratch")).Text.Trim();
        await store.Home.MustAsync("buildah", "config", "--label", "built=here", container);
        await store.Home.MustAsync("buildah", "commit", container, "registry.local/alt/built:v1");
        Assert.False(store.Judge("registry.local/alt/saved:v1").IsAccepted);
        Assert.False(store.Judge("registry.local/alt/built:v1").IsAccepted);
        var working = ImageStore.Open(store.GraphRoot, MachineFiles.Instance).Single().Containers.Single(c => c.Names.Contains(container));
        Assert.Equal("", working.Image);
    }

    [Fact]
    public async Task A_signed_manifest_copied_onto_other_content_is_seen()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        await store.AddAsync("registry.local/alt/good:v1", "maker");
        await store.AddAsync("registry.local/alt/evil:v1", null);
        var (good, evil) = (store.Judge("registry.local/alt/good:v1"), store.Judge("registry.local/alt/evil:v1"));
        var list = Path.Combine(store.GraphRoot, "overlay-images", "images.json");
        // The good image's record now leads to the evil one's layers.
        var text = await File.ReadAllTextAsync(list);
        Assert.Contains($"\"layer\":\"{good.Image.Layer}\"", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(list, text.Replace($"\"layer\":\"{good.Image.Layer}\"", $"\"layer\":\"{evil.Image.Layer}\"", StringComparison.Ordinal));
        try
        {
            var image = store.Judge("registry.local/alt/good:v1");
            Assert.False(image.IsAccepted);
            Assert.Contains("is not the one it is made of", image.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(list, text);
        }
    }

    [Fact]
    public void Under_a_policy_that_accepts_everything_every_image_is_accepted()
    {
        Assert.SkipUnless(RealStore.Missing.Length == 0, RealStore.Missing);
        Assert.All(store.Judge(SignaturePolicy.Of(new InsecureAcceptAnything())), i => Assert.True(i.IsAccepted, i.Reason));
    }
}
