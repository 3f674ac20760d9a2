using System.Collections.Immutable;
using Plomba.Trust.Files;

namespace Plomba.Hosts.Stores;

/// <summary>
/// A containers/storage store as it lies on the disk, read without its locks and never written: what podman, buildah,
/// skopeo and CRI-O keep below a graph root, one for each driver. Programs replace its lists by rename, so what is read
/// is a state it once had. Everything in it may be forged by its owner.
/// </summary>
public sealed class ImageStore
{
    /// <summary>Drivers a store may be written with; a directory of any other name is none.</summary>
    private static readonly string[] Drivers = ["overlay", "vfs", "btrfs", "zfs", "aufs", "devicemapper", "overlay2"];

    private readonly ITrustFiles _files;
    private readonly Lazy<ImmutableDictionary<string, LayerRecord>> _layers;

    private ImageStore(string graphRoot, string driver, ITrustFiles files)
    {
        (GraphRoot, Driver, _files) = (graphRoot, driver, files);
        Images = Records("images", "images.json", StoreJson.Images);
        Containers =
        [
            .. Records("containers", "containers.json", StoreJson.Containers),
            .. Records("containers", "volatile-containers.json", StoreJson.Containers),
        ];
        _layers = new(ReadLayers);
    }

    /// <summary>Absolute path of the store.</summary>
    public string GraphRoot { get; }

    /// <summary>The graph driver, <c>overlay</c>.</summary>
    public string Driver { get; }

    /// <summary>Its images, in the store's order; empty when the list cannot be used.</summary>
    public ImmutableArray<ImageRecord> Images { get; }

    /// <summary>Its containers, running or not; empty when the list cannot be used.</summary>
    public ImmutableArray<ContainerRecord> Containers { get; }

    /// <summary>Why a list cannot be used, with its path; null when all can.</summary>
    public string? Damage { get; private set; }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Damage is null && Images.IsEmpty && Containers.IsEmpty;

    /// <summary>
    /// The stores below a graph root, one for each driver that was ever used there; none where nothing is. A root that
    /// cannot be looked into is a damaged store: what is in it might be anything.
    /// </summary>
    public static IReadOnlyList<ImageStore> Open(string graphRoot, ITrustFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var listing = files.List(graphRoot);
        if (listing.Problem is not (FileProblem.None or FileProblem.Missing))
            return [new ImageStore(graphRoot, Drivers[0], files) { Damage = listing.Message }];
        var names = listing.Names;
        return [.. Drivers.Where(d => names.Contains($"{d}-images", StringComparer.Ordinal)).Select(d => new ImageStore(graphRoot.TrimEnd('/'), d, files))];
    }

    /// <summary>Whether a directory of that name holds the list of images of a store.</summary>
    internal static bool IsListDirectory(string name) => Drivers.Any(d => name == $"{d}-images");

    /// <summary>The layers from the lowest up to the given one; null when one of them is not in this store, or they form a ring.</summary>
    internal List<LayerRecord>? LayersOf(string top)
    {
        var chain = new List<LayerRecord>();
        for (var id = top; id.Length > 0;)
        {
            if (chain.Count > 1000 || !_layers.Value.TryGetValue(id, out var layer))
                return null;
            chain.Add(layer);
            id = layer.Parent;
        }

        chain.Reverse();
        return chain;
    }

    internal FileReading Read(ImageRecord image, string key, int limit) =>
        _files.Read($"{GraphRoot}/{Driver}-images/{image.Id}/{BigDataName.FileOf(key)}", limit);

    private delegate ImmutableArray<T>? Parser<T>(ReadOnlyMemory<byte> bytes, out string error);

    private ImmutableArray<T> Records<T>(string kind, string name, Parser<T> parse)
    {
        var path = $"{GraphRoot}/{Driver}-{kind}/{name}";
        var reading = _files.Read(path, StoreJson.LongestList);
        if (reading.Problem == FileProblem.Missing)
            return [];
        if (!reading.IsRead)
        {
            Damage ??= reading.Message;
            return [];
        }

        if (parse(reading.Bytes, out var error) is { } records)
            return records;
        Damage ??= $"{path}: {error}";
        return [];
    }

    private ImmutableDictionary<string, LayerRecord> ReadLayers()
    {
        var layers = ImmutableDictionary.CreateBuilder<string, LayerRecord>(StringComparer.Ordinal);
        foreach (var name in (string[])["layers.json", "volatile-layers.json"])
        {
            foreach (var layer in Records("layers", name, StoreJson.Layers))
                layers[layer.Id] = layer;
        }

        return layers.ToImmutable();
    }
}
