using System.Net.Sockets;
using System.Security.Authentication;
using Plomba.Files;

namespace Plomba.Transfer.Registries.Http;

/// <summary>Turns the network classes' exceptions into one line that says what happened.</summary>
internal static class Trouble
{
    /// <summary>What happened to a call.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="uri">Who was called.</param>
    /// <param name="untrusted">Why a certificate was refused, when one was.</param>
    /// <param name="patience">How long an answer was waited for.</param>
    public static TransferException Explain(Exception e, Uri uri, string? untrusted, TimeSpan patience)
    {
        // Uri.Authority has no user information in it: nothing secret is shown.
        var where = $"{uri.Scheme}://{uri.Authority}";
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case TransferException known:
                    return known;
                case AuthenticationException when untrusted is not null:
                    return new TransferException(TransferTrouble.Tls, $"{where}: {untrusted}", e);
                case AuthenticationException:
                    return new TransferException(TransferTrouble.Tls, Text.Say($"{where}: the server does not speak TLS (plain HTTP where HTTPS is demanded?)"), e);
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }:
                    return new TransferException(TransferTrouble.Unreachable, Text.Say($"{where}: no such host"), e);
                case SocketException socket:
                    return new TransferException(TransferTrouble.Unreachable, $"{where}: {Words(socket)}", e);
                case OperationCanceledException or TimeoutException:
                    return new TransferException(TransferTrouble.Unreachable, Text.Say($"{where}: no whole answer within {patience.TotalSeconds:0} s"), e);
            }
        }

        return e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? new TransferException(TransferTrouble.Tls, Text.Say($"{where}: the server does not speak TLS (plain HTTP where HTTPS is demanded?)"), e)
            : new TransferException(TransferTrouble.Unreachable, $"{where}: {FileTrouble.Of(e)}", e);
    }

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => Text.Say("connection refused"),
        SocketError.ConnectionReset => Text.Say("connection reset by peer"),
        SocketError.HostUnreachable => Text.Say("no route to host"),
        SocketError.NetworkUnreachable => Text.Say("network is unreachable"),
        SocketError.TimedOut => Text.Say("connection timed out"),
        SocketError.TryAgain => Text.Say("resource temporarily unavailable"),
        _ => e.Message.ToLowerInvariant(),
    };
}
