using Microsoft.AspNetCore.Http;

namespace Plomba.Registry.Api;

/// <summary>Reads a body that has to be in memory as a whole.</summary>
internal static class RequestBody
{
    private const int FirstPart = 16 * 1024;

    /// <summary>The body; null when it has more than <paramref name="maximum"/> bytes (no more than that is ever held).</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http, int maximum)
    {
        if (http.Request.ContentLength > maximum)
            return null;
        // Memory is for what has arrived, not for what was announced.
        var body = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? FirstPart, FirstPart));
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (body.Length + read.Buffer.Length > maximum)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            foreach (var segment in read.Buffer)
                body.Write(segment.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
    }
}
