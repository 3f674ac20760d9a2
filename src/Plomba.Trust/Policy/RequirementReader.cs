using System.Collections.Immutable;
using Plomba.Trust.Json;

namespace Plomba.Trust.Policy;

/// <summary>Reads requirement lists (TRUST.md §3.4). A value it returns is only meaningful when no mistake was added.</summary>
internal sealed class RequirementReader(Mistakes mistakes)
{
    private readonly SignedIdentityReader _identities = new(mistakes);

    public ImmutableArray<PolicyRequirement> ReadList(JsonNode node)
    {
        if (node is JsonNullNode or JsonArrayNode { Items.IsEmpty: true })
            mistakes.Add(node.Offset, Text.Say("List of verification policy requirements must not be empty"));
        else if (node is not JsonArrayNode)
            mistakes.Add(node.Offset, Text.Say($"a list of requirements must be an array, not {node.Kind}"));
        var requirements = ImmutableArray.CreateBuilder<PolicyRequirement>();
        foreach (var item in (node as JsonArrayNode)?.Items ?? [])
        {
            if (JsonObjectReader.From(item, mistakes) is { } fields && Read(fields) is { } requirement)
                requirements.Add(requirement);
        }

        return requirements.ToImmutable();
    }

    private PolicyRequirement? Read(JsonObjectReader fields)
    {
        var type = fields.Take("type");
        var name = type is null ? "" : fields.Text("type", type);
        PolicyRequirement? requirement = null;
        switch (name)
        {
            case null:
                return null;
            case "insecureAcceptAnything":
                requirement = new InsecureAcceptAnything();
                break;
            case "reject":
                requirement = new Reject();
                break;
            case "signedBy":
                requirement = SignedBy(fields);
                break;
            case "signedBaseLayer":
                if (fields.Require("baseLayerIdentity") is { } layer && _identities.Read(layer) is { } identity)
                    requirement = new SignedBaseLayer(identity);
                break;
            case "sigstoreSigned":
                requirement = new SigstoreRequirementReader(mistakes, _identities).Read(fields);
                break;
            default:
                mistakes.Add(type?.Offset ?? fields.Offset, Text.Say($"Unknown policy requirement type {QuotedText.Of(name)}"));
                return null;
        }

        fields.Finish();
        return requirement;
    }

    private SignedBy? SignedBy(JsonObjectReader fields)
    {
        SignedByKeyType? keyType = null;
        var keyTypeNode = fields.Take("keyType");
        if (keyTypeNode is null)
            mistakes.Add(fields.Offset, Text.Say("invalid keyType \"\""));
        else if (fields.Text("keyType", keyTypeNode) is { } text && (keyType = PolicyNames.KeyType(text)) is null)
            mistakes.Add(keyTypeNode.Offset, Text.Say($"Unrecognized keyType value {QuotedText.Of(text)}"));

        var keys = new KeyMaterialReader(mistakes, PolicyNames.Keys with { Datas = null });
        keys.Take(fields);
        if (keys.Count == 0)
            mistakes.Add(fields.Offset, Text.Say("Exactly one of keyPath, keyPaths and keyData must be specified, none of them present"));
        else if (keys.Count > 1)
            mistakes.Add(fields.Offset, Text.Say("Exactly one of keyPath, keyPaths and keyData must be specified, more than one present"));
        else if (keys.IsEmptyPath)
            mistakes.Add(keys.Offset, Text.Say("exactly one of keyPath, keyPaths and keyData must be specified"));

        var identity = _identities.Take(fields);
        return keyType is { } type && keys.Value is { } value ? new SignedBy(type, value, identity) : null;
    }
}
