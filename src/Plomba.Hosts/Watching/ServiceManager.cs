using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Plomba.Hosts.Watching;

/// <summary>What a service of systemd tells its manager (sd_notify(3)), and how it writes to the journal (sd-daemon(3)).</summary>
public static class ServiceManager
{
    /// <summary>Whether stderr is the journal, which takes a priority in front of each line.</summary>
    public static bool IsJournal => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };

    /// <summary>How often the manager wants to hear; null: it does not watch.</summary>
    public static TimeSpan? WatchdogInterval =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>Sends a state, such as <c>READY=1</c>; where nobody listens nothing happens.</summary>
    public static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // An abstract name begins with a zero byte, which is written as @.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
        }
        catch (SocketException)
        {
            // The manager is gone: nothing is left to tell it.
        }
    }
}
