using System.Runtime.InteropServices;

namespace Plomba.Files;

/// <summary>
/// What the kernel and the platform say of files, in the user's language. They speak English themselves; what is not
/// known here is told in their words.
/// </summary>
public static class FileTrouble
{
    /// <summary>An error number of the kernel in words, such as <c>Permission denied</c>.</summary>
    public static string Of(int errno) => Words(Marshal.GetPInvokeErrorMessage(errno));

    /// <summary>Why something could not be done with a file: one line with its path.</summary>
    /// <param name="trouble">What the platform threw, or this program with a text of its own, which stays as it is.</param>
    public static string Of(Exception trouble)
    {
        ArgumentNullException.ThrowIfNull(trouble);
        return Of(trouble.Message);
    }

    /// <summary>The same of a message that was kept in English, such as a server's.</summary>
    public static string Of(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        message = message.ReplaceLineEndings(" ");
        if (PathIn(message, "Could not find file '", "'.") is { } file)
            return Text.Say($"Could not find file '{file}'.");
        if (PathIn(message, "Could not find a part of the path '", "'.") is { } directory)
            return Text.Say($"Could not find a part of the path '{directory}'.");
        if (PathIn(message, "Access to the path '", "' is denied.") is { } denied)
            return Text.Say($"Access to the path '{denied}' is denied.");
        if (PathIn(message, "The process cannot access the file '", "' because it is being used by another process.") is { } used)
            return Text.Say($"The process cannot access the file '{used}' because it is being used by another process.");
        if (PathIn(message, "The file '", "' already exists.") is { } existing)
            return Text.Say($"The file '{existing}' already exists.");
        // What the kernel says stands before the path.
        return message.IndexOf(" : '", StringComparison.Ordinal) is > 0 and var end ? Words(message[..end]) + message[end..] : message;
    }

    private static string? PathIn(string message, string before, string after) =>
        message.Length >= before.Length + after.Length
        && message.StartsWith(before, StringComparison.Ordinal)
        && message.EndsWith(after, StringComparison.Ordinal)
            ? message[before.Length..^after.Length]
            : null;

    private static string Words(string english) => english switch
    {
        "Operation not permitted" => Text.Say("Operation not permitted"),
        "No such file or directory" => Text.Say("No such file or directory"),
        "Input/output error" => Text.Say("Input/output error"),
        "Permission denied" => Text.Say("Permission denied"),
        "Device or resource busy" => Text.Say("Device or resource busy"),
        "File exists" => Text.Say("File exists"),
        "Invalid cross-device link" => Text.Say("Invalid cross-device link"),
        "Not a directory" => Text.Say("Not a directory"),
        "Is a directory" => Text.Say("Is a directory"),
        "Invalid argument" => Text.Say("Invalid argument"),
        "Too many open files" => Text.Say("Too many open files"),
        "Too many open files in system" => Text.Say("Too many open files in system"),
        "Text file busy" => Text.Say("Text file busy"),
        "File too large" => Text.Say("File too large"),
        "No space left on device" => Text.Say("No space left on device"),
        "Read-only file system" => Text.Say("Read-only file system"),
        "Too many links" => Text.Say("Too many links"),
        "Broken pipe" => Text.Say("Broken pipe"),
        "File name too long" => Text.Say("File name too long"),
        "Directory not empty" => Text.Say("Directory not empty"),
        "Too many levels of symbolic links" => Text.Say("Too many levels of symbolic links"),
        "Operation not supported" => Text.Say("Operation not supported"),
        "Disk quota exceeded" => Text.Say("Disk quota exceeded"),
        "Exec format error" => Text.Say("Exec format error"),
        _ => english,
    };
}
