using System.Text;
using Plomba.Files;

namespace Plomba.Hosts.Adopting;

/// <summary>How a file of the new site compares with what is there.</summary>
public enum AdoptionFileState
{
    /// <summary>Nothing is there.</summary>
    New,

    /// <summary>It is there as it should be: an earlier run wrote it.</summary>
    AlreadyThere,

    /// <summary>Something else is there, and stays.</summary>
    Differs,
}

/// <summary>Puts the new site in its place: keys first, so that a described key is always there. Replaces nothing.</summary>
/// <param name="target">Where.</param>
public sealed class AdoptionWriter(AdoptionTarget target)
{
    // The security administrator's affair, as site init has it.
    private const UnixFileMode SiteMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Where a key's file is put.</summary>
    public string FileOf(FoundKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Path.Combine(target.Keys, $"{key.Key.Name}.pgp");
    }

    /// <summary>How the site compares.</summary>
    public AdoptionFileState StateOf(string site) => StateOf(target.Site, Encoding.UTF8.GetBytes(site));

    /// <summary>How a key compares. One that is already there was confirmed when it came.</summary>
    public AdoptionFileState StateOf(FoundKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return StateOf(FileOf(key), key.Key.File.Bytes.Span);
    }

    /// <summary>Writes the keys and then the site; files that are there stay.</summary>
    /// <param name="site">The text of the site.</param>
    /// <param name="keys">Whose fingerprints were confirmed.</param>
    /// <param name="between">What is done once the keys are there, before the site is: the import of signatures.</param>
    /// <exception cref="IOException">Something cannot be written, or something else is there.</exception>
    public async Task WriteAsync(string site, IReadOnlyList<FoundKey> keys, Func<Task> between)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(between);
        var content = Encoding.UTF8.GetBytes(site);
        if (keys.Select(FileOf).FirstOrDefault(f => keys.Any(k => FileOf(k) == f && StateOf(k) == AdoptionFileState.Differs)) is { } other)
            throw new IOException(Text.Say($"{other} is there already and holds something else"));
        if (StateOf(site) == AdoptionFileState.Differs)
            throw new IOException(Text.Say($"{target.Site} is there already and says something else"));
        DurableFile.CreateDirectory(Path.GetDirectoryName(target.Site)!);
        DurableFile.CreateDirectory(target.Keys);
        foreach (var key in keys.Where(k => StateOf(k) == AdoptionFileState.New))
            DurableFile.Write(FileOf(key), key.Key.File.Bytes.Span);
        await between();
        if (StateOf(site) == AdoptionFileState.New)
            DurableFile.Write(target.Site, content, SiteMode);
    }

    private static AdoptionFileState StateOf(string path, ReadOnlySpan<byte> content)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return Path.Exists(path) || file.LinkTarget is not null ? AdoptionFileState.Differs : AdoptionFileState.New;
        return file.LinkTarget is null && file.Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)
            ? AdoptionFileState.AlreadyThere
            : AdoptionFileState.Differs;
    }
}
