using Plomba.Registry.Blobs;

namespace Plomba.Registry.Hosting;

/// <summary>Removes abandoned uploads, once an hour, as long as it is not disposed.</summary>
internal sealed class UploadSweep : IAsyncDisposable
{
    /// <summary>An upload nobody has touched for so long is abandoned.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ITimer _timer;

    /// <summary>Begins; the first sweep is a minute after the start.</summary>
    public UploadSweep(IBlobStore blobs, TimeProvider clock) =>
        _timer = clock.CreateTimer(_ => _ = SweepAsync(blobs), null, TimeSpan.FromMinutes(1), Interval);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private static async Task SweepAsync(IBlobStore blobs)
    {
        try
        {
            await blobs.SweepUploadsAsync(Age);
        }
        catch (StorageException)
        {
            // The store reports its own trouble; the next hour tries again.
        }
    }
}
