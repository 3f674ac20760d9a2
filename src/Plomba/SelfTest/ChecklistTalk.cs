using Plomba.CommandLine;

namespace Plomba.SelfTest;

/// <summary>Tells the checklist while it is made: line by line to people, as one document to programs.</summary>
internal sealed class ChecklistTalk(Terminal terminal)
{
    private readonly List<ChecklistLine> lines = [];

    /// <summary>Takes one line.</summary>
    public void Report(ChecklistLine line)
    {
        lines.Add(line);
        if (terminal.Json)
            return;
        terminal.WriteLine($"{(line.Holds ? Text.Say("ok  ") : Text.Say("FAIL"))}  {line.Line}  {line.What} ({line.Client})");
        if (line.Found is not null)
            terminal.WriteLine($"         {line.Found.ReplaceLineEndings("\n         ")}");
    }

    /// <summary>Says how it went; the exit code.</summary>
    public int Conclude(IEnumerable<string> clients)
    {
        var held = lines.Count(line => line.Holds);
        var passed = held == lines.Count;
        if (terminal.Json)
            terminal.WriteJson(new ChecklistReport(passed, [.. clients], lines), ChecklistJsonContext.Default.ChecklistReport);
        else
            terminal.WriteLine(passed ? Text.Say($"All {held} lines hold.") : Text.Say($"{lines.Count - held} of {lines.Count} lines do NOT hold."));
        return passed ? ExitCode.Done : ExitCode.Failed;
    }
}
