namespace Plomba.Site.Rendering;

/// <summary>A file that is derived from a site.</summary>
/// <param name="Role">For whom it is.</param>
/// <param name="RelativePath">Where it belongs: below the root directory, for a maker below the home directory.</param>
/// <param name="Content">Its bytes, UTF-8.</param>
public sealed record RenderedFile(RenderedRole Role, string RelativePath, ReadOnlyMemory<byte> Content)
{
    /// <summary>Its path in a directory of rendered files: <c>client/etc/containers/policy.json</c>.</summary>
    public string Path => Role.Folder.Length == 0 ? RelativePath : $"{Role.Folder}/{RelativePath}";
}

/// <summary>For whom a file is rendered.</summary>
/// <param name="Folder">Its directory among rendered files; empty for what every machine gets.</param>
public sealed record RenderedRole(string Folder)
{
    /// <summary>Every machine of the site.</summary>
    public static RenderedRole Everybody { get; } = new("");

    /// <summary>May pull and run what is signed.</summary>
    public static RenderedRole Client { get; } = new("client");

    /// <summary>Builds, pushes and signs.</summary>
    public static RenderedRole Maker { get; } = new("maker");

    /// <summary>A Kubernetes machine that runs only what is signed.</summary>
    public static RenderedRole Node { get; } = new("node");

    /// <summary>The machine that holds images, signatures and keys.</summary>
    public static RenderedRole Server { get; } = new("server");
}
