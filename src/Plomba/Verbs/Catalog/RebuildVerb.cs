using System.CommandLine;
using System.Text.Json.Serialization;
using Plomba.CommandLine;
using Plomba.Registry.Catalog;

namespace Plomba.Verbs.Catalog;

/// <summary><c>plomba catalog rebuild</c>: the index made again from journal, blobs and snapshot.</summary>
internal static class RebuildVerb
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = Text.Say("The server's data directory."),
        HelpName = "DIR",
        DefaultValueFactory = _ => "./plomba-data",
    };

    /// <summary>Describes the verb.</summary>
    public static Command Create() =>
        new Command("rebuild", Text.Say("Make the catalog's index again from the journal; set a damaged journal aside when nothing is lost by it.")) { Data }.Does(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var progress = Console.IsErrorRedirected ? null : new Progress<long>(entry => terminal.Say(Text.Count(entry, $"{entry} entry", $"{entry} entries")));
        var result = await CatalogRebuild.RunAsync(parsed.GetRequiredValue(Data), TimeProvider.System, progress, cancellation);
        return result switch
        {
            CatalogRebuildResult.Rebuilt rebuilt => Report(rebuilt, terminal),
            CatalogRebuildResult.InUse inUse => throw new Failure(
                Text.Say($"a server is using {inUse.Directory}"), Text.Say("Stop it first; a running server makes a damaged index again by itself.")),
            CatalogRebuildResult.NotWritable closed => throw new Failure(
                Text.Say($"cannot use {closed.Directory}: {closed.Reason}"), Text.Say("Name the server's data directory with --data, and run this as the account the server runs as.")),
            CatalogRebuildResult.Damaged damaged => throw new Failure(damaged.Message, Text.Say("Nothing was changed.")),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is no answer"),
        };
    }

    private static int Report(CatalogRebuildResult.Rebuilt rebuilt, Terminal terminal)
    {
        if (terminal.Json)
        {
            terminal.WriteJson(rebuilt, RebuildJson.Default.Rebuilt);
            return ExitCode.Done;
        }

        terminal.WriteLine(
            Text.Say($"{rebuilt.Entries} entries: {rebuilt.Repositories} repositories, {rebuilt.Manifests} manifests, {rebuilt.Signatures} signatures"));
        if (rebuilt.MissingBlobs > 0)
            terminal.WriteLine(Text.Say($"{rebuilt.MissingBlobs} blobs are not on disk: images that need them fail until they are pushed again"));
        if (rebuilt.SetAside is { } place)
            terminal.WriteLine(Text.Say($"the damaged journal was set aside in {place}; nothing was lost"));
        return ExitCode.Done;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CatalogRebuildResult.Rebuilt))]
internal sealed partial class RebuildJson : JsonSerializerContext;
