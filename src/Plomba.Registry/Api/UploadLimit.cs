using System.Collections.Concurrent;

namespace Plomba.Registry.Api;

/// <summary>Bounds how many requests of one user send bodies at once, to disk or to memory. Thread-safe.</summary>
internal sealed class UploadLimit
{
    /// <summary>More than any client opens by itself, so that only a flood meets it.</summary>
    public const int PerUser = 128;

    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);

    /// <summary>Does the work while holding a place of the caller's: an account's, or among the nameless an address's.</summary>
    public static async ValueTask<ApiError?> RunAsync(Call call, Func<Call, ValueTask<ApiError?>> work)
    {
        var user = call.Caller.Account.Length > 0 ? call.Caller.Account : $"@{call.RemoteAddress}";
        var limit = call.Registry.Uploads;
        if (!limit.TryEnter(user))
            return ApiError.TooManyUploads;
        try
        {
            return await work(call);
        }
        finally
        {
            limit.Leave(user);
        }
    }

    /// <summary>Takes a place; false when the user has none left. Every true needs one <see cref="Leave"/>.</summary>
    public bool TryEnter(string user)
    {
        if (_running.AddOrUpdate(user, 1, (_, count) => count + 1) <= PerUser)
            return true;
        Leave(user);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(string user)
    {
        if (_running.AddOrUpdate(user, 0, (_, count) => count - 1) == 0)
            _running.TryRemove(KeyValuePair.Create(user, 0));
    }
}
