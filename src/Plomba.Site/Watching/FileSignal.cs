namespace Plomba.Site.Watching;

/// <summary>
/// Says that a file has changed and then been quiet for a moment, whether it was written in place, replaced by rename, or
/// is a link whose target was exchanged. Changes are noticed at once where the system tells of them (inotify fires between
/// a truncation and the write after it, hence the quiet moment) and within seconds where it does not.
/// </summary>
internal sealed class FileSignal : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly Lock _looking = new();
    private readonly string _path;
    private readonly Action _changed;
    private readonly ITimer _settled;
    private readonly ITimer _look;
    private readonly FileSystemWatcher? _watcher;
    private (DateTime Written, long Length) _seen;

    /// <summary>Begins; <paramref name="changed"/> is called on a thread of the pool.</summary>
    public FileSignal(string path, TimeProvider clock, Action changed)
    {
        (_path, _changed) = (path, changed);
        _seen = Stamp();
        // Once at the beginning: the file may have changed since it was read.
        _settled = clock.CreateTimer(_ => Settle(), null, Quiet, Timeout.InfiniteTimeSpan);
        _look = clock.CreateTimer(_ => Notice(""), null, Look, Look);
        _watcher = TryWatch();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher?.Dispose();
        _look.Dispose();
        _settled.Dispose();
    }

    // The directory is watched, not the file: a rename over it would leave the watch at the old file.
    private FileSystemWatcher? TryWatch()
    {
        try
        {
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(_path) ?? "/")
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Changed += (_, change) => Notice(change.FullPath);
            watcher.Created += (_, change) => Notice(change.FullPath);
            watcher.Deleted += (_, change) => Notice(change.FullPath);
            watcher.Renamed += (_, change) => Notice(change.FullPath);
            watcher.Error += (_, _) => Notice(_path);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No watches left, or the directory is gone: looking every few seconds finds changes too.
            return null;
        }
    }

    // A change of another name matters only when the file looks different afterwards: it may be a link.
    private void Notice(string path)
    {
        lock (_looking)
        {
            var stamp = Stamp();
            if (path != _path && stamp == _seen)
                return;
            _seen = stamp;
            _settled.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    private void Settle()
    {
        lock (_looking)
        {
            var stamp = Stamp();
            if (stamp != _seen)
            {
                _seen = stamp;
                _settled.Change(Quiet, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _changed();
    }

    private (DateTime Written, long Length) Stamp()
    {
        try
        {
            var file = new FileInfo(_path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? (target.LastWriteTimeUtc, target.Length) : default;
        }
        catch (IOException)
        {
            return default; // a link without end
        }
    }
}
