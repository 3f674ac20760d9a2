using System.CommandLine;
using System.Globalization;
using Plomba.CommandLine;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Undoing;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host undo</c>: gives back what a change of the machine took.</summary>
internal static class HostUndoVerb
{
    private static readonly Argument<int?> Number = new("ID")
    {
        Description = Text.Say("The number of the change; without it the only one there is, or a list."),
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = Text.Say("Do not ask.") };

    private static readonly Option<bool> Discard = new("--discard-changes")
    {
        Description = Text.Say("Give back also what has been changed since, and lose these changes."),
    };

    public static Command Create() => new Command("undo", Text.Say("Take a change of the machine back, byte by byte.")) { Number, Yes, Discard, HostRoot.Option }
        .Does(async (parsed, terminal, cancellation) =>
        {
            using var root = HostRoot.Open(parsed);
            using var changes = HostSession.Open(root, terminal, out var recovered);
            var planner = new UndoPlanner(root, changes);
            if (Choose(planner.List(), parsed.GetValue(Number), terminal) is not { } number)
                return ExitCode.Usage;
            var undo = planner.Plan(number, parsed.GetValue(Discard)) ?? throw Failure.Usage(Text.Say($"there is no change {number} that could be taken back"));
            if (!terminal.Json)
                PlanReport.Show(terminal, undo.Plan, []);
            Require(undo, parsed.GetValue(Yes), parsed.GetValue(Discard), terminal);
            var result = undo.Plan.IsEmpty
                ? changes.Apply([], [], Text.Say($"undo of change {number}"), number)
                : changes.Apply(undo.Plan.Changes, undo.Plan.Activations, Text.Say($"undo of change {number}"), number, c => terminal.Say(Text.Say($"giving back {c.Path}")));
            var outcomes = await HostSession.EndAsync(root, changes, result, recovered, terminal, cancellation);
            terminal.Say(Text.Say($"Change {number} is taken back."));
            if (terminal.Json)
                WriteJson(terminal, undo, outcomes);
            return outcomes.Any(o => o.Failure is not null) ? ExitCode.Failed : ExitCode.Done;
        });

    // Null: which one is meant was not said, and there are several.
    private static int? Choose(IReadOnlyList<UndoableChange> list, int? asked, Terminal terminal)
    {
        if (asked is not null)
            return asked;
        if (list.Count == 0)
            throw new Failure(Text.Say("there is no change of this machine that could be taken back"));
        if (list.Count == 1)
            return list[0].Number;
        if (terminal.Json)
        {
            terminal.WriteJson(json =>
            {
                json.WriteStartArray();
                foreach (var change in list)
                {
                    json.WriteStartObject();
                    json.WriteNumber("change", change.Number);
                    json.WriteString("started", change.Started.UtcDateTime);
                    json.WriteString("purpose", change.Purpose);
                    json.WriteNumber("paths", change.Paths);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }
        else
        {
            foreach (var change in list)
                terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{change.Number,4}  {change.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {change.Purpose}"));
        }

        terminal.Say(Text.Say("Name the change to take back: plomba host undo ID."));
        return null;
    }

    private static void Require(UndoPlan undo, bool yes, bool discard, Terminal terminal)
    {
        if (undo.Plan.IsRefused)
            throw Failure.Refused(undo.Plan.Findings.First(f => f.Blocks).Text);
        foreach (var path in discard ? undo.Changed : [])
            terminal.Say(Text.Say($"{path} stays: it is not what it was, and what is in it belongs to others"));
        if (undo.Changed.Count > 0 && !discard)
        {
            throw Failure.Refused(
                Text.Say($"changed since, and so not given back: {string.Join(", ", undo.Changed)}"),
                Text.Say("Nothing was changed. Look at them; --discard-changes gives them back all the same."));
        }

        if (!yes && !terminal.Confirm(Text.Say($"Take change {undo.Number} back?")))
            throw Failure.Refused(Text.Say("it was not confirmed: nothing was changed"), Text.Say("Without a terminal, confirm it with --yes."));
    }

    private static void WriteJson(Terminal terminal, UndoPlan undo, IReadOnlyList<ActivationOutcome> outcomes) => terminal.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("undone", undo.Number);
        Plomba.Hosts.Plans.PlanJson.WriteMembers(json, undo.Plan);
        HostSession.Write(json, null, outcomes);
        json.WriteEndObject();
    });
}
