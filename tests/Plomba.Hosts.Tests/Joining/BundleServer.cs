using System.Collections.Concurrent;
using System.Net;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Joining;

/// <summary>A web server that hands out whatever it is given, and misbehaves on request.</summary>
internal sealed class BundleServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _stop = new();

    public BundleServer()
    {
        Url = new Uri($"http://127.0.0.1:{RunningProgram.FreePort()}/trust/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>A file that never ends.</summary>
    public string? Endless { get; set; }

    /// <summary>A file whose bytes come one a second.</summary>
    public string? Slow { get; set; }

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Stops it; may be done twice.</summary>
    public void Dispose()
    {
        _listener.Close();
        if (!_stop.IsCancellationRequested)
            _stop.Cancel();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var name = context.Request.Url!.AbsolutePath[Url.AbsolutePath.Length..];
        Asked.Enqueue(name);
        try
        {
            if (name == Endless)
                await PourAsync(context.Response, new byte[64 * 1024], TimeSpan.Zero);
            else if (name == Slow)
                await PourAsync(context.Response, [(byte)' '], TimeSpan.FromSeconds(1));
            else if (Files.TryGetValue(name, out var bytes))
                await context.Response.OutputStream.WriteAsync(bytes, _stop.Token);
            else
                context.Response.StatusCode = 404;
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has had enough.
        }
    }

    private async Task PourAsync(HttpListenerResponse response, byte[] piece, TimeSpan pause)
    {
        response.SendChunked = true;
        for (var i = 0; i < 10_000; i++)
        {
            await response.OutputStream.WriteAsync(piece, _stop.Token);
            await response.OutputStream.FlushAsync(_stop.Token);
            await Task.Delay(pause, _stop.Token);
        }
    }
}
