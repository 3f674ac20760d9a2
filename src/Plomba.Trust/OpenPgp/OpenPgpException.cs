namespace Plomba.Trust.OpenPgp;

/// <summary>
/// Bytes are not the OpenPGP they should be. Stays inside this library: the readers of keys and messages turn it into
/// their typed results.
/// </summary>
internal sealed class OpenPgpException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Runs a parser of BouncyCastle's over hostile bytes; whatever it throws means that they are malformed.
    /// </summary>
    /// <param name="problem">What that is: <c>malformed key</c>.</param>
    /// <param name="parse">The parser.</param>
    public static T Guard<T>(string problem, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is not (OpenPgpException or OutOfMemoryException))
        {
            throw new OpenPgpException($"{problem}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
