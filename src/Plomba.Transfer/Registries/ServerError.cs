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
    public static string Unexpected(Answer answer) => Language.Text.Say($"received unexpected HTTP status: {answer.StatusText}");

    /// <summary>
    /// Whether an answer says that there is no such manifest (TRUST.md §7.1): by the code of the specification, by one
    /// that Harbor and Red Hat's registry use instead, or by a 404 without any code.
    /// </summary>
    public static bool IsUnknownManifest(Answer answer) => First(answer.Body) is var (code, message)
        ? code == "MANIFEST_UNKNOWN" || (code == "UNKNOWN" && message.Contains("not found", StringComparison.OrdinalIgnoreCase))
        : answer.Status == HttpStatusCode.NotFound;

    // Go prints "manifest unknown: MESSAGE"; a message that only repeats the code is left out.
    private static string? Describe(byte[] body)
    {
        if (First(body) is not var (name, message))
            return null;
        var code = name.Replace('_', ' ').ToLowerInvariant();
        var both = message.Length == 0 || string.Equals(message, code, StringComparison.OrdinalIgnoreCase) ? code : $"{code}: {message}";
        both = both.ReplaceLineEndings(" ");
        return both.Length > LongestMessage ? both[..LongestMessage] : both;
    }

    private static (string Code, string Message)? First(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
                    ? (Text(errors[0], "code"), Text(errors[0], "message"))
                    : null;
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
