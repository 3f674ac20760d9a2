using System.Text;

namespace Plomba.Transfer.Registries;

/// <summary>
/// One <c>WWW-Authenticate</c> header: a scheme and its parameters (RFC 9110 §11.6.1), read as the reference
/// implementation reads it: what follows the first mistake is ignored.
/// </summary>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The parameter's value, or null; names are lower case.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>Reads one header value; the scheme is lower-cased and empty when there is none.</summary>
    public static Challenge Parse(string header)
    {
        var reader = new Reader(header);
        var scheme = reader.Token().ToLowerInvariant();
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.SkipSpace();
        for (var first = true; first || reader.Take(','); first = false)
        {
            reader.SkipSpace();
            var name = reader.Token();
            if (name.Length == 0 || !reader.Take('='))
                break;
            var value = reader.TokenOrQuoted();
            if (value.Length == 0)
                break;
            parameters[name.ToLowerInvariant()] = value;
            reader.SkipSpace();
        }

        return new Challenge(scheme, parameters);
    }

    private ref struct Reader(ReadOnlySpan<char> rest)
    {
        private ReadOnlySpan<char> _rest = rest;

        public void SkipSpace() => _rest = _rest.TrimStart(" \t\r\n");

        public bool Take(char wanted)
        {
            if (_rest.IsEmpty || _rest[0] != wanted)
                return false;
            _rest = _rest[1..];
            return true;
        }

        public string Token()
        {
            var length = 0;
            while (length < _rest.Length && IsToken(_rest[length]))
                length++;
            var token = _rest[..length].ToString();
            _rest = _rest[length..];
            return token;
        }

        public string TokenOrQuoted()
        {
            if (!Take('"'))
                return Token();
            var value = new StringBuilder();
            for (var i = 0; i < _rest.Length; i++)
            {
                if (_rest[i] == '"')
                {
                    _rest = _rest[(i + 1)..];
                    return value.ToString();
                }

                if (_rest[i] == '\\' && ++i == _rest.Length)
                    break;
                value.Append(_rest[i]);
            }

            // Never closed: there is no value.
            _rest = default;
            return "";
        }

        private static bool IsToken(char c) =>
            char.IsAscii(c) && !char.IsControl(c) && !" \t\"(),/:;<=>?@[]\\{}".Contains(c, StringComparison.Ordinal);
    }
}
