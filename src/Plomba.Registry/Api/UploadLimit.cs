using Plomba.Registry.Access;

namespace Plomba.Registry.Api;

/// <summary>Bounds how many requests of one user send bodies at once, to disk or to memory. Thread-safe.</summary>
internal sealed class UploadLimit() : Places(PerUser)
{
    /// <summary>More than any client opens by itself, so that only a flood meets it.</summary>
    public const int PerUser = 128;

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
}
