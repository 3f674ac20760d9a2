using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Skopeo;

/// <summary>
/// Verbs that bear skopeo's names: its arguments, output and exit codes (0, or 1 for whatever went wrong, wrong usage
/// too), so that a script can change the program's name only.
/// </summary>
internal static class SkopeoVerb
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Command> CreateAll() =>
        [ListTagsVerb.Create(), ManifestDigestVerb.Create(), StandaloneSignVerb.Create(), StandaloneVerifyVerb.Create()];

    /// <summary>What a wrong command line of the command exits with.</summary>
    public static int UsageCodeOf(Command command) => SkopeoCommandLine.Knows(command.Name) ? ExitCode.Failed : ExitCode.Usage;

    /// <summary>As <see cref="Verb.Does"/>, with skopeo's exit codes and in skopeo's language.</summary>
    public static Command DoesAsSkopeo(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> work) =>
        command.Does(async (parsed, terminal, cancellation) =>
        {
            UserLanguage.SpeakEnglish();
            try
            {
                return await work(parsed, terminal, cancellation);
            }
            catch (Failure failure) when (failure.Code != ExitCode.Failed)
            {
                throw new Failure(failure.Message, failure.Hint);
            }
        });
}
