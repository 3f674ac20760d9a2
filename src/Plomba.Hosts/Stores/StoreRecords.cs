using System.Collections.Immutable;

namespace Plomba.Hosts.Stores;

/// <summary>An image as <c>images.json</c> records it. Every text is its owner's and may be anything; ids are file names that were checked.</summary>
/// <param name="Id">64 hex digits; also the name of its directory.</param>
/// <param name="Names">The names it goes by now.</param>
/// <param name="FormerNames">Names it ever had, newest last or first as the store's version pleases.</param>
/// <param name="Layer">The id of its top layer; empty for an image without layers.</param>
/// <param name="BigData">The keys of its data.</param>
/// <param name="SignatureSizes">For each manifest, by digest, the lengths of its signatures, which lie end to end in one file.</param>
/// <param name="DefaultSignatureSizes">The same for the manifest it was stored with last, as older programs write it.</param>
public sealed record ImageRecord(
    string Id,
    ImmutableArray<string> Names,
    ImmutableArray<string> FormerNames,
    string Layer,
    ImmutableArray<string> BigData,
    ImmutableDictionary<string, ImmutableArray<int>> SignatureSizes,
    ImmutableArray<int> DefaultSignatureSizes);

/// <summary>A container as <c>containers.json</c> records it, whether it runs or not.</summary>
/// <param name="Id">64 hex digits.</param>
/// <param name="Names">Its names; foreign text.</param>
/// <param name="Image">The id of the image it was made from; empty for a working container made from nothing.</param>
public sealed record ContainerRecord(string Id, ImmutableArray<string> Names, string Image);

/// <summary>A layer as <c>layers.json</c> records it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The layer below; empty for the lowest.</param>
/// <param name="DiffDigest">The digest of its uncompressed archive; empty when the store does not know it.</param>
public sealed record LayerRecord(string Id, string Parent, string DiffDigest);
