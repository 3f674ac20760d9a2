using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.Toml;

namespace Plomba.Hosts.Stores;

/// <summary>What a <c>storage.conf</c> says about where images are: containers-storage.conf(5).</summary>
/// <param name="GraphRoot">Empty when not said.</param>
/// <param name="RootlessPath">Where the stores of ordinary users are, with <c>$HOME</c>, <c>$USER</c>, <c>$UID</c> in it; empty when not said.</param>
/// <param name="AdditionalStores">Read-only stores that are looked into besides.</param>
internal sealed record StorageConf(string GraphRoot, string RootlessPath, ImmutableArray<string> AdditionalStores)
{
    private const int LongestFile = 1024 * 1024;
    private const int MostStores = 16;

    /// <summary>Says nothing.</summary>
    public static StorageConf Empty { get; } = new("", "", []);

    /// <summary>The file's settings; <see cref="Empty"/> with the reason when it is not there or cannot be used.</summary>
    public static StorageConf Read(string path, ITrustFiles files, out string? problem)
    {
        problem = null;
        var reading = files.Read(path, LongestFile);
        if (reading.Problem == FileProblem.Missing)
            return Empty;
        if (!reading.IsRead)
        {
            problem = reading.Message;
            return Empty;
        }

        if (TomlTreeReader.Read(reading.Bytes.Span, out var mistake) is not { } root)
        {
            problem = $"{path}:{mistake}";
            return Empty;
        }

        var storage = root.Take("storage") as TomlTable;
        var options = storage?.Take("options") as TomlTable;
        return new StorageConf(
            TomlText.Of(storage, "graphroot"),
            TomlText.Of(storage, "rootless_storage_path"),
            [.. TomlText.List(options, "additionalimagestores").Where(s => s.StartsWith('/')).Take(MostStores)]);
    }
}
