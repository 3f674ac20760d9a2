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
