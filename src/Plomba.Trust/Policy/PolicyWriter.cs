using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plomba.Trust.Policy;

/// <summary>
/// Renders <c>policy.json</c> as <c>podman image trust set</c> writes it: indented by four blanks, keys in the
/// reference's order, transports and scopes sorted by code point, a final newline.
/// </summary>
public static class PolicyWriter
{
    /// <summary>The file's bytes, UTF-8.</summary>
    /// <param name="policy">What to render.</param>
    /// <param name="spellOutDefaults">Also write a <c>signedIdentity</c> that is absent in the policy, and an empty <c>transports</c>.</param>
    public static byte[] Write(SignaturePolicy policy, bool spellOutDefaults = false)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            new Rendering(json, spellOutDefaults).Write(policy);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes one requirement list as it stands in a policy, as an array.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="requirements">What to render.</param>
    /// <param name="spellOutDefaults">As for <see cref="Write(SignaturePolicy, bool)"/>.</param>
    public static void Write(Utf8JsonWriter json, ImmutableArray<PolicyRequirement> requirements, bool spellOutDefaults = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        new Rendering(json, spellOutDefaults).Write(requirements);
    }

    /// <summary>One requirement list as text.</summary>
    /// <param name="requirements">What to render.</param>
    /// <param name="unit">One step of indentation: blanks or tabs; empty: all on one line.</param>
    /// <param name="spellOutDefaults">As for <see cref="Write(SignaturePolicy, bool)"/>.</param>
    internal static string Render(ImmutableArray<PolicyRequirement> requirements, string unit, bool spellOutDefaults = false)
    {
        var isUniform = unit.Length is > 0 and <= 16 && unit.All(c => c == unit[0]);
        var buffer = new ArrayBufferWriter<byte>();
        var options = Options with
        {
            Indented = unit.Length > 0,
            IndentSize = isUniform ? unit.Length : 4,
            IndentCharacter = isUniform ? unit[0] : ' ',
        };
        using (var json = new Utf8JsonWriter(buffer, options))
            new Rendering(json, spellOutDefaults).Write(requirements);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A text as a JSON string, in quotes.</summary>
    internal static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, Options.Encoder)}\"";

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        IndentSize = 4,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file, never part of a web page
    };

    private readonly struct Rendering(Utf8JsonWriter json, bool spellOutDefaults)
    {
        public void Write(SignaturePolicy policy)
        {
            json.WriteStartObject();
            Write("default", policy.Default);
            if (spellOutDefaults || !policy.Transports.IsEmpty)
                WriteTransports(policy);
            json.WriteEndObject();
        }

        private void WriteTransports(SignaturePolicy policy)
        {
            json.WriteStartObject("transports");
            foreach (var (transport, scopes) in policy.Transports.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(transport);
                foreach (var (scope, requirements) in scopes.OrderBy(s => s.Key, StringComparer.Ordinal))
                    Write(scope, requirements);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        private void Write(string name, ImmutableArray<PolicyRequirement> requirements)
        {
            json.WritePropertyName(name);
            Write(requirements);
        }

        public void Write(ImmutableArray<PolicyRequirement> requirements)
        {
            json.WriteStartArray();
            foreach (var requirement in requirements)
                Write(requirement);
            json.WriteEndArray();
        }

        private void Write(PolicyRequirement requirement)
        {
            json.WriteStartObject();
            json.WriteString("type", requirement.Type);
            switch (requirement)
            {
                case SignedBy signedBy:
                    json.WriteString("keyType", PolicyNames.Of(signedBy.KeyType));
                    Write(signedBy.Keys, PolicyNames.Keys);
                    Write("signedIdentity", signedBy.SignedIdentity ?? Absent);
                    break;
                case SignedBaseLayer layer:
                    Write("baseLayerIdentity", layer.BaseLayerIdentity);
                    break;
                case SigstoreSigned sigstore:
                    Write(sigstore);
                    break;
                default:
                    break;
            }

            json.WriteEndObject();
        }

        private void Write(SigstoreSigned sigstore)
        {
            Write(sigstore.Keys, PolicyNames.Keys);
            if (sigstore.Fulcio is { } fulcio)
            {
                json.WriteStartObject("fulcio");
                Write(fulcio.Ca, PolicyNames.Ca);
                json.WriteString("oidcIssuer", fulcio.OidcIssuer);
                json.WriteString("subjectEmail", fulcio.SubjectEmail);
                json.WriteEndObject();
            }

            Write(sigstore.RekorKeys, PolicyNames.RekorKeys);
            if (sigstore.Pki is { } pki)
                Write(pki);
            Write("signedIdentity", sigstore.SignedIdentity ?? Absent);
        }

        private void Write(Pki pki)
        {
            json.WriteStartObject("pki");
            Write(pki.CaRoots, PolicyNames.CaRoots);
            Write(pki.CaIntermediates, PolicyNames.CaIntermediates);
            if (pki.SubjectEmail is { } email)
                json.WriteString("subjectEmail", email);
            if (pki.SubjectHostname is { } host)
                json.WriteString("subjectHostname", host);
            json.WriteEndObject();
        }

        private void Write(KeyMaterial? keys, KeyMaterialNames names)
        {
            switch (keys?.Kind)
            {
                case KeyMaterialKind.Path:
                    json.WriteString(names.Path, keys.Files[0]);
                    break;
                case KeyMaterialKind.Data:
                    json.WriteBase64String(names.Data, keys.Contents[0].Span);
                    break;
                case KeyMaterialKind.Paths:
                    json.WriteStartArray(names.Paths!);
                    foreach (var file in keys.Files)
                        json.WriteStringValue(file);
                    json.WriteEndArray();
                    break;
                case KeyMaterialKind.Datas:
                    json.WriteStartArray(names.Datas!);
                    foreach (var content in keys.Contents)
                        json.WriteBase64StringValue(content.Span);
                    json.WriteEndArray();
                    break;
                default:
                    break;
            }
        }

        private SignedIdentity? Absent => spellOutDefaults ? SignedIdentity.Default : null;

        private void Write(string name, SignedIdentity? identity)
        {
            if (identity is null)
                return;
            json.WriteStartObject(name);
            json.WriteString("type", identity.Type);
            switch (identity)
            {
                case ExactReference exact:
                    json.WriteString("dockerReference", exact.DockerReference);
                    break;
                case ExactRepository exact:
                    json.WriteString("dockerRepository", exact.DockerRepository);
                    break;
                case RemapIdentity remap:
                    json.WriteString("prefix", remap.Prefix);
                    json.WriteString("signedPrefix", remap.SignedPrefix);
                    break;
                default:
                    break;
            }

            json.WriteEndObject();
        }
    }
}
