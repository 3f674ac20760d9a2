namespace Plomba.Images.Manifests;

/// <summary>What an image runs on, in Go's words (<c>linux</c>, <c>amd64</c>, <c>v8</c>). Compared ordinally.</summary>
/// <param name="OperatingSystem">Empty when not said.</param>
/// <param name="Architecture">Empty when not said.</param>
/// <param name="Variant">Empty for none.</param>
public sealed record Platform(string OperatingSystem, string Architecture, string Variant)
{
    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() =>
        Variant.Length == 0 ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";
}
