namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>The settings of one namespace in registries.d (TRUST.md §5.4). Null: not set; an empty text counts as not set.</summary>
/// <param name="File">The file it stands in.</param>
/// <param name="Lookaside">Where signatures are read.</param>
/// <param name="LookasideStaging">Where they are written, before <paramref name="Lookaside"/>.</param>
/// <param name="Sigstore">The old name of <paramref name="Lookaside"/>, which wins over it.</param>
/// <param name="SigstoreStaging">The old name of <paramref name="LookasideStaging"/>, which wins over it.</param>
/// <param name="UseSigstoreAttachments">Whether sigstore signatures are read from the registry too.</param>
public sealed record RegistriesDEntry(
    string File, string? Lookaside, string? LookasideStaging, string? Sigstore, string? SigstoreStaging, bool? UseSigstoreAttachments)
{
    /// <summary>The base URL for reading; null when this entry has none.</summary>
    public string? ForReading => FirstSet(Lookaside, Sigstore);

    /// <summary>The base URL for writing; null when this entry has none.</summary>
    public string? ForWriting => FirstSet(LookasideStaging, SigstoreStaging, Lookaside, Sigstore);

    private static string? FirstSet(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrEmpty(value))
                return value;
        }

        return null;
    }
}
