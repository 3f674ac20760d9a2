using System.Globalization;
using System.Net;

namespace Plomba.Transfer.Registries.Http;

/// <summary>
/// Makes a call again when the trouble may pass: no connection, 429 and the 5xx that speak of overload. Retry-After is
/// obeyed, up to a minute a time.
/// </summary>
internal sealed class Retry(int times, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The answer, or the last trouble when it did not pass.</summary>
    public async Task<Answer> RunAsync(Func<Task<Answer>> attempt, CancellationToken cancellation)
    {
        for (var n = 0; ; n++)
        {
            TimeSpan pause;
            try
            {
                var answer = await attempt();
                if (n >= times || !MayPass(answer.Status))
                    return answer;
                pause = RetryAfter(answer) ?? Backoff(n, answer.Status == HttpStatusCode.TooManyRequests ? 2000 : 200);
            }
            catch (TransferException e) when (e.Trouble == TransferTrouble.Unreachable && n < times)
            {
                pause = Backoff(n, 100);
            }

            await Task.Delay(pause, clock, cancellation);
        }
    }

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private TimeSpan? RetryAfter(Answer answer)
    {
        if (answer.Headers["Retry-After"].FirstOrDefault() is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return Within(TimeSpan.FromSeconds(seconds));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Within(date - clock.GetUtcNow())
            : null;
    }

    private static TimeSpan Backoff(int attempt, int milliseconds) => Within(TimeSpan.FromMilliseconds(milliseconds * Math.Pow(2, attempt)));

    private static TimeSpan Within(TimeSpan pause) => pause < TimeSpan.Zero ? TimeSpan.Zero : pause > Longest ? Longest : pause;
}
