using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Plomba.Registry.Hosting;

/// <summary>Logging to standard error in the format asked for.</summary>
internal static class Logs
{
    /// <summary>Sets it up; the web framework itself is heard only from warnings on.</summary>
    public static void Configure(ILoggingBuilder logging, RegistryServerOptions options)
    {
        logging.ClearProviders();
        if (options.LogFormat == LogFormat.None)
            return;
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failing start is reported once, by the program, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = options.LogFormat == LogFormat.Json ? ConsoleFormatterNames.Json : LogLine.FormatName;
        });
        if (options.LogFormat == LogFormat.Json)
            logging.AddJsonConsole(json =>
            {
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                json.UseUtcTimestamp = true;
            });
        else
            logging.Services.AddSingleton<ConsoleFormatter, LogLine>();
    }
}
