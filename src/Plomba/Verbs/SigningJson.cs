using System.Text.Json;
using Plomba.Transfer.Signing.InPlace;

namespace Plomba.Verbs;

/// <summary>What <c>sign --output json</c> prints: an array with one object an image. Members are only ever added.</summary>
internal static class SigningJson
{
    public static void Write(Utf8JsonWriter json, IEnumerable<SignedImage> images)
    {
        json.WriteStartArray();
        foreach (var image in images)
            Write(json, image);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SignedImage image)
    {
        json.WriteStartObject();
        json.WriteString("image", $"docker://{image.Image}");
        json.WriteString("identity", image.Identity);
        json.WriteString("digest", image.Digest?.Text);
        json.WriteNumber("exitCode", image.Failure is null ? 0 : 1);
        json.WriteStartArray("signatures");
        foreach (var signature in image.Signatures)
            Write(json, signature);
        json.WriteEndArray();
        json.WriteString("message", image.Failure);
        json.WriteString("hint", image.Hint);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SignedManifest signature)
    {
        json.WriteStartObject();
        json.WriteString("digest", signature.Digest.Text);
        json.WriteString("platform", signature.Platform);
        json.WriteString("key", signature.Key);
        json.WriteString("format", signature.Format);
        json.WriteString("outcome", signature.Outcome switch
        {
            SigningOutcome.Made => "signed",
            SigningOutcome.Present => "present",
            _ => "staged",
        });
        json.WriteString("location", signature.Location);
        json.WriteEndObject();
    }
}
