using System.Text;
using System.Text.Json;
using Plomba.Testing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

public sealed class StoredBlobTests(ITestOutputHelper output)
{
    [Fact]
    public void Recorded_blobs_are_told_apart_as_the_reference_does() => Vectors.Check("simple-signing/stored-blob-format.jsonl", Judge, output);

    [Fact]
    public void A_sigstore_attachment_survives_writing_and_reading()
    {
        var original = StoredSignature.Sigstore(
            StoredSignature.SigstoreSignatureMediaType, "{}"u8.ToArray(), new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "б\n" });

        Assert.True(StoredBlob.TryRead(StoredBlob.Write(original), out var read, out _));

        Assert.Equal(SignatureFormat.Sigstore, read.Format);
        Assert.Equal(original.MediaType, read.MediaType);
        Assert.Equal(original.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(original.Annotations, read.Annotations);
    }

    [Fact]
    public void A_simple_signature_is_stored_as_it_is()
    {
        byte[] message = [0xA3, 1, 2, 3];
        Assert.Equal(message, StoredBlob.Write(StoredSignature.SimpleSigning(message)));
    }

    [Fact]
    public void A_web_page_in_place_of_a_signature_is_refused()
    {
        Assert.False(StoredBlob.TryRead(Encoding.ASCII.GetBytes("<html>"), out _, out var error));
        Assert.Equal("unrecognized signature format, starting with binary 0x3c", error);
    }

    [Fact]
    public void A_blob_over_the_limit_is_refused()
    {
        var blob = new byte[StoredSignature.MaximumLength + 1];
        blob[0] = 0xA3;
        Assert.False(StoredBlob.TryRead(blob, out _, out var error));
        Assert.Equal("exceeded maximum allowed size of 4194304 bytes", error);
    }

    private static Outcome Judge(JsonElement vector)
    {
        var read = StoredBlob.TryRead(vector.GetProperty("blobB64").GetBytesFromBase64(), out var signature, out var error);
        var expected = vector.GetProperty("error").GetString();
        if (expected is not null)
            return read || (Binding(expected) && error != expected) ? Outcome.Fail($"{error}, not {expected}") : Outcome.Pass;
        if (!read)
            return Outcome.Fail(error!);
        if (vector.GetProperty("format").GetString() == "simple-signing")
            return signature!.Format == SignatureFormat.SimpleSigning ? Outcome.Pass : Outcome.Fail("taken for sigstore");
        return signature!.Format == SignatureFormat.Sigstore
            && signature.MediaType == vector.GetProperty("mimeType").GetString()
            && signature.Bytes.Span.SequenceEqual(vector.GetProperty("payloadB64").GetString() is { } payload ? Convert.FromBase64String(payload) : [])
            && SameAnnotations(signature, vector.GetProperty("annotations"))
            ? Outcome.Pass
            : Outcome.Fail("read differently");
    }

    private static bool SameAnnotations(StoredSignature signature, JsonElement expected) => expected.ValueKind == JsonValueKind.Null
        ? signature.Annotations.Count == 0
        : expected.EnumerateObject().Count() == signature.Annotations.Count
            && expected.EnumerateObject().All(a => signature.Annotations.GetValueOrDefault(a.Name) == a.Value.GetString());

    // The texts that TRUST.md lists; those of Go's JSON and base64 decoders are its own.
    private static bool Binding(string error) => error.StartsWith("unrecognized", StringComparison.Ordinal)
        || error.StartsWith("invalid signature format", StringComparison.Ordinal)
        || error.StartsWith("empty", StringComparison.Ordinal);
}
