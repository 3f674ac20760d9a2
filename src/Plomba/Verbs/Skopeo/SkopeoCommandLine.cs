using System.Diagnostics.CodeAnalysis;

namespace Plomba.Verbs.Skopeo;

/// <summary>
/// Command lines as skopeo takes them, put in the form that this program takes: skopeo's global options may stand before
/// the verb, of an option that is given twice the last counts, and a switch takes a value (<c>--debug=0</c>).
/// </summary>
internal static class SkopeoCommandLine
{
    // These change nothing in the verbs that we have: none of them asks a policy or chooses an instance.
    private static readonly string[] WithoutEffect =
        ["--policy", "--insecure-policy", "--override-arch", "--override-os", "--override-variant", "--tmpdir"];

    private static readonly string[] OfRegistries = ["--registries.d", "--registries-conf"];

    private static readonly string[] Switches =
        ["--debug", "--help", "--insecure-policy", "--no-color", "--no-creds", "--quiet", "--tls-verify"];

    private static readonly Dictionary<char, string> Letters = new() { ['o'] = "--output", ['h'] = "--help", ['q'] = "--quiet" };

    private static readonly Dictionary<string, string[]> Verbs = new(StringComparer.Ordinal)
    {
        ["list-tags"] =
        [
            .. OfRegistries, "--authfile", "--cert-dir", "--creds", "--no-creds", "--password", "--registry-token", "--retry-times", "--tls-verify", "--username",
        ],
        ["manifest-digest"] = [],
        ["standalone-sign"] = ["--output", "--passphrase-file"],
        ["standalone-verify"] = ["--public-key-file"],
    };

    private static readonly string[] Everywhere = [.. WithoutEffect, .. OfRegistries, "--command-timeout", "--debug", "--help", "--no-color", "--quiet"];

    /// <summary>Whether a verb bears skopeo's name.</summary>
    public static bool Knows(string verb) => Verbs.ContainsKey(verb);

    /// <summary>The command line in our form; unchanged when it is for another verb, or holds a mistake that the parser will tell.</summary>
    public static string[] Translate(string[] arguments)
    {
        string? verb = null;
        var options = new Dictionary<string, string?>(StringComparer.Ordinal);
        var operands = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--" && verb is not null)
            {
                operands.AddRange(arguments[(i + 1)..]);
                break;
            }

            if (argument is not ['-', _, ..])
            {
                if (verb is not null)
                    operands.Add(argument);
                else if (!Knows(verb = argument))
                    return arguments;
                continue;
            }

            var (name, value) = Split(argument);
            // skopeo warns of this one before its verb, and does not follow it there.
            if (verb is null ? !Everywhere.Contains(name) && name != "--tls-verify" : !Everywhere.Contains(name) && !Verbs[verb].Contains(name))
                return arguments;
            if (Switches.Contains(name))
            {
                if (value is not null && !TryReadSwitch(value, out value))
                    return arguments;
            }
            else if (value is null && (value = i + 1 < arguments.Length ? arguments[++i] : null) is null)
            {
                return arguments;
            }

            if (verb is not null || name != "--tls-verify")
                options[name] = value;
        }

        return verb is null ? arguments : [verb, .. Options(verb, options), "--", .. operands];
    }

    private static IEnumerable<string> Options(string verb, Dictionary<string, string?> given) => given
        .Where(option => !WithoutEffect.Contains(option.Key) && (!OfRegistries.Contains(option.Key) || Verbs[verb].Contains(option.Key)))
        .SelectMany(option => option.Value switch
        {
            null => (string[])[option.Key],
            "" => [option.Key, ""],
            _ => [$"{option.Key}={option.Value}"],
        });

    // "-oFILE", "-o=FILE" and "-o FILE" are the same.
    private static (string Name, string? Value) Split(string argument)
    {
        if (argument.StartsWith("--", StringComparison.Ordinal))
            return argument.Split('=', 2) is [var name, var value] ? (name, value) : (argument, null);
        var rest = argument[2..];
        return (Letters.GetValueOrDefault(argument[1], argument), rest.Length == 0 ? null : rest.StartsWith('=') ? rest[1..] : rest);
    }

    private static bool TryReadSwitch(string text, [NotNullWhen(true)] out string? value)
    {
        value = text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => "true",
            "0" or "f" or "F" or "false" or "FALSE" or "False" => "false",
            _ => null,
        };
        return value is not null;
    }
}
