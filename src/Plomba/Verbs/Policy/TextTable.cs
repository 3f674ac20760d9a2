using System.Collections.Immutable;
using System.Text;
using Plomba.CommandLine;
using Plomba.Images.Transports;
using Plomba.Trust.Files;

namespace Plomba.Verbs.Policy;

/// <summary>A row of a table of images.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Image">The first column.</param>
/// <param name="Columns">The columns after it.</param>
internal sealed record TableRow(int Line, TransportReference Image, ImmutableArray<string> Columns);

/// <summary>Tables of images as people keep them: one a line, columns by tabs, <c>#</c> for remarks.</summary>
internal static class TextTable
{
    private const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>The rows, in order.</summary>
    /// <exception cref="Failure">The file cannot be read, or a line names no image.</exception>
    public static IReadOnlyList<TableRow> Read(string file)
    {
        var reading = MachineFiles.Instance.Read(file, MaximumLength);
        if (!reading.IsRead)
            throw new Failure(reading.Message, Text.Say("Name a text file with one image a line."));
        var rows = new List<TableRow>();
        foreach (var (index, line) in Encoding.UTF8.GetString(reading.Bytes.Span).Split('\n').Index())
        {
            var columns = line.TrimEnd('\r').Split('\t');
            if (columns[0].Trim() is not { Length: > 0 } name || name.StartsWith('#'))
                continue;
            rows.Add(ImageName.TryParseArgument(name, ImageArguments.Here, out var image, out var error)
                ? new TableRow(index + 1, image, [.. columns[1..].Select(c => c.Trim())])
                : throw new Failure($"{file}:{index + 1}: {error.Message}", Text.Say("Correct the line; nothing was looked at.")));
        }

        return rows;
    }
}
