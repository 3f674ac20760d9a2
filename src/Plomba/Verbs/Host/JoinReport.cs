using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Machines;
using Plomba.Trust.Tuf;

namespace Plomba.Verbs.Host;

/// <summary>Tells what came of joining or refreshing, and raises the alarm when the machine may be cut off from news.</summary>
internal sealed class JoinReport(Terminal terminal, MachineRoot root, DateTimeOffset now)
{
    /// <summary>What has come, when everything is in order.</summary>
    /// <exception cref="Failure">It is not.</exception>
    public JoinResult.Updated Require(JoinResult result) => result switch
    {
        JoinResult.Updated updated => updated,
        JoinResult.Refused { Refusal: var refusal } => throw Failure.Refused(Describe(refusal), Text.Say("What is installed stays as it is. Ask the administrators of the site.")),
        JoinResult.Unreachable { Why: var why } => throw Unreachable(why),
        JoinResult.Damaged { Why: var why } => throw new Failure(why),
        _ => throw new ArgumentException($"unknown result {result}", nameof(result)),
    };

    /// <summary>The alarm for a machine that has heard nothing for too long; null: there is no reason.</summary>
    public Failure? Overdue() => JoinedSite.TryRead(root, out var site, out _) && site.Expires <= now
        ? Failure.Refused(
            Text.Say($"the trust bundle expired on {site.Expires.UtcDateTime:yyyy-MM-dd HH:mm} and nothing newer has come: revocations may be kept from this machine"),
            Text.Say("What is installed stays as it is. Let the administrators publish (plomba site publish), and look at the way to the server."))
        : null;

    /// <summary>Writes it, as text or as the one JSON document.</summary>
    public void Write(JoinResult.Updated updated)
    {
        if (!terminal.Json)
        {
            Show(updated);
            return;
        }

        terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            Write(json, updated);
            json.WriteEndObject();
        });
    }

    /// <summary>Writes it as text.</summary>
    public void Show(JoinResult.Updated updated)
    {
        foreach (var path in updated.Changed)
            terminal.WriteLine($"~ {path}");
        terminal.WriteLine(updated.Changed.Count == 0
            ? Text.Say($"nothing new: version {updated.Version}, current until {updated.Expires.UtcDateTime:yyyy-MM-dd}")
            : Text.Say($"version {updated.Version} of the site, current until {updated.Expires.UtcDateTime:yyyy-MM-dd}"));
    }

    /// <summary>Writes the members that tell what has come.</summary>
    public static void Write(Utf8JsonWriter json, JoinResult.Updated updated)
    {
        json.WriteNumber("version", updated.Version);
        json.WriteString("expires", updated.Expires.UtcDateTime);
        json.WriteStartArray("changed");
        foreach (var path in updated.Changed)
            json.WriteStringValue(path.Text);
        json.WriteEndArray();
    }

    private Failure Unreachable(string why) => Overdue() ?? new Failure(why, Text.Say("What is installed stays as it is; try again later."));

    private static string Describe(TufRefusal refusal) => refusal.Kind switch
    {
        TufRefusalKind.Malformed => Text.Say($"refused: {refusal.File} is not what it should be: {refusal.Detail}"),
        TufRefusalKind.WrongRoot => Text.Say($"refused: {refusal.File} is not the root of your site: {refusal.Detail}"),
        TufRefusalKind.NotSigned => Text.Say($"refused: {refusal.File} is not signed as the site asks for: {refusal.Detail}"),
        TufRefusalKind.Rollback => Text.Say($"refused: {refusal.File} is older than what was trusted before (rollback): {refusal.Detail}"),
        TufRefusalKind.Expired => Text.Say($"refused: {refusal.File} has expired, and newer may be withheld (freeze): {refusal.Detail}"),
        TufRefusalKind.Mismatch => Text.Say($"refused: {refusal.File} does not belong to the rest (mix-and-match): {refusal.Detail}"),
        TufRefusalKind.TooLong => Text.Say($"refused: {refusal.File} is too long: {refusal.Detail}"),
        _ => Text.Say($"refused: {refusal.File} is missing: {refusal.Detail}"),
    };
}
