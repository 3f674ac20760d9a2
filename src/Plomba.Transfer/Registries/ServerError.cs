using System.Net;
using System.Text.Json;
using Plomba.Transfer.Registries.Http;

namespace Plomba.Transfer.Registries;

/// <summary>The error document of a registry (OCI distribution spec, Error Codes), or what its absence means.</summary>
internal static class ServerError
{
    /// <summary>Longest error or ping body, in bytes.</summary>
    public const int LongestBody = 1024 * 1024;

    private const int LongestMessage = 500;

    /// <summary>The trouble an answer other than the wanted one stands for.</summary>
    public static TransferException From(Answer answer)
    {
        var trouble = answer.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => TransferTrouble.Denied,
            HttpStatusCode.NotFound => TransferTrouble.NotFound,
            _ => TransferTrouble.Protocol,
        };
        var isClientError = (int)answer.Status is >= 400 and < 500;
        return new TransferException(trouble, (isClientError ? Describe(answer.Body) : null) ?? Unexpected(answer));
    }

    /// <summary>A status that the protocol does not foresee here.</summary>
    public static string Unexpected(Answer answer) => $"received unexpected HTTP status: {answer.StatusText}";

    // Go prints "manifest unknown: MESSAGE"; a message that only repeats the code is left out.
    private static string? Describe(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0)
            {
                return null;
            }

            var first = errors[0];
            var code = Text(first, "code").Replace('_', ' ').ToLowerInvariant();
            var message = Text(first, "message");
            var both = message.Length == 0 || string.Equals(message, code, StringComparison.OrdinalIgnoreCase) ? code : $"{code}: {message}";
            both = both.ReplaceLineEndings(" ");
            return both.Length > LongestMessage ? both[..LongestMessage] : both;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
