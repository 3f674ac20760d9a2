using Plomba.Images;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>How the prefixes of registries.conf match names, and what is put in their place (TRUST.md §8).</summary>
internal static class RegistryPrefix
{
    /// <summary>
    /// How much of <paramref name="name"/> a prefix covers, in characters; -1 when it does not match. A prefix matches
    /// up to a <c>/</c>, <c>:</c> or <c>@</c>, so <c>example.com</c> also means <c>example.com:5000</c>, as in the
    /// reference; <c>*.d</c> matches every host that ends in <c>.d</c> and has it nowhere before.
    /// </summary>
    /// <param name="name">A name that begins with its host; tag and digest may follow.</param>
    /// <param name="prefix">The entry's.</param>
    public static int Match(string name, string prefix)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(prefix);
        if (IsWildcard(prefix))
        {
            var end = name.AsSpan().IndexOfAny("/:@");
            var host = end < 0 ? name : name[..end];
            var first = host.IndexOf(prefix[1..], StringComparison.Ordinal);
            return first >= 0 && first + prefix.Length - 1 == host.Length ? host.Length : -1;
        }

        return name.StartsWith(prefix, StringComparison.Ordinal) && (name.Length == prefix.Length || name[prefix.Length] is '/' or ':' or '@')
            ? prefix.Length
            : -1;
    }

    /// <summary>The reference at a location instead of a prefix; null and the reference's text when that is no name.</summary>
    public static ImageReference? Rewrite(ImageReference reference, string prefix, string location, out string? error)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(location);
        error = null;
        var length = Match(reference.Text, prefix);
        if (length < 0)
        {
            error = Text.Say($"invalid prefix '{prefix}' for reference '{reference}'");
            return null;
        }

        if (location.Length == 0)
        {
            if (IsWildcard(prefix))
                return reference;
            error = Text.Say($"invalid prefix '{prefix}' for empty location, should be in the format: *.example.com");
            return null;
        }

        if (ImageReference.TryParseCanonical(location + reference.Text[length..], out var rewritten, out var why))
            return rewritten;
        error = Text.Say($"rewriting reference: {why}");
        return null;
    }

    internal static bool IsWildcard(string prefix) => prefix.StartsWith("*.", StringComparison.Ordinal);
}
