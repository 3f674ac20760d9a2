using Plomba.Trust.Json;

namespace Plomba.Trust.Policy;

/// <summary>Reads <c>sigstoreSigned</c> with its <c>fulcio</c> and <c>pki</c> objects (TRUST.md §3.4).</summary>
internal sealed class SigstoreRequirementReader(Mistakes mistakes, SignedIdentityReader identities)
{
    public SigstoreSigned? Read(JsonObjectReader fields)
    {
        var keys = new KeyMaterialReader(mistakes, PolicyNames.Keys);
        keys.Take(fields);
        RefuseEmptyArray(keys);
        var fulcioNode = fields.Take("fulcio");
        var pkiNode = fields.Take("pki");
        var sources = keys.Count + (fulcioNode is null ? 0 : 1) + (pkiNode is null ? 0 : 1);
        if (sources != 1 || keys.IsEmptyPath)
            mistakes.Add(fields.Offset, Text.Say("exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified"));

        var rekor = RekorKeys(fields, fulcioNode, pkiNode);
        var fulcio = fulcioNode is null ? null : Fulcio(fulcioNode);
        var pki = pkiNode is null ? null : Pki(pkiNode);
        return new SigstoreSigned(keys.Value, fulcio, pki, rekor, identities.Take(fields));
    }

    private KeyMaterial? RekorKeys(JsonObjectReader fields, JsonNode? fulcio, JsonNode? pki)
    {
        var rekor = new KeyMaterialReader(mistakes, PolicyNames.RekorKeys);
        rekor.Take(fields);
        RefuseEmptyArray(rekor);
        if (rekor.IsEmptyPath)
            mistakes.Add(rekor.Offset, Text.Say("\"rekorPublicKeyPath\" must not be empty"));
        if (rekor.Count > 1)
            mistakes.Add(rekor.Offset, Text.Say("at most one of rekorPublickeyPath, rekorPublicKeyPaths, rekorPublickeyData and rekorPublicKeyDatas can be used simultaneously"));
        if (fulcio is not null && rekor.Count == 0)
            mistakes.Add(fulcio.Offset, Text.Say("At least one of rekorPublickeyPath, rekorPublicKeyPaths, rekorPublickeyData and rekorPublicKeyDatas must be specified if fulcio is used"));
        if (pki is not null && rekor.Count > 0)
            mistakes.Add(rekor.Offset, Text.Say("rekorPublickeyPath, rekorPublicKeyPaths, rekorPublickeyData and rekorPublicKeyDatas are not supported for pki"));
        return rekor.Value;
    }

    private Fulcio? Fulcio(JsonNode node)
    {
        if (JsonObjectReader.From(node, mistakes) is not { } fields)
            return null;
        var ca = One(fields, PolicyNames.Ca, mandatory: true);
        var issuer = Mandatory(fields, "oidcIssuer");
        var email = Mandatory(fields, "subjectEmail");
        fields.Finish();
        return ca is null || issuer is null || email is null ? null : new Fulcio(ca, issuer, email);
    }

    private Pki? Pki(JsonNode node)
    {
        if (JsonObjectReader.From(node, mistakes) is not { } fields)
            return null;
        var roots = One(fields, PolicyNames.CaRoots, mandatory: true);
        var intermediates = One(fields, PolicyNames.CaIntermediates, mandatory: false);
        var email = NotEmpty(fields, "subjectEmail");
        var host = NotEmpty(fields, "subjectHostname");
        if (fields.Take("subjectEmail") is null && fields.Take("subjectHostname") is null)
            mistakes.Add(fields.Offset, Text.Say("At least one of subjectEmail, subjectHostname must be specified"));
        fields.Finish();
        return roots is null ? null : new Pki(roots, intermediates, email, host);
    }

    private KeyMaterial? One(JsonObjectReader fields, KeyMaterialNames names, bool mandatory)
    {
        var reader = new KeyMaterialReader(mistakes, names);
        reader.Take(fields);
        if (reader.Count > 1)
            mistakes.Add(reader.Offset, Text.Say($"{names.Path} and {names.Data} cannot be used simultaneously"));
        else if (reader.IsEmptyPath || (mandatory && reader.Count == 0))
            mistakes.Add(reader.Count == 0 ? fields.Offset : reader.Offset, Text.Say($"At least one of {names.Path} and {names.Data} must be specified"));
        return reader.Value;
    }

    private string? Mandatory(JsonObjectReader fields, string key)
    {
        if (fields.Take(key) is null)
            mistakes.Add(fields.Offset, Text.Say($"{key} not specified"));
        return NotEmpty(fields, key);
    }

    private string? NotEmpty(JsonObjectReader fields, string key)
    {
        var text = fields.TakeString(key);
        if (text is "")
            mistakes.Add(fields.Take(key)!.Offset, Text.Say($"{key} not specified"));
        return text;
    }

    private void RefuseEmptyArray(KeyMaterialReader reader)
    {
        if (reader.EmptyArray is { } key)
            mistakes.Add(reader.Offset, Text.Say($"\"{key}\" contains no entries"));
    }
}
