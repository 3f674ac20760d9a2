using System.Text;
using Plomba.Images;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>What every catalog must do. An implementation derives from it and opens itself, empty.</summary>
public abstract class CatalogContract
{
    protected static readonly Actor Maker = new("maker", "127.0.0.1");
    protected static readonly RepositoryName Alt = Repository("alt/alt");

    /// <summary>An empty catalog.</summary>
    protected abstract Task<ICatalog> OpenAsync();

    [Fact]
    public async Task A_manifest_is_found_by_digest_and_by_each_of_its_tags()
    {
        var catalog = await OpenAsync();
        var manifest = Manifest("m") with { Tags = [TagOf("latest"), TagOf("v1")] };
        Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(manifest));
        var expected = new ManifestRecord(manifest.Digest, MediaTypes.OciManifest, 1, null, null);
        Assert.Equal(expected, catalog.FindManifest(Alt, manifest.Digest));
        Assert.Equal(expected, catalog.FindManifest(Alt, TagOf("latest")));
        Assert.Equal(expected, catalog.FindManifest(Alt, TagOf("v1")));
        Assert.Null(catalog.FindManifest(Alt, TagOf("v2")));
        Assert.Null(catalog.FindManifest(Repository("alt/other"), manifest.Digest));
    }

    [Fact]
    public async Task A_manifest_whose_layer_is_not_in_the_repository_is_refused_and_leaves_nothing()
    {
        var catalog = await OpenAsync();
        var layer = DigestOf("layer");
        await catalog.LinkBlobAsync(Repository("alt/other"), layer, 5, Maker);
        var manifest = Manifest("m") with { ReferencedBlobs = [layer], Tags = [Tag.Latest] };
        Assert.Equal(new PutManifestResult.MissingBlob(layer), await catalog.PutManifestAsync(manifest));
        Assert.Null(catalog.FindManifest(Alt, Tag.Latest));
        await catalog.LinkBlobAsync(Alt, layer, 5, Maker);
        Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(manifest));
    }

    [Fact]
    public async Task An_index_whose_child_is_absent_is_refused()
    {
        var catalog = await OpenAsync();
        var child = Manifest("child");
        var index = Manifest("index") with { MediaType = MediaTypes.OciIndex, ReferencedManifests = [child.Digest] };
        Assert.Equal(new PutManifestResult.MissingManifest(child.Digest), await catalog.PutManifestAsync(index));
        await catalog.PutManifestAsync(child);
        Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(index));
    }

    [Fact]
    public async Task A_tag_moves_and_its_old_manifest_stays()
    {
        var catalog = await OpenAsync();
        var (old, young) = (Manifest("old") with { Tags = [Tag.Latest] }, Manifest("young") with { Tags = [Tag.Latest] });
        await catalog.PutManifestAsync(old);
        await catalog.PutManifestAsync(young);
        Assert.Equal(young.Digest, catalog.FindManifest(Alt, Tag.Latest)?.Digest);
        Assert.NotNull(catalog.FindManifest(Alt, old.Digest));
        await catalog.PutManifestAsync(old);
        Assert.Equal(old.Digest, catalog.FindManifest(Alt, Tag.Latest)?.Digest);
    }

    [Fact]
    public async Task Deleting_a_tag_leaves_the_manifest()
    {
        var catalog = await OpenAsync();
        var manifest = Manifest("m") with { Tags = [Tag.Latest] };
        await catalog.PutManifestAsync(manifest);
        Assert.True(await catalog.DeleteTagAsync(Alt, Tag.Latest, Maker));
        Assert.False(await catalog.DeleteTagAsync(Alt, Tag.Latest, Maker));
        Assert.Null(catalog.FindManifest(Alt, Tag.Latest));
        Assert.NotNull(catalog.FindManifest(Alt, manifest.Digest));
    }

    [Fact]
    public async Task Deleting_a_manifest_removes_its_tags_and_no_others()
    {
        var catalog = await OpenAsync();
        var manifest = Manifest("m") with { Tags = [TagOf("a"), TagOf("b")] };
        await catalog.PutManifestAsync(manifest);
        await catalog.PutManifestAsync(Manifest("other") with { Tags = [TagOf("c")] });
        Assert.True(await catalog.DeleteManifestAsync(Alt, manifest.Digest, Maker));
        Assert.False(await catalog.DeleteManifestAsync(Alt, manifest.Digest, Maker));
        Assert.Null(catalog.FindManifest(Alt, manifest.Digest));
        Assert.Equal([TagOf("c")], catalog.ListTags(Alt, null, 10));
    }

    [Fact]
    public async Task Tags_are_listed_in_byte_order_page_by_page()
    {
        var catalog = await OpenAsync();
        var names = new[] { "B", "a", "_x", "a.b", "a-b", "10", "9" };
        await catalog.PutManifestAsync(Manifest("m") with { Tags = [.. names.Select(TagOf)] });
        Assert.Equal("10 9 B _x a a-b a.b", string.Join(' ', catalog.ListTags(Alt, null, 100)));
        Assert.Equal("10 9", string.Join(' ', catalog.ListTags(Alt, null, 2)));
        Assert.Equal("B _x", string.Join(' ', catalog.ListTags(Alt, TagOf("9"), 2)));
        Assert.Equal("a a-b a.b", string.Join(' ', catalog.ListTags(Alt, TagOf("_z"), 100)));
        Assert.Empty(catalog.ListTags(Alt, null, 0));
        Assert.Empty(catalog.ListTags(Alt, null, -1));
    }

    [Fact]
    public async Task Repositories_with_a_manifest_are_listed_in_byte_order_page_by_page()
    {
        var catalog = await OpenAsync();
        foreach (var name in (string[])["b", "a/b", "a", "a-b", "c"])
            await catalog.PutManifestAsync(Manifest("m") with { Repository = Repository(name) });
        await catalog.LinkBlobAsync(Repository("only-a-blob"), DigestOf("x"), 1, Maker);
        Assert.Equal("a a-b a/b b c", string.Join(' ', catalog.ListRepositories(null, 100)));
        Assert.Equal("a/b b", string.Join(' ', catalog.ListRepositories(Repository("a-b"), 2)));
        Assert.Empty(catalog.ListRepositories(Repository("c"), 2));
        Assert.True(catalog.RepositoryExists(Repository("only-a-blob")));
        Assert.False(catalog.RepositoryExists(Repository("never")));
    }

    [Fact]
    public async Task Referrers_are_listed_with_their_annotations_even_before_their_subject_exists()
    {
        var catalog = await OpenAsync();
        var subject = DigestOf("subject");
        var referrer = Manifest("signature") with
        {
            Subject = subject,
            ArtifactType = "application/vnd.example",
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["org.example.ключ"] = "a \"quoted\"\nvalue" },
        };
        await catalog.PutManifestAsync(referrer);
        await catalog.PutManifestAsync(Manifest("second") with { Subject = subject });
        var listed = catalog.ListReferrers(Alt, subject).Referrers;
        Assert.Equal([referrer.Digest, DigestOf("second")], listed.Select(r => r.Digest));
        Assert.Equal("application/vnd.example", listed[0].ArtifactType);
        Assert.Equal(referrer.Annotations, listed[0].Annotations);
        Assert.Empty(listed[1].Annotations);
        Assert.Empty(catalog.ListReferrers(Repository("alt/other"), subject).Referrers);
        await catalog.DeleteManifestAsync(Alt, referrer.Digest, Maker);
        Assert.Single(catalog.ListReferrers(Alt, subject).Referrers);
    }

    [Fact]
    public async Task A_blob_is_part_of_the_repositories_it_was_linked_to()
    {
        var catalog = await OpenAsync();
        var blob = DigestOf("blob");
        await catalog.LinkBlobAsync(Alt, blob, 7, Maker);
        await catalog.LinkBlobAsync(Alt, blob, 7, Maker);
        await catalog.LinkBlobAsync(Repository("b"), blob, 7, Maker);
        Assert.Equal(7, catalog.BlobSize(Alt, blob));
        Assert.True(catalog.LinksBlob(Alt, blob));
        Assert.False(catalog.LinksBlob(Repository("c"), blob));
        Assert.Equal([Alt, Repository("b")], catalog.RepositoriesLinking(blob, 10).OrderBy(r => r.Text, StringComparer.Ordinal));
        Assert.Single(catalog.RepositoriesLinking(blob, 1));
    }

    [Fact]
    public async Task A_blob_a_manifest_needs_cannot_be_unlinked()
    {
        var catalog = await OpenAsync();
        var blob = DigestOf("blob");
        await catalog.LinkBlobAsync(Alt, blob, 7, Maker);
        await catalog.PutManifestAsync(Manifest("m") with { ReferencedBlobs = [blob] });
        Assert.Equal(UnlinkResult.InUse, await catalog.UnlinkBlobAsync(Alt, blob, Maker));
        await catalog.DeleteManifestAsync(Alt, DigestOf("m"), Maker);
        Assert.Equal(UnlinkResult.Unlinked, await catalog.UnlinkBlobAsync(Alt, blob, Maker));
        Assert.Equal(UnlinkResult.NotThere, await catalog.UnlinkBlobAsync(Alt, blob, Maker));
        Assert.False(catalog.LinksBlob(Alt, blob));
    }

    [Fact]
    public async Task Signatures_are_listed_by_arrival_without_duplicates_for_manifests_nobody_pushed_here()
    {
        var catalog = await OpenAsync();
        var manifest = DigestOf("elsewhere");
        Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(Signature(manifest, "one")));
        Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(Signature(manifest, "two") with { Origin = SignatureOrigin.Inbox, Actor = new Actor("other", null) }));
        Assert.Equal(AddSignatureResult.AlreadyThere, await catalog.AddSignatureAsync(Signature(manifest, "one")));
        var listed = catalog.ListSignatures(Alt, manifest);
        Assert.Equal([(1, "one"), (2, "two")], listed.Select(s => (s.Number, Encoding.UTF8.GetString(s.Content.Span))));
        Assert.Equal(Maker, listed[0].Actor);
        Assert.Equal((new Actor("other", null), SignatureOrigin.Inbox), (listed[1].Actor, listed[1].Origin));
        Assert.Empty(catalog.ListSignatures(Repository("alt/other"), manifest));
        Assert.Empty(catalog.ListRepositories(null, 10));
    }

    [Fact]
    public async Task Signatures_die_with_their_manifest_and_no_others()
    {
        var catalog = await OpenAsync();
        var (manifest, other) = (Manifest("m"), Manifest("other"));
        foreach (var one in new[] { manifest, other })
        {
            await catalog.PutManifestAsync(one);
            await catalog.AddSignatureAsync(Signature(one.Digest, "one"));
            await catalog.AddSignatureAsync(Signature(one.Digest, "two") with { Actor = new Actor("other", null) });
        }

        await catalog.AddSignatureAsync(Signature(manifest.Digest, "one") with { Repository = Repository("alt/copy") });
        Assert.True(await catalog.DeleteManifestAsync(Alt, manifest.Digest, Maker));
        Assert.Empty(catalog.ListSignatures(Alt, manifest.Digest));
        Assert.Equal(2, catalog.ListSignatures(Alt, other.Digest).Count);
        Assert.Single(catalog.ListSignatures(Repository("alt/copy"), manifest.Digest));

        // Pushed again it is a new image, to be signed anew; nothing of a manifest that is not here can be deleted.
        await catalog.PutManifestAsync(manifest);
        Assert.Empty(catalog.ListSignatures(Alt, manifest.Digest));
        Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(Signature(manifest.Digest, "one")));
        Assert.Equal(1, Assert.Single(catalog.ListSignatures(Alt, manifest.Digest)).Number);
        Assert.False(await catalog.DeleteManifestAsync(Repository("alt/copy"), manifest.Digest, Maker));
        Assert.Single(catalog.ListSignatures(Repository("alt/copy"), manifest.Digest));
    }

    [Fact]
    public async Task A_manifest_takes_32_signatures_and_each_64_KiB()
    {
        var catalog = await OpenAsync();
        var manifest = DigestOf("m");
        Assert.Equal(AddSignatureResult.BadSize, await catalog.AddSignatureAsync(Signature(manifest, "")));
        Assert.Equal(AddSignatureResult.BadSize, await catalog.AddSignatureAsync(Signature(manifest, new string('x', 65537))));
        for (var i = 0; i < 32; i++)
        {
            var signature = Signature(manifest, new string((char)('A' + i), 65536)) with { Actor = new Actor($"maker{i % 2}", null) };
            Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(signature));
        }

        Assert.Equal(AddSignatureResult.TooMany, await catalog.AddSignatureAsync(Signature(manifest, "one more")));
        Assert.Equal(AddSignatureResult.AlreadyThere, await catalog.AddSignatureAsync(Signature(manifest, new string('A', 65536))));
    }

    [Fact]
    public async Task No_account_alone_fills_the_list_of_a_manifest()
    {
        var catalog = await OpenAsync();
        var manifest = DigestOf("m");
        for (var i = 0; i < 16; i++)
            Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(Signature(manifest, $"junk {i}")));
        Assert.Equal(AddSignatureResult.TooManyOfAccount, await catalog.AddSignatureAsync(Signature(manifest, "more junk")));
        Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(Signature(DigestOf("another"), "more junk")));
        Assert.Equal(AddSignatureResult.Added, await catalog.AddSignatureAsync(Signature(manifest, "good") with { Actor = new Actor("other", null) }));
    }

    [Fact]
    public async Task Many_writers_at_once_all_succeed_and_see_their_writes()
    {
        var catalog = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var manifest = Manifest($"{writer}-{i}") with { Tags = [TagOf($"t{writer}-{i}")] };
                Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(manifest));
                Assert.Equal(manifest.Digest, catalog.FindManifest(Alt, manifest.Tags[0])?.Digest);
            }
        })));
        Assert.Equal(320, catalog.ListTags(Alt, null, 1000).Count);
    }

    [Fact]
    public async Task A_cancelled_write_that_had_not_begun_does_nothing()
    {
        var catalog = await OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => catalog.PutManifestAsync(Manifest("m"), new CancellationToken(canceled: true)));
        Assert.Null(catalog.FindManifest(Alt, DigestOf("m")));
    }

    protected static PutManifest Manifest(string content) => new()
    {
        Repository = Alt,
        Digest = DigestOf(content),
        MediaType = MediaTypes.OciManifest,
        Size = 1,
        Actor = Maker,
    };

    protected static AddSignature Signature(Digest manifest, string content) => new()
    {
        Repository = Alt,
        Manifest = manifest,
        Content = Encoding.UTF8.GetBytes(content),
        Actor = Maker,
        Origin = SignatureOrigin.Extension,
    };

    protected static Digest DigestOf(string content) => Digest.Sha256(Encoding.UTF8.GetBytes(content));

    protected static Tag TagOf(string text) => Tag.TryParse(text, out var tag) ? tag : throw new ArgumentException(text, nameof(text));

    protected static RepositoryName Repository(string text) =>
        RepositoryName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));
}
