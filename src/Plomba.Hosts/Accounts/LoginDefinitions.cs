using System.Globalization;

namespace Plomba.Hosts.Accounts;

/// <summary><c>/etc/login.defs</c>: which numbers accounts get. Its own defaults where it is silent.</summary>
internal sealed class LoginDefinitions(IEnumerable<string> lines)
{
    private static readonly char[] Blanks = [' ', '\t'];

    private readonly Dictionary<string, uint> _numbers = Numbers(lines);

    public (uint First, uint Last) Users => (Number("UID_MIN", 1000), Number("UID_MAX", 60000));

    public (uint First, uint Last) Groups => (Number("GID_MIN", 1000), Number("GID_MAX", 60000));

    public (uint First, uint Last) SystemUsers => (Number("SYS_UID_MIN", 101), Number("SYS_UID_MAX", Users.First - 1));

    public (uint First, uint Last) SystemGroups => (Number("SYS_GID_MIN", 101), Number("SYS_GID_MAX", Groups.First - 1));

    public (uint First, uint Last, uint Count) SubordinateUsers => (Number("SUB_UID_MIN", 100000), Number("SUB_UID_MAX", 600100000), Number("SUB_UID_COUNT", 65536));

    public (uint First, uint Last, uint Count) SubordinateGroups => (Number("SUB_GID_MIN", 100000), Number("SUB_GID_MAX", 600100000), Number("SUB_GID_COUNT", 65536));

    private uint Number(string name, uint standard) => _numbers.GetValueOrDefault(name, standard);

    private static Dictionary<string, uint> Numbers(IEnumerable<string> lines)
    {
        var numbers = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var words = line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && !words[0].StartsWith('#') && uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                numbers[words[0]] = number;
        }

        return numbers;
    }
}
