using Microsoft.Extensions.Logging;
using Plomba.CommandLine;
using Plomba.Registry.Access;
using Plomba.Registry.Hosting;

namespace Plomba.Serving;

/// <summary>What the server says when it is up: what is served where, who may use it, and what to do next.</summary>
internal static partial class Announcement
{
    /// <summary>Lines for people, or one event of the JSON log.</summary>
    public static void Say(RegistryServer server, RegistryServerOptions options, SiteView site, Terminal terminal)
    {
        var addresses = string.Join(", ", server.Addresses);
        if (options.LogFormat == LogFormat.Json)
        {
            LogServing(server.Log, addresses, site.BaseUrl, options.DataDirectory, site.HasAccounts);
            return;
        }

        terminal.Say(Text.Say($"plomba: registry {site.BaseUrl}/v2/, signatures {site.BaseUrl}/sigstore/, keys {site.BaseUrl}/keys/"));
        terminal.Say(Text.Say($"  listening on {addresses}; data in {options.DataDirectory}"));
        terminal.Say(site.HasAccounts
            ? Text.Say("  everybody may pull; makers push and sign in their namespaces after podman login")
            : options.Open
                ? Text.Say("  WARNING: no accounts and --open: everybody who reaches this address may push and delete")
                : Text.Say("  no accounts: everybody on this machine may push; other machines are not answered"));
        var plain = site.BaseUrl.StartsWith("http:", StringComparison.Ordinal) ? " --tls-verify=false" : "";
        terminal.Say(Text.Say($"  next: podman push{plain} IMAGE docker://{site.Service}/{Example(site)}/NAME:TAG"));
    }

    private static string Example(SiteView site) => site.Namespaces.FirstOrDefault(found => found.Name.Length > 0)?.Name ?? "alt";

    [LoggerMessage(EventId = 210, Level = LogLevel.Information,
        Message = "serving {BaseUrl} on {Addresses}, data in {Data}, accounts: {HasAccounts}")]
    private static partial void LogServing(ILogger log, string addresses, string baseUrl, string data, bool hasAccounts);
}
