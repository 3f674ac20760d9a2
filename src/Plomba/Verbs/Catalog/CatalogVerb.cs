using System.CommandLine;

namespace Plomba.Verbs.Catalog;

/// <summary><c>plomba catalog</c>.</summary>
internal static class CatalogVerb
{
    /// <summary>The noun and its verbs.</summary>
    public static Command Create() => new("catalog", Text.Say("What the registry holds.")) { RebuildVerb.Create() };
}
