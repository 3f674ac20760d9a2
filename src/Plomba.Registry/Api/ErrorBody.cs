using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Plomba.Registry.Api;

/// <summary><c>{"errors":[{"code":…,"message":…,"detail":…}]}</c> (OCI distribution spec, "Error Codes").</summary>
internal static class ErrorBody
{
    /// <summary>Writes the body of an error whose status is already set.</summary>
    public static async Task WriteAsync(HttpContext http, ApiError error)
    {
        var body = JsonBody.Write(json => Write(json, error));
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteString("code", error.Code);
        // Clients print the message alone: what to do next belongs into it.
        json.WriteString("message", error.Hint is null ? error.Message : $"{error.Message}. {error.Hint}");
        if (error.Detail is not null)
            json.WriteString("detail", error.Detail);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
