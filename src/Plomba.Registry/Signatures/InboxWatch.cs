using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Plomba.Registry.Signatures;

/// <summary>
/// Looks into the inboxes when something changes there. A change that is missed costs nothing: every request for a manifest's signatures
/// looks for itself.
/// </summary>
internal sealed partial class InboxWatch : IAsyncDisposable
{
    private const string Everything = "";

    // Deeper than any repository name of 255 characters.
    private static readonly EnumerationOptions Deep = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 130,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    private readonly Channel<string> _changes =
        Channel.CreateBounded<string>(new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private readonly Inboxes _inboxes;
    private readonly string _directory;
    private readonly ILogger<InboxWatch> _log;
    private readonly FileSystemWatcher? _watcher;
    private readonly Task _work;

    /// <summary>Begins to watch; when the system does not allow it, says so and leaves the looking to requests.</summary>
    public InboxWatch(Inboxes inboxes, string directory, ILogger<InboxWatch> log)
    {
        (_inboxes, _directory, _log) = (inboxes, Path.GetFullPath(directory), log);
        _watcher = TryWatch();
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Looks at everything that is there, soon.</summary>
    public void ScanAll() => _changes.Writer.TryWrite(Everything);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _watcher?.Dispose();
        _changes.Writer.TryComplete();
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private FileSystemWatcher? TryWatch()
    {
        try
        {
            var watcher = new FileSystemWatcher(_directory)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Created += (_, change) => Note(change.FullPath);
            watcher.Changed += (_, change) => Note(change.FullPath);
            watcher.Renamed += (_, change) => Note(change.FullPath);
            watcher.Error += (_, _) => ScanAll();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            LogNotWatched(_directory, e.Message.ReplaceLineEndings(" "));
            return null;
        }
    }

    private void Note(string path) => _changes.Writer.TryWrite(Path.GetRelativePath(_directory, path));

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var path in _changes.Reader.ReadAllAsync(_stop.Token))
                await LookAsync(path);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task LookAsync(string path)
    {
        try
        {
            if (path != Everything && await _inboxes.ImportAsync(path, _stop.Token))
                return;
            // Of a directory that is new the watcher tells nothing that was in it before it was watched itself.
            var changed = new DirectoryInfo(Path.Combine(_directory, path));
            if (!changed.Exists || (path != Everything && changed.LinkTarget is not null))
                return;
            foreach (var directory in Directory.EnumerateDirectories(changed.FullName, "*@*=*", Deep))
                await _inboxes.ImportAsync(Path.GetRelativePath(_directory, directory), _stop.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogTrouble(_directory, e.Message);
        }
    }

    [LoggerMessage(EventId = 232, Level = LogLevel.Warning,
        Message = "{Directory} is not watched, its signatures are taken when they are asked for: {Reason}")]
    private partial void LogNotWatched(string directory, string reason);

    [LoggerMessage(EventId = 233, Level = LogLevel.Warning, Message = "cannot read the inboxes in {Directory}: {Reason}")]
    private partial void LogTrouble(string directory, string reason);
}
