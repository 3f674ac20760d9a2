using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plomba.Registry.Api;

/// <summary>Bodies in JSON.</summary>
internal static class JsonBody
{
    // The answers are application/json with nosniff and never part of a page: media types keep their + and base64 its length.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of one value.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> value)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, Options))
            value(json);
        return body.WrittenMemory;
    }
}
