using Xunit;
using System.Text.Json;

namespace Plomba.Testing;

/// <summary>The recorded decisions of the reference implementation, when their directory was given to the run.</summary>
public static class Vectors
{
    /// <summary>The directory, from PLOMBA_VECTORS (set by <c>./test.sh --vectors DIR</c>); null when none was given.</summary>
    public static string? Directory { get; } = Environment.GetEnvironmentVariable("PLOMBA_VECTORS") is { Length: > 0 } d ? d : null;

    /// <summary>The clock of the recorded runs.</summary>
    public static DateTimeOffset Clock { get; } = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads <paramref name="file"/> (such as <c>policy/policy-parse.jsonl</c>), or skips the test by name.</summary>
    public static IReadOnlyList<JsonElement> Read(string file)
    {
        Assert.SkipWhen(Directory is null, $"{file}: no vectors directory given (./test.sh --vectors DIR)");
        return [.. File.ReadLines(Path.Combine(Directory!, file)).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>
    /// Judges every case and fails with the first disagreements; prints how many passed and how many were excepted.
    /// </summary>
    /// <param name="file">Which cases.</param>
    /// <param name="judge">Judges one.</param>
    /// <param name="output">Where the counts go.</param>
    /// <param name="where">Of a file about several things, the cases that are meant; null: all.</param>
    public static void Check(string file, Func<JsonElement, Outcome> judge, ITestOutputHelper output, Func<JsonElement, bool>? where = null)
    {
        int passed = 0, excepted = 0;
        var failures = new List<string>();
        foreach (var vector in Read(file).Where(v => where?.Invoke(v) != false))
        {
            var outcome = judge(vector);
            if (outcome.Failure is { } failure)
                failures.Add($"{vector.GetProperty("id").GetString()}: {failure}");
            else if (outcome.Excepted)
                excepted++;
            else
                passed++;
        }

        var counts = $"{file}: {passed} passed, {excepted} excepted, {failures.Count} failed";
        output.WriteLine(counts);
        Console.WriteLine($"vectors {counts}");
        Assert.True(failures.Count == 0, $"{counts}\n{string.Join('\n', failures.Take(40))}");
    }
}

/// <summary>How one recorded case went.</summary>
/// <param name="Failure">Null when it agreed or was excepted; else what differed.</param>
/// <param name="Excepted">We refuse where refusing is documented as right too (<c>mayReject</c>, <c>schema1</c>).</param>
public readonly record struct Outcome(string? Failure, bool Excepted)
{
    /// <summary>Agreement.</summary>
    public static Outcome Pass => default;

    /// <summary>Documented disagreement.</summary>
    public static Outcome Except => new(null, true);

    /// <summary>Disagreement.</summary>
    public static Outcome Fail(string what) => new(what, false);
}
