using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>The difference between a machine and its roles, in the order in which it is made.</summary>
/// <param name="Changes">Every path that differs, exactly; no path twice.</param>
/// <param name="Activations">What is done after the changes, on a running machine only.</param>
/// <param name="Findings">What a person should know before saying yes.</param>
public sealed record Plan(IReadOnlyList<Change> Changes, IReadOnlyList<Activation> Activations, IReadOnlyList<RoleFinding> Findings)
{
    /// <summary>Data of a service that root owns: given to it after the changes, and not taken back by undo.</summary>
    public IReadOnlyList<Handover> Handovers { get; init; } = [];

    /// <summary>Whether the machine is as it should be.</summary>
    public bool IsEmpty => Changes.Count == 0 && Handovers.Count == 0;

    /// <summary>Whether something keeps it from being applied at all.</summary>
    public bool IsRefused => Findings.Any(f => f.Blocks);
}

/// <summary>One path that differs.</summary>
/// <param name="Path">Where.</param>
/// <param name="Before">What stands there; null: nothing.</param>
/// <param name="After">What shall stand there; null: nothing.</param>
/// <param name="Why">For people.</param>
public sealed record Change(MachinePath Path, NodeState? Before, NodeState? After, string Why)
{
    /// <summary>Whether only lines of ours change in a file that others write too: undo takes these lines back and leaves theirs.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether everything but the content changes.</summary>
    public bool IsAttributesOnly => (Before, After) switch
    {
        (DirectoryState, DirectoryState) => true,
        (FileState before, FileState after) => before.Content.Span.SequenceEqual(after.Content.Span),
        _ => false,
    };
}

/// <summary>What a role found while describing itself.</summary>
/// <param name="Blocks">Whether nothing may be applied because of it (a refused combination, a name that is taken).</param>
/// <param name="Text">What was found.</param>
/// <param name="Hint">What to do about it; null when the text says it.</param>
public sealed record RoleFinding(bool Blocks, string Text, string? Hint = null)
{
    /// <summary>Something that keeps the plan from being applied.</summary>
    public static RoleFinding Refusal(string text, string? hint = null) => new(true, text, hint);

    /// <summary>Something to know.</summary>
    public static RoleFinding Note(string text, string? hint = null) => new(false, text, hint);
}
