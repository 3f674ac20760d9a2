using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>
/// Lines of <c>/etc/hosts</c> that give names to addresses. Names are compared whole and without regard to case: a line
/// for <c>registry.local.evil.org</c> is none for <c>registry.local</c>. A name that another line gives to another
/// address is taken out of that line, for the first line that has it would count.
/// </summary>
/// <param name="Wanted">Lines as <c>ADDRESS NAME…</c>, a comment after <c>#</c> allowed.</param>
/// <param name="Mark">The comment that makes a line ours: ours that are not wanted any more go.</param>
/// <param name="Why">For people.</param>
public sealed record HostsEntry(IReadOnlyList<string> Wanted, string Mark, string Why)
    : DesiredLines(MachinePath.Parse("/etc/hosts"), NodeAttributes.RootFile, Why)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Edit(IReadOnlyList<string> lines)
    {
        var names = Wanted.SelectMany(l => HostsLine.Parse(l).Names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var edited = new List<string>();
        foreach (var line in lines)
        {
            if (Wanted.Contains(line, StringComparer.Ordinal) && !edited.Contains(line, StringComparer.Ordinal))
            {
                edited.Add(line);
                continue;
            }

            var parsed = HostsLine.Parse(line);
            if (parsed.Comment?.Trim() == Mark)
                continue;
            if (!parsed.Names.Any(names.Contains))
                edited.Add(line);
            else if (parsed.Names.Where(n => !names.Contains(n)).ToList() is { Count: > 0 } others)
                edited.Add($"{parsed.Address} {string.Join(' ', others)}{(parsed.Comment is null ? "" : $" #{parsed.Comment}")}");
        }

        edited.AddRange(Wanted.Where(w => !edited.Contains(w, StringComparer.Ordinal)));
        return edited;
    }

    private sealed record HostsLine(string Address, IReadOnlyList<string> Names, string? Comment)
    {
        private static readonly char[] Blanks = [' ', '\t', '\r'];

        public static HostsLine Parse(string line)
        {
            var hash = line.IndexOf('#', StringComparison.Ordinal);
            var words = (hash < 0 ? line : line[..hash]).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            return new(words.FirstOrDefault() ?? "", words.Length > 1 ? words[1..] : [], hash < 0 ? null : line[(hash + 1)..]);
        }
    }
}
