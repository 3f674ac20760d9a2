using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Plomba.Transfer.Registries;

namespace Plomba.Transfer.Tests;

/// <summary>
/// A server on loopback that does what no honest registry does: endless bodies, wrong digests, odd redirects. Honest
/// behaviour is tested against a real registry.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedServer(WebApplication application) => _application = application;

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public RegistryHost Host => RegistryHost.TryParse(new Uri(_application.Urls.First()).Authority, out var host) ? host : throw new InvalidOperationException();

    /// <summary>Every request, as <c>METHOD path?query</c> and its Authorization header.</summary>
    public ConcurrentQueue<(string Line, string Authorization)> Requests { get; } = new();

    /// <summary>Starts a server that answers <c>/v2/</c> with 200 and everything else as told.</summary>
    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, Task> answer, Action<HttpResponse>? ping = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var server = new ScriptedServer(application);
        application.Run(async context =>
        {
            var request = context.Request;
            server.Requests.Enqueue(($"{request.Method} {request.Path}{request.QueryString}", request.Headers.Authorization.ToString()));
            if (request.Path == "/v2/")
                ping?.Invoke(context.Response);
            else
                await answer(context);
        });
        await application.StartAsync();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
