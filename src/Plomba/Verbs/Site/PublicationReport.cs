using System.Text.Json.Serialization;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Publishing;
using Plomba.Trust.Tuf;

namespace Plomba.Verbs.Site;

/// <summary>Tells what came of <c>site publish</c>, as text or JSON.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="directory">The bundle.</param>
/// <param name="trust">Whose keys are whose; null: not known, keys are shown.</param>
/// <param name="url">Where machines fetch the bundle; null: not known.</param>
internal sealed class PublicationReport(Terminal terminal, BundleDirectory directory, TrustSettings? trust, string? url)
{
    /// <summary>Writes it; the exit code.</summary>
    public int Write(PublicationResult result)
    {
        if (result is PublicationResult.Refused refused)
            throw Failure.Refused(refused.Why, refused.Hint);
        if (terminal.Json)
            terminal.WriteJson(ToJson(result), PublicationJsonContext.Default.PublicationJson);
        else
            WriteText(result);
        return ExitCode.Done;
    }

    private void WriteText(PublicationResult result)
    {
        switch (result)
        {
            case PublicationResult.Published published:
                WriteChanges(published.Changes);
                terminal.WriteLine(Text.Say($"published in {directory.Location}: files version {published.Targets}, keys version {published.Root}, current until {published.Expires.UtcDateTime:yyyy-MM-dd}"));
                WriteJoin(published.RootDigest);
                break;
            case PublicationResult.Unchanged unchanged:
                terminal.WriteLine(Text.Say($"{directory.Location} is as the site says, and current until {unchanged.Expires.UtcDateTime:yyyy-MM-dd}"));
                WriteJoin(unchanged.RootDigest);
                break;
            case PublicationResult.Draft draft:
                WriteChanges(draft.Changes);
                terminal.WriteLine(Text.Say($"signed, but not published yet: the draft in {directory.Location} waits for"));
                foreach (var missing in draft.Missing)
                    terminal.WriteLine($"  {missing.Role.Name()}: {Text.Count(missing.Count, $"{missing.Count} more signature by {Names(missing)}", $"{missing.Count} more signatures by {Names(missing)}")}");
                if (draft.Missing.Count == 0)
                    terminal.WriteLine($"  {Text.Say("a key that may say it is the newest: plomba site publish --renew --sign-by KEYFILE")}");
                break;
        }
    }

    private void WriteChanges(IReadOnlyList<BundleChange> changes)
    {
        foreach (var change in changes)
        {
            terminal.WriteLine(change.Kind switch
            {
                BundleChangeKind.Added => $"+ {change.Path}",
                BundleChangeKind.Removed => $"- {change.Path}",
                _ => $"~ {change.Path}",
            });
        }
    }

    private void WriteJoin(string digest)
    {
        if (url is not null)
            terminal.Say(Text.Say($"Machines join with: plomba host join {url} --root-sha256 {digest}"));
    }

    private string Names(MissingSignatures missing) => string.Join(", ", missing.Keys.Select(Name));

    private string Name(TufKey key) =>
        trust?.Administrators.Concat(trust.Online).FirstOrDefault(n => n.Key.Equals(key))?.Name.Text ?? key.Text;

    private PublicationJson ToJson(PublicationResult result) => result switch
    {
        PublicationResult.Published p => new(true, directory.Location, p.RootDigest, p.Root, p.Targets, p.Expires.UtcDateTime, Changes(p.Changes), []),
        PublicationResult.Unchanged u => new(true, directory.Location, u.RootDigest, null, null, u.Expires.UtcDateTime, [], []),
        PublicationResult.Draft d => new(
            false, directory.Location, null, null, null, null, Changes(d.Changes), [.. d.Missing.Select(m => new MissingJson(m.Role.Name(), m.Count, [.. m.Keys.Select(Name)]))]),
        _ => throw new ArgumentException($"unknown result {result}", nameof(result)),
    };

    private static List<ChangeJson> Changes(IReadOnlyList<BundleChange> changes) =>
        [.. changes.Select(c => new ChangeJson(c.Path.Text, c.Kind switch { BundleChangeKind.Added => "added", BundleChangeKind.Removed => "removed", _ => "changed" }))];
}

internal sealed record PublicationJson(
    bool Published,
    string Directory,
    string? RootSha256,
    long? RootVersion,
    long? TargetsVersion,
    DateTime? Expires,
    IReadOnlyList<ChangeJson> Changes,
    IReadOnlyList<MissingJson> Missing);

internal sealed record ChangeJson(string Path, string Change);

internal sealed record MissingJson(string Role, int Count, IReadOnlyList<string> Keys);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PublicationJson))]
internal sealed partial class PublicationJsonContext : JsonSerializerContext;
