using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Verbs.Host;

/// <summary>What <c>apply</c> and <c>undo</c> have in common: what was cut off comes first, activations come last.</summary>
internal static class HostSession
{
    /// <summary>Opens a machine for changes and finishes what was cut off.</summary>
    /// <exception cref="Failure">Another process is changing it.</exception>
    public static HostChanges Open(MachineRoot root, Terminal terminal, out RecoveryReport recovered)
    {
        if (!HostChanges.Open(root, TimeProvider.System).TryGet(out var changes, out var error))
            throw new Failure(error.Message, Text.Say("Wait until it has ended, and run this again."));
        try
        {
            recovered = changes.Recover();
        }
        catch
        {
            changes.Dispose();
            throw;
        }

        if (recovered.RolledBack is { } number)
            terminal.Say(Text.Say($"Change {number} had been cut off: it was rolled back."));
        foreach (var path in recovered.Kept)
            terminal.Error(Text.Say($"{path} was not given back: somebody has changed it since"));
        return changes;
    }

    /// <summary>Ends a change: tells what failed, activates, and notes that nothing is left to do.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="changes">Its changes.</param>
    /// <param name="result">What became of the change; null: there was nothing to change.</param>
    /// <param name="recovered">What earlier changes left to do.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="cancellation">Ends the activations.</param>
    /// <param name="handovers">Data to give to services, before they are started; null: none.</param>
    /// <exception cref="Failure">The change failed.</exception>
    public static async Task<IReadOnlyList<ActivationOutcome>> EndAsync(
        MachineRoot root, HostChanges changes, ApplyResult? result, RecoveryReport recovered, Terminal terminal, CancellationToken cancellation, IReadOnlyList<Handover>? handovers = null)
    {
        if (result?.Failure is { } failure)
            throw Failed(result, failure, terminal);
        foreach (var handover in handovers ?? [])
            terminal.Say(Text.Say($"{handover.Directory}: {handover.Make(root)} files and directories given to {handover.Owner}"));
        var wanted = recovered.With(result);
        var outcomes = await changes.ActivateAsync(result, recovered, cancellation);
        if (wanted.Count > 0 && root.IsLive && !ActivationRunner.IsPossible(root))
            terminal.Say(Text.Say($"systemd does not run here; at its next start it takes notice. Left out: {string.Join("; ", wanted.Select(a => a.Command))}"));
        foreach (var outcome in outcomes)
        {
            if (outcome.Failure is { } why)
                terminal.Error(Text.Say($"{outcome.Activation.Command} failed: {why}"), Text.Say("The files are in place; the next apply tries it again."));
            else
                terminal.Say(Text.Say($"{outcome.Activation.Command}: done"));
        }

        return outcomes;
    }

    /// <summary>Writes the members that tell what was done.</summary>
    public static void Write(Utf8JsonWriter json, int? number, IReadOnlyList<ActivationOutcome> outcomes)
    {
        if (number is { } made)
            json.WriteNumber("change", made);
        else
            json.WriteNull("change");
        json.WriteStartArray("activated");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("command", outcome.Activation.Command);
            json.WriteString("failure", outcome.Failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Failure Failed(ApplyResult result, string failure, Terminal terminal)
    {
        foreach (var path in result.Kept)
            terminal.Error(Text.Say($"{path} was not given back: somebody has changed it since"));
        return result.IsRolledBack
            ? new Failure(failure, result.Kept.Count == 0 ? Text.Say("Everything is as it was before.") : Text.Say("Everything else is as it was before."))
            : new Failure(failure, Text.Say("It could not be rolled back now; the next plomba host apply or undo does that before it begins."));
    }
}
