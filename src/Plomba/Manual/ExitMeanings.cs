using System.Globalization;

namespace Plomba.Manual;

/// <summary>What the exit codes of a verb mean.</summary>
internal static class ExitMeanings
{
    /// <summary>Code and meaning, for the verb with this path.</summary>
    public static IEnumerable<(string Code, string Meaning)> Of(string path)
    {
        if (IsSkopeos(path))
        {
            return
            [
                ("0", Text.Say("Done.")),
                ("1", Text.Say("Whatever went wrong, a wrong command line too: as skopeo.")),
            ];
        }

        List<(string, string)> codes =
        [
            ("0", Text.Say("Done, accepted, nothing found wrong.")),
            ("1", Text.Say("Failed, or could not be decided; never acceptance.")),
            ("2", Text.Say("The command line was wrong; nothing was attempted.")),
            ("3", Refused(path)),
            ("130", Text.Say("Interrupted with Ctrl-C.")),
        ];
        if (path != "plomba serve")
            codes.Add(("143", Text.Say("Ended by SIGTERM.")));
        if (path == "plomba host check")
            codes.Add((string.Create(CultureInfo.InvariantCulture, $"0, 1, 2, 3"), Text.Say("With --output nagios: OK, WARNING, CRITICAL, UNKNOWN.")));
        return codes;
    }

    private static bool IsSkopeos(string path) =>
        path is "plomba list-tags" or "plomba manifest-digest" or "plomba standalone-sign" or "plomba standalone-verify";

    private static string Refused(string path) => path switch
    {
        "plomba verify" => Text.Say("An image was refused."),
        "plomba sign" => Text.Say("The key is not one that the namespace accepts."),
        "plomba site check" => Text.Say("The site has mistakes; warnings alone are 0."),
        "plomba site render" => Text.Say("The site does not pass its check; nothing was written."),
        "plomba site publish" => Text.Say("The site does not pass its check; nothing was published."),
        "plomba site adopt" => Text.Say("Something cannot be taken over."),
        "plomba site key add" or "plomba site namespace add" or "plomba site namespace set" or "plomba key import" =>
            Text.Say("The fingerprint differs or was not confirmed; nothing was written."),
        "plomba policy lint" => Text.Say("Errors were found; warnings alone are 0."),
        "plomba policy test" => Text.Say("A row of the table differs."),
        "plomba policy diff" => Text.Say("Images would be decided differently."),
        "plomba host plan" => Text.Say("There is something to change."),
        "plomba host apply" => Text.Say("The roles do not go together, or the plan was not confirmed."),
        "plomba host check" => Text.Say("A rule of severity error is broken."),
        "plomba host join" => Text.Say("Signature, expiry or version of the trust bundle was refused; with --role and --yes, or --refresh, also the plan."),
        _ => Text.Say("Refused by policy, or a check found something."),
    };
}
