using System.Reflection;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>What signatures say of who made them.</summary>
internal static class Creator
{
    /// <summary><c>plomba 1.0.0</c></summary>
    public static string Name { get; } =
        $"plomba {typeof(Creator).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"}";
}
