using System.Text.Json;

namespace Plomba.Trust.Policy;

/// <summary>
/// A verdict for programs: one object of the array that <c>verify --output json</c> prints. Members are only ever added.
/// Every member is always there; what is unknown is null.
/// </summary>
public static class VerdictJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(verdict);
        json.WriteStartObject();
        json.WriteString("image", verdict.Image);
        json.WriteString("verdict", VerdictWords.Of(verdict.Kind));
        json.WriteNumber("exitCode", verdict.ExitCode);
        WriteObject(json, "policy", verdict.Policy, policy =>
        {
            json.WriteString("file", policy.File);
            json.WriteString("transport", policy.Transport);
            json.WriteString("scope", policy.Scope);
        });
        WriteObject(json, "manifest", verdict.Manifest, manifest =>
        {
            json.WriteString("digest", manifest.Digest.Text);
            json.WriteString("mediaType", manifest.MediaType);
            json.WriteString("platform", manifest.Platform);
            json.WriteString("index", manifest.Index?.Text);
        });
        WriteObject(json, "signatureStore", verdict.Store, store =>
        {
            json.WriteString("kind", store.Kind);
            json.WriteString("location", store.Location);
            json.WriteString("from", store.From);
        });
        json.WriteStartArray("requirements");
        foreach (var requirement in verdict.Requirements)
            WriteRequirement(json, requirement);
        json.WriteEndArray();
        json.WriteString("message", verdict.Message);
        json.WriteString("hint", verdict.Hint);
        json.WriteEndObject();
    }

    private static void WriteObject<T>(Utf8JsonWriter json, string name, T? value, Action<T> writeMembers)
        where T : class
    {
        if (value is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        writeMembers(value);
        json.WriteEndObject();
    }

    private static void WriteRequirement(Utf8JsonWriter json, RequirementOutcome requirement)
    {
        json.WriteStartObject();
        json.WriteString("type", requirement.Type);
        json.WriteString("result", VerdictWords.Of(requirement.Result));
        json.WriteStartArray("keys");
        foreach (var key in requirement.Keys)
            json.WriteStringValue(key);
        json.WriteEndArray();
        json.WriteStartArray("signatures");
        foreach (var signature in requirement.Signatures)
            WriteSignature(json, signature);
        json.WriteEndArray();
        json.WriteString("message", requirement.Refusal?.Message);
        json.WriteEndObject();
    }

    private static void WriteSignature(Utf8JsonWriter json, SignatureOutcome signature)
    {
        json.WriteStartObject();
        json.WriteNumber("number", signature.Number);
        json.WriteString("format", VerdictWords.Of(signature.Format));
        json.WriteString("key", signature.Key);
        json.WriteString("identity", signature.Identity);
        json.WriteString("digest", signature.Digest?.Text);
        json.WriteString("result", VerdictWords.Of(signature.Refusal));
        json.WriteString("reason", VerdictWords.Of(signature.Refusal?.Reason ?? SignatureReason.None));
        json.WriteString("message", signature.Refusal?.Message);
        json.WriteEndObject();
    }
}
