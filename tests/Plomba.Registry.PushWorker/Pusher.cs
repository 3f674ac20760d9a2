using System.Security.Cryptography;
using System.Text;
using Plomba.Images;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.PushWorker;

/// <summary>One client: uploads in chunks, pushes a manifest with a tag, signs it, sometimes deletes an older tag; again and again.</summary>
internal sealed class Pusher(IBlobStore blobs, ICatalog catalog, Acknowledgements record, int round, int client)
{
    private readonly Actor _actor = new($"maker{client}", "127.0.0.1");
    private readonly RepositoryName _repository = RepositoryName.TryParse($"crash/r{client}", out var name) ? name : default;

    public async Task RunAsync()
    {
        for (var i = 0; ; i++)
        {
            var layer = await UploadAsync(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, i % 10 == 0 ? 3_000_000 : 60_000)));
            var tag = Tag.TryParse($"t{round}-{i}", out var parsed) ? parsed : Tag.Latest;
            var manifest = await PushAsync(layer, tag);
            await SignAsync(manifest);
            if (i % 3 != 2)
                continue;
            await catalog.DeleteTagAsync(_repository, tag, _actor);
            record.Add($"untag {_repository} {tag}");
        }
    }

    private async Task<Digest> UploadAsync(byte[] content)
    {
        var owner = new UploadOwner(_actor.Account, _repository);
        var digest = Digest.Sha256(content);
        UploadId id;
        await using (var first = await blobs.BeginAsync(owner))
        {
            id = first.Id;
            await first.AppendAsync(new MemoryStream(content, 0, content.Length / 2));
            record.Add($"chunk {owner.User} {_repository} {id} {content.Length / 2}");
        }

        var opening = await blobs.ResumeAsync(id, owner);
        await using (var second = ((UploadOpening.Opened)opening).Upload)
        {
            await second.AppendAsync(new MemoryStream(content, content.Length / 2, content.Length - (content.Length / 2)));
            record.Add($"committing {id}");
            if (await second.CommitAsync(digest) is not CommitResult.Committed)
                throw new InvalidOperationException("the upload was refused");
        }

        await catalog.LinkBlobAsync(_repository, digest, content.Length, _actor);
        record.Add($"blob {_repository} {digest} {content.Length}");
        return digest;
    }

    private async Task<Digest> PushAsync(Digest layer, Tag tag)
    {
        var content = Encoding.ASCII.GetBytes($"{{\"schemaVersion\":2,\"layer\":\"{layer}\"}}");
        var digest = Digest.Sha256(content);
        if (!await blobs.PutAsync(digest, content))
            throw new InvalidOperationException("the manifest was refused");
        var result = await catalog.PutManifestAsync(new PutManifest
        {
            Repository = _repository,
            Digest = digest,
            MediaType = MediaTypes.OciManifest,
            Size = content.Length,
            Tags = [tag],
            ReferencedBlobs = [layer],
            Actor = _actor,
        });
        if (result is not PutManifestResult.Created)
            throw new InvalidOperationException(result.ToString());
        record.Add($"manifest {_repository} {digest} {tag}");
        return digest;
    }

    private async Task SignAsync(Digest manifest)
    {
        var content = RandomNumberGenerator.GetBytes(500);
        await catalog.AddSignatureAsync(new AddSignature
        {
            Repository = _repository,
            Manifest = manifest,
            Content = content,
            Actor = _actor,
            Origin = SignatureOrigin.Extension,
        });
        record.Add($"signature {_repository} {manifest} {Digest.Sha256(content)}");
    }
}
