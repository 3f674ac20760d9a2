using System.Collections.Immutable;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>The <c>short-name-mode</c>.</summary>
public enum ShortNameMode
{
    /// <summary><c>permissive</c>: ask on a terminal, else try all.</summary>
    Permissive,

    /// <summary><c>enforcing</c>: ask on a terminal, else refuse.</summary>
    Enforcing,

    /// <summary><c>disabled</c>: try all.</summary>
    Disabled,
}

/// <summary>What one file says, checked. Null: the file does not say.</summary>
internal sealed record RegistriesConfFile(
    string Path,
    ImmutableArray<RegistryEntry> Registries,
    ImmutableArray<string>? UnqualifiedSearchRegistries,
    ImmutableArray<string>? CredentialHelpers,
    ShortNameMode? ShortNameMode,
    ImmutableArray<KeyValuePair<string, string>> Aliases);
