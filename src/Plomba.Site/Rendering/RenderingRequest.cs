namespace Plomba.Site.Rendering;

/// <summary>For which programs and which machine files are rendered.</summary>
public sealed record RenderingRequest
{
    /// <summary>Nothing is known of the machine.</summary>
    public static RenderingRequest Unknown { get; } = new();

    /// <summary>Which versions read the files.</summary>
    public ClientVersions Versions { get; init; } = ClientVersions.Unknown;

    /// <summary>
    /// The packets of a key, without armor, for clients that need all keys of a namespace in one file; asked for nothing
    /// when no version needs it.
    /// </summary>
    public Func<SiteKey, ReadOnlyMemory<byte>> KeyOf { get; init; } =
        key => throw new InvalidOperationException($"The key {key.Name} is needed for a keyring, and nobody said where it is.");

    /// <summary>What other files of CRI-O on the machine name as insecure.</summary>
    public IReadOnlyList<string> OtherInsecureRegistries { get; init; } = [];

    /// <summary>Where the program is on the machine.</summary>
    public string Program { get; init; } = SiteRendering.ProgramPath;
}
