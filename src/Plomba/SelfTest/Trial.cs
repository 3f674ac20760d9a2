using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Transfer.Signing;

namespace Plomba.SelfTest;

/// <summary>
/// A whole deployment in one temporary directory, made with this program's own verbs: two throwaway keys, a site with one
/// namespace, a running server, a client's policy. Nothing outside the directory is read or written.
/// </summary>
internal sealed class Trial : IAsyncDisposable
{
    /// <summary>The key the namespace accepts, and the one it does not.</summary>
    public const string Accepted = "developer", Foreign = "stranger";

    private readonly CancellationTokenSource stop = new();
    private readonly CancellationToken cancellation;
    private Task<ChildResult>? server;

    private Trial(string directory, CancellationToken cancellation)
    {
        (Directory, this.cancellation) = (directory, cancellation);
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        Registry = $"127.0.0.1:{port}";
        OtherRegistry = $"localhost:{port}";
        Address = new Uri($"http://{Registry}/");
    }

    /// <summary>This very program, also where something was mounted over its directory.</summary>
    public static string Program => File.Exists(Environment.ProcessPath) ? Environment.ProcessPath : "/proc/self/exe";

    /// <summary>Where everything is.</summary>
    public string Directory { get; }

    /// <summary>The registry's name in references.</summary>
    public string Registry { get; }

    /// <summary>The same server under a name that the policy does not know: any other registry.</summary>
    public string OtherRegistry { get; }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>The client's policy, as rendered from the site.</summary>
    public string Policy => Combine("rendered", "client", "etc", "containers", "policy.json");

    /// <summary>The client's signature stores, as rendered from the site.</summary>
    public string Stores => Combine("rendered", "client", "etc", "containers", "registries.d");

    /// <summary>The accepted key's public half, where the policy expects it.</summary>
    public string PublicKey => Combine("keys", $"{Accepted}.pgp");

    /// <summary>The site's description.</summary>
    public string Site => Combine("site.toml");

    /// <summary>A path in the trial's directory.</summary>
    public string Combine(params ReadOnlySpan<string> parts) => Path.Combine([Directory, .. parts]);

    /// <summary>Makes keys and site, starts the server and renders the client's configuration.</summary>
    public static async Task<Trial> StartAsync(string directory, CancellationToken cancellation)
    {
        var trial = new Trial(directory, cancellation);
        try
        {
            await trial.PrepareAsync();
            return trial;
        }
        catch
        {
            await trial.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs this very program to its end.</summary>
    public static Task<ChildResult> PlombaAsync(IEnumerable<string> arguments, CancellationToken cancellation) =>
        ChildProcess.RunAsync(Program, arguments, cancellation: cancellation);

    /// <summary>The key's signer.</summary>
    public async Task<ISigner> SignerAsync(string name)
    {
        var found = await new SignerByName(null, new Passphrase("/dev/null"), TimeProvider.System).FindAsync(Combine($"{name}.key"), cancellation);
        return found.TryGet(out var signer, out var trouble) ? signer : throw new Failure(trouble.Message, trouble.Hint);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (server is not null)
            await Task.WhenAny(server);
        stop.Dispose();
    }

    private async Task PrepareAsync()
    {
        foreach (var name in new[] { Accepted, Foreign })
        {
            await MustAsync("key", "new", "--name", name, "--email", $"{name}@example.org", "-o", Combine($"{name}.key"), "--passphrase-file", "/dev/null");
            await MustAsync("key", "export", Combine($"{name}.key"), "-o", Combine($"{name}.asc"));
        }

        DurableFile.CreateDirectory(Combine("keys"));
        DurableFile.Write(Site, System.Text.Encoding.UTF8.GetBytes($"""
            format = 1
            [site]
            name = "self-test"
            [registry]
            name = "{Registry}"
            listen = ["{Registry}"]
            data = "{Combine("data")}"
            [keys]
            directory = "{Combine("keys")}"

            """));
        var fingerprint = (await SignerAsync(Accepted)).Key.Fingerprint.Text;
        await MustAsync("site", "key", "add", Combine($"{Accepted}.asc"), "--name", Accepted, "--fingerprint", fingerprint, "--site", Site);
        await MustAsync("site", "namespace", "add", "alt", "--maker", "maker", "--key", Accepted, "--site", Site);
        await MustAsync("site", "render", "--for", "client", "--to", Combine("rendered"), "--site", Site);
        server = ChildProcess.RunAsync(Program, ["serve", "--site", Site, "--quiet"], cancellation: stop.Token);
        await AnswersAsync();
    }

    /// <summary>Runs this very program, which must succeed.</summary>
    public async Task MustAsync(params string[] arguments)
    {
        var result = await PlombaAsync(arguments, cancellation);
        if (result.ExitCode != ExitCode.Done)
            throw new Failure(Text.Say($"plomba {string.Join(' ', arguments.Take(2))} ended with {result.ExitCode}: {result.Errors.Trim()}"));
    }

    private async Task AnswersAsync()
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (server!.IsCompleted)
            {
                var ended = await server;
                throw new Failure(Text.Say($"the server ended before it answered: {ended.Errors.Trim()}"));
            }

            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "healthz"), cancellation);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet listening.
            }

            await Task.Delay(50, cancellation);
        }

        throw new Failure(Text.Say($"the server did not answer at {Address} within 15 s"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
