using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Testing;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Tests.Policy;

public sealed class PolicyVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Policies_are_parsed_as_recorded() => Vectors.Check("policy/policy-parse.jsonl", vector =>
    {
        var bytes = vector.TryGetProperty("json", out var json)
            ? Encoding.UTF8.GetBytes(json.GetString()!)
            : vector.GetProperty("jsonB64").GetBytesFromBase64();
        var reading = PolicyReader.Read(bytes);
        if (!vector.GetProperty("accept").GetBoolean())
            return reading.Policy is null ? Outcome.Pass : Outcome.Fail($"accepted, recorded: {vector.GetProperty("error").GetString()}");
        if (reading.Policy is null)
        {
            return vector.TryGetProperty("mayReject", out var may) && may.GetBoolean()
                ? Outcome.Except
                : Outcome.Fail($"refused: {string.Join(" | ", reading.Mistakes)}");
        }

        var ours = WithoutEmptyValues(JsonNode.Parse(PolicyWriter.Write(reading.Policy, spellOutDefaults: true))!);
        var recorded = JsonNode.Parse(vector.GetProperty("normalized").GetRawText());
        return JsonNode.DeepEquals(ours, recorded) ? Outcome.Pass : Outcome.Fail($"read as {ours!.ToJsonString(Compact)}");
    }, output);

    [Fact]
    public void Scopes_are_chosen_as_recorded()
    {
        using var root = new RecordedPaths();
        Vectors.Check("policy/policy-select.jsonl", vector =>
        {
            var policy = SignaturePolicy.Of(new Reject());
            foreach (var transport in vector.GetProperty("policyScopes").GetProperty("transports").EnumerateObject())
            {
                foreach (var scope in transport.Value.EnumerateArray())
                    policy = policy.With(transport.Name, root.Fill(scope.GetString()!), new InsecureAcceptAnything());
            }

            if (!ImageName.TryParse(root.Fill(vector.GetProperty("image").GetString()!), root.Environment, out var image, out var error))
                return Outcome.Fail(error.Message);
            var choice = PolicyChoice.For(policy, image);
            var selected = vector.GetProperty("expect").GetProperty("selected");
            var (transportName, scopeName) = selected.ValueKind == JsonValueKind.String
                ? (null, null)
                : (selected.GetProperty("transport").GetString(), root.Fill(selected.GetProperty("scope").GetString()!));
            return choice.Transport == transportName && choice.Scope == scopeName
                ? Outcome.Pass
                : Outcome.Fail($"chose {choice.Transport ?? "default"} {choice.Scope}, recorded {selected}");
        }, output);
    }

    [Fact]
    public void Signed_identities_match_as_recorded() => Vectors.Check("policy/signed-identity-match.jsonl", vector =>
    {
        var policy = $$"""{"default":[{"type":"signedBaseLayer","baseLayerIdentity":{{vector.GetProperty("signedIdentity").GetRawText()}}}]}""";
        var reading = PolicyReader.Read(Encoding.UTF8.GetBytes(policy));
        if (reading.Policy is not { Default: [SignedBaseLayer { BaseLayerIdentity: var identity }] })
            return Outcome.Fail(string.Join(" | ", reading.Mistakes));
        ImageReference? image = null;
        if (vector.GetProperty("image").GetString() is { } text && !ImageReference.TryParse(text, out image))
            return Outcome.Fail($"no reference: {text}");
        var result = identity.Matches(image, vector.GetProperty("signature").GetString()!);
        return result == vector.GetProperty("result").GetBoolean() ? Outcome.Pass : Outcome.Fail($"{result}");
    }, output);

    [Fact]
    public void Prefixes_are_valid_as_recorded() => Vectors.Check("policy/remap-prefix-valid.jsonl", vector =>
    {
        var valid = SignedIdentityReader.IsRemapPrefix(vector.GetProperty("prefix").GetString()!);
        return valid == vector.GetProperty("valid").GetBoolean() ? Outcome.Pass : Outcome.Fail($"{valid}");
    }, output);

    [Fact]
    public void Prefixes_are_replaced_as_recorded() => Vectors.Check("policy/remap-rewrite.jsonl", vector =>
    {
        var remap = new RemapIdentity(vector.GetProperty("prefix").GetString()!, vector.GetProperty("signedPrefix").GetString()!);
        if (!ImageReference.TryParse(vector.GetProperty("ref").GetString(), out var reference))
            return Outcome.Fail("no reference");
        var result = remap.TryRewrite(reference, out var rewritten) ? rewritten.Text : null;
        return result == vector.GetProperty("result").GetString() ? Outcome.Pass : Outcome.Fail($"{result}");
    }, output);

    // The reference leaves empty values out when it writes, and could then not read its own policy again.
    private static JsonNode WithoutEmptyValues(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (var (key, value) in members.ToList())
            {
                if (value is JsonArray { Count: 0 } || (value is JsonValue text && text.GetValue<string>().Length == 0))
                    members.Remove(key);
                else
                    WithoutEmptyValues(value!);
            }
        }

        foreach (var item in (node as JsonArray)?.Where(i => i is not JsonValue) ?? [])
            WithoutEmptyValues(item!);
        return node;
    }

    private static readonly JsonSerializerOptions Compact = new() { WriteIndented = false };
}
