using Plomba.Images;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>Names without a registry, and what may stand in for them (TRUST.md §8.1).</summary>
internal static class ShortName
{
    /// <summary>
    /// Reads what a user typed. Null and the reference's words for what is no name; else the name: normalised when it has
    /// a registry, as typed when it is short.
    /// </summary>
    public static ImageReference? Parse(string input, out bool isShort, out string? error)
    {
        isShort = false;
        error = null;
        if (input.Length > ImageReference.MaximumTextLength)
        {
            error = Text.Say($"cannot parse input: longer than {ImageReference.MaximumTextLength} characters");
            return null;
        }

        if (!ImageReference.TryParseRaw(input, out var raw, out var why))
        {
            error = Text.Say($"cannot parse input: {QuotedText.Of(input)}: {why}");
            return null;
        }

        isShort = !IsRegistry(raw.Domain);
        if (isShort)
            return raw;
        if (ImageReference.TryParse(input, out var reference, out why))
            return reference;
        error = Text.Say($"cannot normalize input: {QuotedText.Of(input)}: {why}");
        return null;
    }

    /// <summary>Why a text cannot be the left side of an alias, in the reference's words; null when it can.</summary>
    public static string? CheckAliasName(string name)
    {
        if (!ImageReference.TryParseRaw(name, out var reference, out var error))
            return Text.Say($"cannot parse short name: {QuotedText.Of(name)}: {error}");
        var why = reference.Digest is not null ? Text.Say("must not contain digest")
            : reference.Tag is not null ? Text.Say("must not contain tag")
            : IsRegistry(reference.Domain) ? Text.Say("must not contain registry")
            : null;
        return why is null ? null : Text.Say($"invalid short name {QuotedText.Of(name)}: {why}");
    }

    /// <summary>The right side of an alias, normalised; null and the reference's words when it cannot be one.</summary>
    public static ImageReference? ParseAliasValue(string value, out string? error)
    {
        error = null;
        if (!ImageReference.TryParseRaw(value, out var raw, out var rawError))
        {
            error = Text.Say($"parsing alias {QuotedText.Of(value)}: {rawError}");
            return null;
        }

        var why = raw.Digest is not null ? Text.Say("must not contain digest")
            : raw.Tag is not null ? Text.Say("must not contain tag")
            : !IsRegistry(raw.Domain) ? Text.Say("must contain registry and repository")
            : null;
        if (why is not null)
        {
            error = Text.Say($"invalid alias {QuotedText.Of(value)}: {why}");
            return null;
        }

        if (ImageReference.TryParse(value, out var reference, out var normalisedError))
            return reference;
        error = Text.Say($"parsing alias {QuotedText.Of(value)}: {normalisedError}");
        return null;
    }

    private static bool IsRegistry(string domain) => domain.AsSpan().ContainsAny(".:") || domain == "localhost";
}
