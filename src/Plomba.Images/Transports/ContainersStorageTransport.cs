namespace Plomba.Images.Transports;

/// <summary>An image in a local store: <c>containers-storage:[driver@root+run:opts]name[:tag][@digest][@id]</c>.</summary>
/// <param name="Store">Where the store is.</param>
/// <param name="Reference">The name with a tag or a digest or both; null when there is only an id.</param>
/// <param name="Id">The image's id, 64 hex digits; null when there is only a name.</param>
public sealed record StoredImage(StoreLocation Store, ImageReference? Reference, string? Id) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "containers-storage";

    /// <inheritdoc/>
    public override string Text
    {
        get
        {
            var options = Store.Options.Length == 0 ? "" : ":" + Store.Options;
            return $"[{Store.Driver}@{Store.GraphRoot}+{Store.RunRoot}{options}]{Name}{IdSuffix}";
        }
    }

    /// <inheritdoc/>
    public override ImageReference? DockerReference => Reference;

    /// <inheritdoc/>
    public override string PolicyIdentity => $"{StoreScope}{Name}{IdSuffix}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces
    {
        get
        {
            var scopes = new List<string>();
            if (Reference is not null && Id is not null)
                scopes.Add(StoreScope + Name);
            if (Reference is { Tag: { } tag, Digest: not null })
                scopes.Add($"{StoreScope}{Reference.Name}:{tag.Text}");
            if (Reference is not null)
                scopes.AddRange(PolicyScopes.NameAndParents(Reference.Name).Select(name => StoreScope + name));
            return [.. scopes, StoreScope, $"[{Store.GraphRoot}]"];
        }
    }

    private string StoreScope => $"[{Store.Driver}@{Store.GraphRoot}]";

    private string Name => Reference?.Text ?? "";

    private string IdSuffix => Id is null ? "" : "@" + Id;
}

internal sealed class ContainersStorageTransport() : Transport("containers-storage")
{
    private static string InvalidReference => Language.Text.Say("invalid reference");
    private static string PathNotAbsolute => Language.Text.Say("path name is not absolute");

    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        var store = environment.DefaultStore;
        if (rest.StartsWith('['))
        {
            if (rest.Split(']', 2) is not [['[', .. var specifier], var image])
                return Invalid(InvalidReference);
            if (ParseStore(specifier, store, out var why) is not { } given)
                return Invalid(why);
            (store, rest) = (given, image);
        }

        if (rest.Length == 0)
            return Invalid(Language.Text.Say($"\"\" is an empty reference: {InvalidReference}"));
        string? id = null;
        if (rest.LastIndexOf('@') is >= 0 and var at && !Digest.TryParse(rest[(at + 1)..], out _))
        {
            id = rest[(at + 1)..];
            if (CheckId(id) != DigestError.None)
                return Invalid(Language.Text.Say($"\"{id}\" does not look like an image ID or digest: {InvalidReference}"));
            rest = rest[..at];
        }

        if (rest.Length == 0)
            return new StoredImage(store, null, id);
        if (!ImageReference.TryParse(rest, out var reference, out var error))
            return error with { Message = Language.Text.Say($"parsing named reference \"{rest}\": {error.Message}") };
        return new StoredImage(store, reference.WithDefaultTag(), id);
    }

    private protected override string? CheckNonEmptyScope(string scope)
    {
        if (scope.Split(']', 2) is not [['[', .. var specifier], var image])
            return InvalidReference;
        var parts = specifier.Split('@', 2);
        if (parts.Contains("", StringComparer.Ordinal))
            return InvalidReference;
        if (!parts[^1].StartsWith('/'))
            return PathNotAbsolute;
        return image.Split('@', 3) switch
        {
            [_, var digest, var id] => Describe(CheckDigest(digest)) ?? Describe(CheckId(id)),
            [_, var either] when CheckDigest(either) is not DigestError.None and var noDigest
                && CheckId(either) is not DigestError.None and var noId
                => Language.Text.Say($"{either} is neither a valid digest({Describe(noDigest)}) nor a valid ID({Describe(noId)})"),
            _ => null,
        };
    }

    // [driver@]root[+run][:options]; what is left out comes from the default store.
    private static StoreLocation? ParseStore(string specifier, StoreLocation defaults, out string why)
    {
        why = InvalidReference;
        var parts = specifier.Split('@', 2);
        if (parts.Contains("", StringComparer.Ordinal))
            return null;
        var driver = parts.Length == 2 ? parts[0] : defaults.Driver;
        var rootsAndOptions = parts[^1].Split(':', 2);
        var roots = rootsAndOptions[0].Split('+', 2);
        why = PathNotAbsolute;
        if (roots.Any(root => root.Length > 0 && root[0] != '/'))
            return null;
        return new StoreLocation(
            driver,
            roots[0].Length > 0 ? roots[0] : defaults.GraphRoot,
            roots is [_, { Length: > 0 } run] ? run : defaults.RunRoot,
            rootsAndOptions is [_, var options] ? options : "");
    }

    private static DigestError CheckDigest(string text) => Digest.TryParse(text, out _, out var error) ? DigestError.None : error;

    private static DigestError CheckId(string id) => CheckDigest("sha256:" + id);

    private static string? Describe(DigestError error) =>
        error == DigestError.None ? null : ReferenceError.BadDigest(error).Message;

    private static TransportParse Invalid(string message) => new ReferenceError(ReferenceProblem.Location, message);
}
