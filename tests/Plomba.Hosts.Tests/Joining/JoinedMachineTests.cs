using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Plomba.Hosts.Joining;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>A machine, a server with a trust bundle, and what is done with them in every test.</summary>
public abstract class JoinedMachineTests : IDisposable
{
    private protected readonly BundleServer _server = new();
    private protected readonly TestMachine _machine = new();
    private protected readonly FakeTimeProvider _clock = new(TestBundle.Start);
    private protected readonly TestBundle _bundle;

    private protected JoinedMachineTests()
    {
        _bundle = new TestBundle(_server);
        _bundle.Publish();
    }

    private protected string Installed => File.ReadAllText(_machine["/etc/plomba/joined/current/site.toml"]);

    public void Dispose()
    {
        _server.Dispose();
        _machine.Dispose();
        _bundle.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected HttpBundle Source() => new(_server.Url);

    private protected void Change(string more) => _bundle.Files["site.toml"] = Encoding.UTF8.GetBytes(TestBundle.Site + more);

    private protected async Task JoinAsync() => Assert.IsType<JoinResult.Updated>(await JoinAsync(_machine, _bundle.Pin));

    private protected async Task<JoinResult> JoinAsync(TestMachine machine, string pin)
    {
        using var source = Source();
        using var membership = Membership.Open(machine.Root, _clock).Require();
        return await membership.JoinAsync(source, pin, CancellationToken.None);
    }

    private protected async Task<JoinResult> RefreshAsync()
    {
        using var source = Source();
        using var membership = Membership.Open(_machine.Root, _clock).Require();
        return await membership.RefreshAsync(source, CancellationToken.None);
    }

    // Refused, and the files in force are those from before.
    private protected async Task RefusedAsync(TufRefusalKind kind)
    {
        var before = Installed;
        Refused(kind, await RefreshAsync());
        Assert.Equal(before, Installed);
    }

    private protected static void Refused(TufRefusalKind kind, JoinResult result) => Assert.Equal(kind, Assert.IsType<JoinResult.Refused>(result).Refusal.Kind);

    private protected static byte[] Raw(string signed, params SigstoreSecretKey[] keys)
    {
        // The canonical form of what has only sorted members and plain strings is the text without blanks and sorted.
        var canonical = Encoding.UTF8.GetBytes(Sorted(JsonNode.Parse(signed)!));
        var signatures = keys.Select(k => $"{{\"keyid\":\"{TestBundle.Public(k).Id}\",\"sig\":\"{Convert.ToHexStringLower(k.Sign(canonical))}\"}}");
        return Encoding.UTF8.GetBytes($"{{\"signatures\":[{string.Join(',', signatures)}],\"signed\":{signed}}}");
    }

    private static string Sorted(JsonNode node) => node is JsonObject map
        ? $"{{{string.Join(',', map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"\"{m.Key}\":{Sorted(m.Value!)}"))}}}"
        : node.ToJsonString();
}
