using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tuf;

/// <summary>
/// A metadata file (§4.2): what is signed, as read, and the signatures, of which nothing is believed until a
/// <see cref="RootMetadata"/> has counted them. Immutable.
/// </summary>
public sealed class SignedMetadata
{
    private const int MostSignatures = 100;
    private const int LongestId = 256;
    private const int LongestSignature = 4096;

    private readonly JsonElement _signed;

    private SignedMetadata(byte[] bytes, JsonElement signed, TufMetadata content, ImmutableSortedDictionary<string, byte[]> signatures)
    {
        (Bytes, _signed, Content, Signatures) = (bytes, signed, content, signatures);
        Canonical = TufJson.Canonical(signed);
    }

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What is signed.</summary>
    public TufMetadata Content { get; }

    /// <summary>The signatures by key id.</summary>
    internal ImmutableSortedDictionary<string, byte[]> Signatures { get; }

    /// <summary>The bytes that are signed.</summary>
    internal byte[] Canonical { get; }

    /// <summary>Reads a file that must be the metadata of <paramref name="role"/>; false with what is wrong with its form.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, TufRole role, [NotNullWhen(true)] out SignedMetadata? metadata, [NotNullWhen(false)] out string? why)
    {
        try
        {
            var copy = bytes.ToArray();
            var file = TufJson.Parse(copy);
            var signed = file.Member("signed");
            metadata = new SignedMetadata(copy, signed, MetadataReader.Read(signed, role), ReadSignatures(file.Member("signatures")));
            why = null;
            return true;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // The latter: a name that is not Unicode.
            (metadata, why) = (null, e.Message);
            return false;
        }
    }

    /// <summary>The metadata as a file that nobody has signed yet.</summary>
    public static SignedMetadata WithoutSignatures(TufMetadata content)
    {
        var signed = TufJson.Parse(MetadataWriter.Write(content));
        var none = ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal);
        return new SignedMetadata(Write(signed, none), signed, content, none);
    }

    /// <summary>The same with one more signature, or with another one by the same key.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="id">What root metadata calls it.</param>
    public SignedMetadata SignedBy(SigstoreSecretKey key, string id)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signatures = Signatures.SetItem(id, key.Sign(Canonical));
        return new SignedMetadata(Write(_signed, signatures), _signed, Content, signatures);
    }

    private static byte[] Write(JsonElement signed, ImmutableSortedDictionary<string, byte[]> signatures) => TufJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("signatures");
        foreach (var (id, signature) in signatures)
        {
            json.WriteStartObject();
            json.WriteString("keyid", id);
            json.WriteString("sig", Convert.ToHexStringLower(signature));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("signed");
        signed.WriteTo(json);
        json.WriteEndObject();
    });

    private static ImmutableSortedDictionary<string, byte[]> ReadSignatures(JsonElement list)
    {
        var signatures = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        foreach (var item in list.Items("signatures"))
        {
            var id = item.Member("keyid").Text("keyid");
            var text = item.Member("sig").Text("sig");
            if (signatures.Count == MostSignatures || id.Length is 0 or > LongestId || text.Length > 2 * LongestSignature)
                throw new FormatException(Language.Text.Say("more or longer signatures than metadata has"));
            // An empty signature holds a place for one to come; other forms than hex are of no scheme we know.
            var signature = text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : [];
            if (!signatures.TryAdd(id, signature))
                throw new FormatException(Language.Text.Say("two signatures by one key id"));
        }

        return signatures.ToImmutable();
    }
}
