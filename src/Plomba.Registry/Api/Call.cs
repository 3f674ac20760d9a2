using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Plomba.Images;
using Plomba.Registry.Access;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Api;

/// <summary>One authorised request on its way through an endpoint.</summary>
/// <param name="Http">The connection's view of it.</param>
/// <param name="Route">What its path names.</param>
/// <param name="Caller">Who sent it.</param>
/// <param name="Site">The site as it was when the request came.</param>
/// <param name="Registry">What the server works with.</param>
internal sealed record Call(HttpContext Http, Route Route, Caller Caller, SiteView Site, RegistryState Registry)
{
    private const int Slice = 64 * 1024;

    /// <summary>The stored bytes.</summary>
    public IBlobStore Blobs => Registry.Blobs;

    /// <summary>What the registry holds.</summary>
    public ICatalog Catalog => Registry.Catalog;

    /// <summary>The repository the path names.</summary>
    public RepositoryName Repository => Route.Repository;

    /// <summary>Ends when the client goes away.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Whether only the headers are wanted.</summary>
    public bool IsHead => HttpMethods.IsHead(Http.Request.Method);

    /// <summary>Who does it, for the journal.</summary>
    public Actor Actor => new(Caller.Account, RemoteAddress);

    /// <summary>The client's address as text; null over a Unix socket.</summary>
    public string? RemoteAddress => Http.Connection.RemoteIpAddress is { } address
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : null;

    /// <summary>Whether the client is on this machine.</summary>
    public static bool IsLocal(HttpContext http) => http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);

    /// <summary>Where the client is, as far as one client can choose its address: an IPv4 address, or the 64 bits of an IPv6 network.</summary>
    public static string NetworkOf(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } address => Convert.ToHexString(address.GetAddressBytes(), 0, 8),
        var address => address.ToString(),
    };

    /// <summary>A query parameter; null when it is absent or given more than once.</summary>
    public string? Query(string name) => Http.Request.Query[name] is [var value] ? value : null;

    /// <summary>An answer without a body.</summary>
    public void Answer(int status)
    {
        Http.Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent)
            Http.Response.ContentLength = 0;
    }

    /// <summary>An answer with a body held in memory; HEAD gets its headers.</summary>
    public ValueTask WriteAsync(string contentType, ReadOnlyMemory<byte> body)
    {
        Http.Response.ContentType = contentType;
        Http.Response.ContentLength = body.Length;
        return IsHead ? default : Write(Http, body);

        // The server copies what it is given at once: in slices, a client that reads slowly holds one copy of a slice.
        static async ValueTask Write(HttpContext http, ReadOnlyMemory<byte> body)
        {
            for (; body.Length > Slice; body = body[Slice..])
                await http.Response.BodyWriter.WriteAsync(body[..Slice], http.RequestAborted);
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
        }
    }
}
