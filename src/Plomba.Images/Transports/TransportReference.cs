namespace Plomba.Images.Transports;

/// <summary>
/// Where an image is, as <c>transport:rest</c> names it (TRUST.md §2), and under which names policies look it up.
/// Each transport has its own kind with the parts a reader or writer of that transport needs.
/// </summary>
public abstract record TransportReference
{
    /// <summary>The transport's name, <c>docker</c>, <c>oci</c>, ….</summary>
    public abstract string Transport { get; }

    /// <summary>What stands after <c>transport:</c>; parsing it again gives an equal reference.</summary>
    public abstract string Text { get; }

    /// <summary>The whole name, <c>transport:rest</c>, with defaults filled in and registry names in their familiar form.</summary>
    public string ImageName => $"{Transport}:{Text}";

    /// <summary>The docker style reference signatures are compared with; null where the transport has none.</summary>
    public virtual ImageReference? DockerReference => null;

    /// <summary>The most specific policy scope of the image; empty where the transport has none.</summary>
    public virtual string PolicyIdentity => "";

    /// <summary>The wider policy scopes, most specific first, to be looked up in order after <see cref="PolicyIdentity"/>.</summary>
    public virtual IReadOnlyList<string> PolicyNamespaces => [];

    /// <inheritdoc cref="ImageName"/>
    public sealed override string ToString() => ImageName;
}
