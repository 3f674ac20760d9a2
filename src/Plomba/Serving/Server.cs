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
        switch (await StartAsync(options, site))
        {
            case ServerStart.Refused refused:
                throw new Failure(Text.Say($"the server does not start: {refused.Reason.Message}"), refused.Reason.Hint);
            case ServerStart.Started started:
                await using (started.Server)
                {
                    Announcement.Say(started.Server, options, site.Current, terminal);
                    await RunAsync(started.Server, site, stop.Task);
                }

                break;
        }

        return ExitCode.Done;

        void Stop(PosixSignalContext signal)
        {
            // Requests under way are finished first; only a second Ctrl-C ends the process at once.
            signal.Cancel = stop.TrySetResult() || signal.Signal == PosixSignal.SIGTERM;
        }
    }

    // What other machines and the log are told is English, whatever its user reads: set here for all that is started here.
    private static async Task<ServerStart> StartAsync(RegistryServerOptions options, SiteInForce site)
    {
        UserLanguage.SpeakEnglish();
        var start = await RegistryServer.StartAsync(options);
        if (start is ServerStart.Started started)
            site.Follow(started.Server, options.Clock);
        return start;
    }

    private static async Task RunAsync(RegistryServer server, SiteInForce site, Task stop)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            site.Reload();
        });
        await stop;
        await server.StopAsync();
    }
}
