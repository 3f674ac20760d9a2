namespace Plomba.Hosts.Machines;

/// <summary>Modes as administrators write them.</summary>
public static class ModeText
{
    /// <summary>Four octal digits: <c>0644</c>, <c>2755</c>.</summary>
    public static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
