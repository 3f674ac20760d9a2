using System.Runtime.InteropServices;
using Plomba.CommandLine;
using Plomba.Registry.Hosting;

namespace Plomba.Serving;

/// <summary>Runs the server from start to stop: SIGTERM and Ctrl-C stop it, SIGHUP reloads.</summary>
internal static class Server
{
    /// <summary>Returns when the server has stopped: 0, or 1 when it could not start.</summary>
    public static async Task<int> RunAsync(ServeRequest request, Terminal terminal)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var (options, site) = ServerSettings.Read(request);
        using var current = site;
        // From here on it answers other machines and writes a log.
        UserLanguage.SpeakEnglish();
        switch (await RegistryServer.StartAsync(options))
        {
            case ServerStart.Refused refused:
                throw new Failure($"the server does not start: {refused.Reason.Message}", refused.Reason.Hint);
            case ServerStart.Started started:
                await RunAsync(started.Server, options, site, terminal, stop.Task);
                break;
        }

        return ExitCode.Done;

        void Stop(PosixSignalContext signal)
        {
            // Requests under way are finished first; only a second Ctrl-C ends the process at once.
            signal.Cancel = stop.TrySetResult() || signal.Signal == PosixSignal.SIGTERM;
        }
    }

    private static async Task RunAsync(
        RegistryServer server, RegistryServerOptions options, SiteInForce site, Terminal terminal, Task stop)
    {
        await using var running = server;
        site.Follow(server, options.Clock);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            site.Reload();
        });
        Announcement.Say(server, options, site.Current, terminal);
        await stop;
        await server.StopAsync();
    }
}
