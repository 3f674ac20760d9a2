using System.Diagnostics;

namespace Plomba.Fuzzing.Tests;

/// <summary>
/// Feeds one parser for a while: mutations of inputs that led to something new, and now and then one of nearly 4 MiB. No
/// exception may leave the parser, no input may keep it longer than <see cref="Hang"/> or make it hold more than
/// <see cref="MostMemory"/> bytes.
/// </summary>
internal sealed class Campaign(Parser parser, int seed)
{
    private const long MostMemory = 64 * 1024 * 1024;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _corpus = [.. parser.Seeds];
    private readonly HashSet<string> _outcomes = new(StringComparer.Ordinal);

    private byte[] _current = [];

    /// <summary>What it is at, for a reader that does not come back.</summary>
    public string Stuck => Describe("no end", _current);

    /// <summary>How many inputs were tried.</summary>
    public int Inputs { get; private set; }

    /// <summary>How many different outcomes they had.</summary>
    public int Outcomes => _outcomes.Count;

    /// <summary>What was found first; null: nothing.</summary>
    public string? Run(TimeSpan duration)
    {
        var mutator = new Mutator(parser, _random);
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        foreach (var input in parser.Seeds)
        {
            if (Try(input) is { } found)
                return found;
        }

        while (Stopwatch.GetTimestamp() < end)
        {
            var input = Pick();
            input = _random.Next(400) == 0 ? mutator.Grow(input) : mutator.Change(input, Pick());
            if (Try(input) is { } found)
                return found;
        }

        return null;
    }

    private byte[] Pick() => _corpus[_random.Next(_corpus.Count)];

    private string? Try(byte[] input)
    {
        Inputs++;
        _current = input;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        try
        {
            // Numbers and quoted values differ from input to input; the words around them tell where the parser went.
            if (_outcomes.Add(Shape(parser.Read(input))) && input.Length < 64 * 1024)
                _corpus.Add(input);
        }
        catch (Exception e)
        {
            return Describe($"{e}", input);
        }

        if (Stopwatch.GetElapsedTime(started) is var taken && taken > Hang)
            return Describe($"took {taken}", input);
        // What was allocated altogether bounds what was held at any time; only beyond the bound is it worth a closer look.
        return GC.GetAllocatedBytesForCurrentThread() - before > MostMemory && Held(input) is var held && held > MostMemory
            ? Describe($"held {held / 1024 / 1024} MiB", input)
            : null;
    }

    // The largest heap while it reads, above what was there before: collected all the time, so that garbage does not count.
    private long Held(byte[] input)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        var done = false;
        var reading = new Thread(() =>
        {
            parser.Read(input);
            Volatile.Write(ref done, true);
        });
        reading.Start();
        while (!Volatile.Read(ref done))
        {
            // Now and then only: a collection stops the reader, which would never end under nothing but collections.
            Thread.Sleep(20);
            GC.Collect();
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before);
        }

        reading.Join();
        return most;
    }

    private static string Shape(string outcome)
    {
        var shape = new System.Text.StringBuilder();
        var isQuoted = false;
        foreach (var c in outcome.AsSpan(0, Math.Min(outcome.Length, 200)))
        {
            if (c is '"' or '\'')
                isQuoted = !isQuoted;
            else if (!isQuoted && char.IsAsciiLetter(c))
                shape.Append(c);
        }

        return shape.ToString();
    }

    private string Describe(string what, byte[] input)
    {
        var file = Path.Combine(Path.GetTempPath(), $"plomba-fuzz-{parser.Name.Replace(' ', '-')}-{seed}");
        File.WriteAllBytes(file, input);
        return $"{parser.Name}, seed {seed}, input {Inputs} ({input.Length} bytes, kept in {file}): {what}";
    }
}
