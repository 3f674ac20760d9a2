using System.Globalization;
using System.Text;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Accounts;

/// <summary>The lines of passwd(5) and group(5), as the files hold them and as <c>getent</c> prints them.</summary>
internal static class AccountLines
{
    public static UserAccount? User(string line, bool isLocal)
    {
        var fields = line.Split(':');
        return fields.Length == 7 && IsName(fields[0]) && Number(fields[2]) is { } id && Number(fields[3]) is { } group
            ? new UserAccount(Text(fields[0]), id, group, MachinePath.TryParse(Text(fields[5]), out var home, out _) ? home : null, Text(fields[6]), isLocal)
            : null;
    }

    public static GroupAccount? Group(string line, bool isLocal)
    {
        var fields = line.Split(':');
        return fields.Length == 4 && IsName(fields[0]) && Number(fields[2]) is { } id
            ? new GroupAccount(Text(fields[0]), id, Members(fields[3]), isLocal)
            : null;
    }

    /// <summary>The names in a list of members.</summary>
    public static IReadOnlyList<string> Members(string field) => [.. field.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Text)];

    public static uint? Number(string field) =>
        uint.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Adds a line at the end, before the lines that send readers on to NIS.</summary>
    public static void Append(List<string> lines, string line)
    {
        var end = lines.FindIndex(l => l.StartsWith('+') || l.StartsWith('-'));
        lines.Insert(end < 0 ? lines.Count : end, line);
    }

    // "+" and "-" begin lines for NIS.
    private static bool IsName(string field) => field.Length > 0 && field[0] is not ('+' or '-' or '#');

    // The lines are Latin-1 for bytes; names in them are UTF-8 where they are not ASCII.
    private static string Text(string field) => NameEncoding.Decode(Encoding.Latin1.GetBytes(field));
}
