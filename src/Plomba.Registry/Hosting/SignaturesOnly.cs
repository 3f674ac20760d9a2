namespace Plomba.Registry.Hosting;

/// <summary>Marks connections of the second listener, which shows signatures, keys and health and nothing else.</summary>
internal sealed class SignaturesOnly
{
    /// <summary>The mark.</summary>
    public static SignaturesOnly Mark { get; } = new();
}
