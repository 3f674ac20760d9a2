namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>Of which registries one file of registries.d speaks, for those who put a file of their own beside it.</summary>
/// <param name="Namespaces">The keys of its <c>docker</c>.</param>
/// <param name="HasDefault">Whether it has a <c>default-docker</c>: only one file may.</param>
/// <param name="DefaultReading">Where that one reads signatures; null: it does not say.</param>
public sealed record SignatureStoreNames(IReadOnlyList<string> Namespaces, bool HasDefault, string? DefaultReading)
{
    /// <summary>Reads a file; null when it cannot be used, which is an error for every pull.</summary>
    public static SignatureStoreNames? Read(ReadOnlySpan<byte> text) =>
        RegistriesDFileReader.Read("", text, out _) is { } file
            ? new SignatureStoreNames([.. file.Docker.Select(d => d.Namespace)], file.DefaultDocker is not null, file.DefaultDocker?.ForReading)
            : null;
}
