using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Trust.Policy.Linting;

/// <summary>Whether the signatures that docker scopes ask for would be looked for anywhere (TRUST.md §5.4, §7.1, §8).</summary>
internal sealed class SignatureStoreCheck(SignatureStores stores, RegistriesConfiguration registries)
{
    /// <summary>What is missing for the images of a docker scope; null stands for the default.</summary>
    public IEnumerable<(bool IsError, string Id, string Text)> Find(string? scope, IReadOnlyCollection<PolicyRequirement> requirements)
    {
        var name = scope ?? "";
        var what = name.Length == 0 ? Text.Say("these images") : QuotedText.Of(name);
        if (requirements.Any(r => r is SignedBy))
        {
            if (!stores.Says(name, e => e.ForReading is not null))
                yield return (false, PolicyFindingId.LookasideMissing, Text.Say($"registries.d names no lookaside for {what}: unless the registry serves signatures itself, only the default store on this machine is looked into"));
            else
                foreach (var mirror in Mirrors(name).Where(m => !stores.Says(m, e => e.ForReading is not null)))
                    yield return (false, PolicyFindingId.LookasideMirror, Text.Say($"registries.conf has {what} pulled through the mirror {QuotedText.Of(mirror)}, for which registries.d names no lookaside: the mirror's name counts there"));
        }

        if (requirements.Any(r => r is SigstoreSigned) && !stores.Says(name, e => e.UseSigstoreAttachments == true))
            yield return (true, PolicyFindingId.AttachmentsOff, Text.Say($"registries.d does not set use-sigstore-attachments for {what}: no sigstore signature is read, every image is refused"));
    }

    private IEnumerable<string> Mirrors(string scope) => registries.Registries
        .Where(e => !e.Mirrors.IsEmpty && (scope.Length == 0 || e.Prefix == scope || RegistryPrefix.Match(scope, e.Prefix) >= 0 || WiderScopes.Of("docker", e.Prefix).Contains(scope, StringComparer.Ordinal)))
        .SelectMany(e => e.Mirrors)
        .Select(m => m.Location)
        .Distinct(StringComparer.Ordinal);
}
