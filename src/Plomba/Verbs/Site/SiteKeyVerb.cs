using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Checking;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site key add|remove|list</c></summary>
internal static class SiteKeyVerb
{
    public static Command Create() => new("key", Text.Say("The public keys of a site."))
    {
        SiteKeyAddVerb.Create(),
        SiteKeyRemoveVerb.Create(),
        List(),
    };

    private static Command List() => new Command("list", Text.Say("List the keys, and whether they count.")) { SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var site = SiteOption.Load(parsed);
        var now = TimeProvider.System.GetUtcNow();
        var keys = site.Keys.Select(k => SiteJson.Of(site, k, StateOf(site, k, now))).ToArray();
        if (terminal.Json)
            terminal.WriteJson(keys, SiteJsonContext.Default.SiteKeyJsonArray);
        else
            Array.ForEach(keys, k => terminal.WriteLine($"{k.Name}  {k.Fingerprint}  {Word(k.State)}{(k.Owner is null ? "" : $"  {k.Owner}")}"));
        return Task.FromResult(ExitCode.Done);
    });

    // In JSON the state is a code.
    private static string Word(string? state) => state switch
    {
        "revoked" => Text.Say("revoked"),
        "expired" => Text.Say("expired"),
        "unusable" => Text.Say("unusable"),
        "counts" => Text.Say("counts"),
        "differs" => Text.Say("differs"),
        _ => Text.Say("missing"),
    };

    private static string StateOf(SiteDescription site, SiteKey key, DateTimeOffset now) =>
        SiteKeyFile.TryRead(site, key, now, out var file, out var mistake)
            ? file.Key switch
            {
                { IsRevoked: true } => "revoked",
                { Expires: { } time } when time <= now => "expired",
                { CanSign: false } => "unusable",
                _ => "counts",
            }
            : mistake.Value.Code == FindingCode.KeyDiffers ? "differs" : "missing";
}
