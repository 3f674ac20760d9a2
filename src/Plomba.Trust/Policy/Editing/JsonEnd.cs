namespace Plomba.Trust.Policy.Editing;

/// <summary>Where values end in a JSON text that has been read without a mistake.</summary>
internal static class JsonEnd
{
    /// <summary>The offset behind the value that begins at <paramref name="at"/>.</summary>
    public static int Of(ReadOnlySpan<byte> text, int at)
    {
        var depth = 0;
        do
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = OfString(text, at);
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    at++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    at++;
                    break;
                default:
                    at++;
                    break;
            }
        }
        while (depth > 0);
        return at;
    }

    private static int OfString(ReadOnlySpan<byte> text, int at)
    {
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] == '\\')
                at++;
        }

        return at + 1;
    }
}
