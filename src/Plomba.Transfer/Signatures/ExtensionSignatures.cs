using System.Text.Json;
using Plomba.Images;
using Plomba.Transfer.Registries;
using Plomba.Trust;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Signatures;

/// <summary>Reads signatures from a registry that serves them itself, the X-Registry-Supports-Signatures API (TRUST.md §6.1).</summary>
internal static class ExtensionSignatures
{
    private const int LongestList = 4 * 1024 * 1024;
    private const string Kind = "atomic";
    private const int SchemaVersion = 2;

    /// <summary>All simple signatures stored for a manifest; other kinds are passed over.</summary>
    public static async Task<SignatureListing> ReadAsync(
        RegistryClient client, RepositoryName repository, Digest manifest, CancellationToken cancellation)
    {
        var path = $"/extensions/v2/{repository}/signatures/{manifest}";
        var store = new SignatureStore("extension", new Uri(await client.BaseAsync(cancellation), path).ToString());
        try
        {
            var answer = await client.FetchAsync(repository, path, [], LongestList, cancellation);
            return answer.IsOk
                ? SignatureListing.Of(Parse(answer.Body), store)
                : SignatureListing.Failed(Text.Say($"downloading signatures for {manifest} in {client.Host}/{repository}: {ServerError.From(answer).Message}"), store);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return SignatureListing.Failed(Text.Say($"decoding signature list: {Lossy(e)}"), store);
        }
        catch (TransferException e)
        {
            return SignatureListing.Failed(e.Message, store);
        }
    }

    private static List<StoredSignature> Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var signatures = new List<StoredSignature>();
        if (!document.RootElement.TryGetProperty("signatures", out var list) || list.ValueKind == JsonValueKind.Null)
            return signatures;
        foreach (var entry in list.EnumerateArray())
        {
            var isKnown = entry.TryGetProperty("schemaVersion", out var version) && version.GetInt32() == SchemaVersion
                && entry.TryGetProperty("type", out var type) && type.GetString() == Kind;
            if (!isKnown)
                continue;
            if (signatures.Count == LookasideSignatures.Most)
                throw new TransferException(TransferTrouble.TooLarge, LookasideSignatures.TooMany);
            var content = entry.TryGetProperty("content", out var base64) && base64.ValueKind == JsonValueKind.String ? base64.GetBytesFromBase64() : [];
            signatures.Add(StoredSignature.SimpleSigning(content));
        }

        return signatures;
    }

    // System.Text.Json's messages quote the document and name .NET types.
    private static string Lossy(Exception e) => e switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } at } => Text.Say($"invalid JSON at line {line + 1}, byte {at}"),
        FormatException => Text.Say("a signature is not base64"),
        _ => Text.Say("not a list of signatures"),
    };
}
