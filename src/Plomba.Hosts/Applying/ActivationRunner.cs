using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Applying;

/// <summary>What became of an activation.</summary>
/// <param name="Activation">Which.</param>
/// <param name="Failure">One line of why not, foreign text; null: done.</param>
public sealed record ActivationOutcome(Activation Activation, string? Failure);

/// <summary>Makes a running machine take notice of its files. On an offline root, or without systemd, there is nothing to do.</summary>
public static class ActivationRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Whether activations mean anything on a machine now.</summary>
    public static bool IsPossible(MachineRoot root) =>
        root.IsLive && root.Exists(MachinePath.Parse("/run/systemd/system")) && ChildProcess.IsInstalled("systemctl");

    /// <summary>Does them one after the other; a failure does not keep the rest from being done.</summary>
    public static async Task<IReadOnlyList<ActivationOutcome>> RunAsync(IEnumerable<Activation> activations, CancellationToken cancellation)
    {
        var outcomes = new List<ActivationOutcome>();
        foreach (var activation in activations)
            outcomes.Add(new ActivationOutcome(activation, await RunAsync(activation, cancellation)));
        return outcomes;
    }

    private static async Task<string?> RunAsync(Activation activation, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var result = await ChildProcess.RunAsync(activation.Program, activation.Arguments, cancellation: patience.Token);
            return result.ExitCode == 0 ? null
                : result.Errors.Trim().ReplaceLineEndings(" ") is { Length: > 0 } said ? said
                : Text.Say($"exit code {result.ExitCode}");
        }
        catch (FileNotFoundException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Text.Say("not finished within two minutes");
        }
    }
}
