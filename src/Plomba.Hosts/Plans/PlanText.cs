using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>
/// A plan for people: each path with why it changes, owner, mode and attribute before and after, and the difference of a
/// text. The content of a file that not everybody may read is not shown. Foreign text is in it as it is: it is made
/// printable where it is printed.
/// </summary>
public static class PlanText
{
    // A longer difference tells a person nothing more.
    private const int MostLines = 200;

    /// <summary>The whole plan, line by line.</summary>
    public static IEnumerable<string> Of(Plan plan)
    {
        foreach (var change in plan.Changes)
        {
            yield return $"{Sign(change)} {change.Path}  ({change.Why})";
            foreach (var line in Details(change))
                yield return $"    {line}";
        }

        foreach (var handover in plan.Handovers)
            yield return Text.Say($"~ {handover.Directory}/**  (what root brought there becomes the service's, {handover.Owner}; undo leaves it so)");

        foreach (var activation in plan.Activations)
            yield return $"! {activation.Command}";
    }

    private static char Sign(Change change) => change.Before is null ? '+' : change.After is null ? '-' : '~';

    private static IEnumerable<string> Details(Change change)
    {
        var (before, after) = (Describe(change.Before), Describe(change.After));
        if (change.Before is null || change.After is null)
            yield return before ?? after!;
        else if (before != after)
            yield return $"{before} -> {after}";
        foreach (var line in Difference(change))
            yield return line;
    }

    private static string? Describe(NodeState? state) => state switch
    {
        null => null,
        LinkState link => $"{Failures.Word(link.Kind)} {PrintedText.Print(link.Target)}{Describe(link.Further)}",
        _ => $"{Failures.Word(state.Kind)} {Describe(state.Rights!.Value)}{Describe(state.Further)}",
    };

    private static string Describe(NodeAttributes attributes) =>
        $"{attributes.Owner} {ModeText.Octal(attributes.Mode)}{(attributes.Immutable ? " +i" : "")}";

    // Labels say nothing that a role decides.
    private static string Describe(FurtherAttributes further)
    {
        var names = further.Extended.Keys.Where(n => !FurtherAttributes.IsLabel(n)).Select(PrintedText.Print).ToList();
        return (further.Flags == InodeFlags.None ? "" : $" +{FlagText.Of(further.Flags)}") + (names.Count == 0 ? "" : $" [{string.Join(", ", names)}]");
    }

    private static IReadOnlyList<string> Difference(Change change)
    {
        var (before, after) = (change.Before as FileState, change.After as FileState);
        if ((before is null && after is null) || (before is not null && after is not null && change.IsAttributesOnly))
            return [];
        if (before is { IsPrivate: true } || after is { IsPrivate: true })
            return [Text.Say("(the content is not shown: not everybody may read it)")];
        var lines = UnifiedDifference.Of((before?.Content ?? default).Span, (after?.Content ?? default).Span);
        return lines is null ? [Text.Say("(the content is no text)")]
            : lines.Count <= MostLines ? lines
            : [.. lines.Take(MostLines), Text.Count(lines.Count - MostLines, $"({lines.Count - MostLines} more line)", $"({lines.Count - MostLines} more lines)")];
    }
}
