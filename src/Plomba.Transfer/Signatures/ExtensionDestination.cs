using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Plomba.Images;
using Plomba.Transfer.Registries;
using Plomba.Trust;

namespace Plomba.Transfer.Signatures;

/// <summary>Adds simple signatures through the X-Registry-Supports-Signatures API (TRUST.md §6.1), which never removes any.</summary>
internal sealed class ExtensionDestination(RegistryClient client, RepositoryName repository) : ISignatureDestination
{
    /// <inheritdoc/>
    public string LocationOf(Digest manifest) => $"{client.Host}{PathOf(manifest)}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredSignature>> ReadAsync(Digest manifest, CancellationToken cancellation) =>
        (await ExtensionSignatures.ReadAsync(client, repository, manifest, cancellation)).OrThrow();

    /// <inheritdoc/>
    public async Task<SignaturePlace> AddAsync(Digest manifest, StoredSignature signature, CancellationToken cancellation)
    {
        var answer = await client.SendAsync(repository, HttpMethod.Put, PathOf(manifest), (Write(manifest, signature), "application/json"), cancellation);
        return answer.Status == HttpStatusCode.Created
            ? SignaturePlace.Stored
            : throw ServerError.From(answer).While(Text.Say($"uploading signature of {manifest} in {client.Host}/{repository}"));
    }

    private string PathOf(Digest manifest) => $"/extensions/v2/{repository}/signatures/{manifest}";

    private static ReadOnlyMemory<byte> Write(Digest manifest, StoredSignature signature)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            // Any name will do that nobody else chooses.
            json.WriteString("name", $"{manifest}@{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
            json.WriteString("type", "atomic");
            json.WriteBase64String("content", signature.Bytes.Span);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
