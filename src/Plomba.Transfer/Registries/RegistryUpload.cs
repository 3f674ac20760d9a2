using System.Net;
using Plomba.Images;

namespace Plomba.Transfer.Registries;

/// <summary>Puts small content into a registry (OCI distribution spec, "Push"). Throws <see cref="TransferException"/> when it is not taken.</summary>
internal static class RegistryUpload
{
    /// <summary>Stores a blob, unless it is there already.</summary>
    public static async Task PutBlobAsync(
        RegistryClient client, RepositoryName repository, Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var there = await client.SendAsync(repository, HttpMethod.Head, $"/v2/{repository}/blobs/{digest}", null, cancellation);
        if (there.IsOk)
            return;
        var started = await client.SendAsync(repository, HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", (default, "application/octet-stream"), cancellation);
        if (started.Status != HttpStatusCode.Accepted || started.Headers["Location"].FirstOrDefault() is not { } location)
            throw ServerError.From(started).While(Text.Say($"beginning an upload to {client.Host}/{repository}"));
        var separator = location.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var stored = await client.SendAsync(repository, HttpMethod.Put, $"{location}{separator}digest={digest}", (content, "application/octet-stream"), cancellation);
        if (stored.Status != HttpStatusCode.Created)
            throw ServerError.From(stored).While(Text.Say($"uploading blob {digest} to {client.Host}/{repository}"));
    }

    /// <summary>
    /// Puts a manifest where another was read, or none: RFC 9110's conditions, which our server follows. Registries that
    /// do not know them move the tag whatever is there, and say nothing of an ETag in their answer.
    /// </summary>
    /// <param name="client">The registry.</param>
    /// <param name="repository">Where.</param>
    /// <param name="tag">What shall name it.</param>
    /// <param name="content">The manifest.</param>
    /// <param name="mediaType">Its type.</param>
    /// <param name="found">What the tag named when it was read; null: nothing.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<TagMove> ReplaceManifestAsync(
        RegistryClient client, RepositoryName repository, string tag, ReadOnlyMemory<byte> content, string mediaType, ReadOnlyMemory<byte>? found, CancellationToken cancellation)
    {
        var condition = found is { } bytes ? ("If-Match", $"\"{Digest.Sha256(bytes.Span)}\"") : ("If-None-Match", "*");
        var answer = await client.SendAsync(repository, HttpMethod.Put, $"/v2/{repository}/manifests/{tag}", (content, mediaType), cancellation, condition);
        return answer.Status switch
        {
            HttpStatusCode.PreconditionFailed => TagMove.Refused,
            HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.OK => answer.Headers["ETag"].Any() ? TagMove.Done : TagMove.Unconditional,
            _ => throw ServerError.From(answer).While($"writing manifest {tag} in {client.Host}/{repository}"),
        };
    }

    /// <summary>Stores a manifest under a tag or its digest.</summary>
    /// <returns>Whether the registry says that it has noted what the manifest refers to (<c>OCI-Subject</c>).</returns>
    public static async Task<bool> PutManifestAsync(
        RegistryClient client, RepositoryName repository, string reference, ReadOnlyMemory<byte> content, string mediaType, CancellationToken cancellation)
    {
        var answer = await client.SendAsync(repository, HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", (content, mediaType), cancellation);
        return answer.Status is HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.OK
            ? answer.Headers["OCI-Subject"].Any()
            : throw ServerError.From(answer).While(Text.Say($"writing manifest {reference} in {client.Host}/{repository}"));
    }
}

/// <summary>How moving a tag went.</summary>
internal enum TagMove
{
    /// <summary>It moved from where it was read.</summary>
    Done,

    /// <summary>It moved, perhaps from elsewhere: the registry knows no conditions.</summary>
    Unconditional,

    /// <summary>It names something else by now.</summary>
    Refused,
}
