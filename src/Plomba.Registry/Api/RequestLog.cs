using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Plomba.Registry.Api;

/// <summary>
/// What is logged of requests: method, path, status, client. Never a query string, a header or a body, because those carry secrets; paths are made
/// printable first. Reads are logged at debug level, changes at information.
/// </summary>
internal static partial class RequestLog
{
    /// <summary>A request was answered.</summary>
    public static void Done(ILogger log, HttpContext http)
    {
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var level = isRead ? LogLevel.Debug : LogLevel.Information;
        if (!log.IsEnabled(level))
            return;
        var (path, client) = (Path(http), Client(http));
        LogDone(log, level, http.Request.Method, path, http.Response.StatusCode, client);
    }

    /// <summary>A request was refused.</summary>
    public static void Refused(ILogger log, HttpContext http, ApiError error)
    {
        // A missing manifest and a first request without a token are everyday business; a wrong password and a maker in
        // another's namespace are not.
        var isDenied = error.Code == ApiError.Denied.Code;
        var isEveryday = error.Status is 404 or 401 && !isDenied && !ReferenceEquals(error, ApiError.WrongPassword);
        var level = isEveryday ? LogLevel.Debug : LogLevel.Information;
        if (!log.IsEnabled(level))
            return;
        var (path, client) = (Path(http), Client(http));
        // Only here the detail is ours: elsewhere it may repeat the query.
        var reason = isDenied && error.Detail is { } who ? who : error.Message;
        LogRefused(log, level, http.Request.Method, path, error.Status, error.Code, reason, client);
    }

    /// <summary>The client closed the connection before the answer was out.</summary>
    public static void GoneAway(ILogger log, HttpContext http, Exception e)
    {
        if (!log.IsEnabled(LogLevel.Debug))
            return;
        var (path, client) = (Path(http), Client(http));
        LogGoneAway(log, http.Request.Method, path, client, e.Message);
    }

    /// <summary>The store failed; its message says which file and what to do.</summary>
    public static void StorageTrouble(ILogger log, HttpContext http, string message) =>
        LogStorageTrouble(log, http.Request.Method, Path(http), message);

    /// <summary>Something nobody foresaw; the log, and the log alone, has all of it.</summary>
    public static void Failed(ILogger log, HttpContext http, Exception e)
    {
        LogFailed(log, http.Request.Method, Path(http), e.GetType().Name, e.Message.ReplaceLineEndings(" "));
        LogTrace(log, e);
    }

    private static string Path(HttpContext http) =>
        string.Concat((http.Request.Path.Value ?? "").Select(c => char.IsControl(c) ? '?' : c));

    private static string Client(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "local";

    [LoggerMessage(EventId = 200, Message = "{Method} {Path} {Status} from {Client}")]
    private static partial void LogDone(ILogger log, LogLevel level, string method, string path, int status, string client);

    [LoggerMessage(EventId = 201, Message = "{Method} {Path} {Status} {Code} ({Reason}) from {Client}")]
    private static partial void LogRefused(
        ILogger log, LogLevel level, string method, string path, int status, string code, string reason, string client);

    [LoggerMessage(EventId = 202, Level = LogLevel.Debug, Message = "{Method} {Path}: {Client} went away: {Reason}")]
    private static partial void LogGoneAway(ILogger log, string method, string path, string client, string reason);

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, Message = "{Method} {Path}: {Reason}")]
    private static partial void LogStorageTrouble(ILogger log, string method, string path, string reason);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, Message = "{Method} {Path}: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, string method, string path, string kind, string reason);

    [LoggerMessage(EventId = 205, Level = LogLevel.Debug, Message = "where it came from")]
    private static partial void LogTrace(ILogger log, Exception e);
}
