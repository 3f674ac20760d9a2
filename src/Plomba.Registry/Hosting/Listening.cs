using System.Net.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Plomba.Registry.Hosting;

/// <summary>Kestrel's addresses and limits.</summary>
internal static class Listening
{
    /// <summary>What no client may exceed. Bodies are limited by their endpoints: a layer has no limit, a manifest and a signature have.</summary>
    public static void Limits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 48 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxConcurrentConnections = OpenFiles.Connections();
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(15));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(15));
    }

    /// <summary>Opens every listener of the options.</summary>
    public static void Bind(KestrelServerOptions kestrel, RegistryServerOptions options)
    {
        var tls = options.Tls is { } files
            ? new TlsCertificate(files, options.Clock, kestrel.ApplicationServices.GetRequiredService<ILogger<TlsCertificate>>())
            : null;
        foreach (var listener in options.Listen)
            Bind(kestrel, listener, connections => Secure(connections, tls));
        foreach (var listener in options.SignaturesListen)
            Bind(kestrel, listener, connections =>
            {
                Secure(connections, tls);
                Mark(connections);
            });
    }

    private static void Bind(KestrelServerOptions kestrel, Listener listener, Action<ListenOptions> configure)
    {
        if (listener.EndPoint is { } endPoint)
        {
            kestrel.Listen(endPoint, configure);
            return;
        }

        foreach (var descriptor in SystemdSockets.Named(listener.SystemdName!))
            kestrel.ListenHandle((ulong)descriptor, configure);
    }

    private static void Secure(ListenOptions connections, TlsCertificate? certificate)
    {
        if (certificate is null)
        {
            connections.Protocols = HttpProtocols.Http1;
            return;
        }

        connections.Protocols = HttpProtocols.Http1AndHttp2;
        connections.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current,
            }),
        });
    }

    private static void Mark(ListenOptions connections) => connections.Use(next => connection =>
    {
        connection.Features.Set(SignaturesOnly.Mark);
        return next(connection);
    });
}
