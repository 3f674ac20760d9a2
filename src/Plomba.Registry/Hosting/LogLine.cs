using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Plomba.Registry.Hosting;

/// <summary>The text log: one line an event, time in UTC, level, message; nothing in it can break out of its line.</summary>
internal sealed class LogLine(TimeProvider clock) : ConsoleFormatter(FormatName)
{
    /// <summary>How the formatter is chosen.</summary>
    public const string FormatName = "plomba";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Information => " info  ",
            LogLevel.Warning => " warn  ",
            LogLevel.Error or LogLevel.Critical => " error ",
            _ => " debug ",
        });
        textWriter.Write(OneLine(message));
        if (logEntry.Exception is { } exception)
            textWriter.Write(OneLine($": {exception}"));
        textWriter.WriteLine();
    }

    private static string OneLine(string text) => string.Concat(text.ReplaceLineEndings(" | ").Select(c => char.IsControl(c) ? '?' : c));
}
