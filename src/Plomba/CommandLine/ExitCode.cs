namespace Plomba.CommandLine;

/// <summary>What every verb exits with, unless it bears a name of skopeo's.</summary>
internal static class ExitCode
{
    /// <summary>Done, accepted, nothing found wrong.</summary>
    public const int Done = 0;

    /// <summary>Failed, or could not be decided; never acceptance.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was attempted.</summary>
    public const int Usage = 2;

    /// <summary>Refused by policy, or a check found something.</summary>
    public const int Refused = 3;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM, in verbs other than <c>serve</c>.</summary>
    public const int Terminated = 143;

    /// <summary>Of several results the worst counts: 3 before 1 before 0.</summary>
    public static int Worst(IEnumerable<int> codes)
    {
        var worst = Done;
        foreach (var code in codes)
        {
            if (code == Refused || (code == Failed && worst == Done))
                worst = code;
        }

        return worst;
    }
}
