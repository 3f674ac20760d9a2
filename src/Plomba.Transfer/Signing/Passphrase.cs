using System.Text;
using Plomba.Files;

namespace Plomba.Transfer.Signing;

/// <summary>Where a passphrase comes from: a file's first line, or a person. Never the command line.</summary>
/// <param name="File">The file; null: none. An empty first line is an empty passphrase.</param>
/// <param name="Ask">Asks a person, given what for; null when nobody answers. Null: nobody can be asked.</param>
public sealed record Passphrase(string? File = null, Func<string, string?>? Ask = null)
{
    private const int MaximumLength = 4096;

    /// <summary>The passphrase for <paramref name="what"/>.</summary>
    public KeyResult<string> Read(string what)
    {
        if (File is null)
        {
            return Ask?.Invoke(Text.Say($"Passphrase of {what}")) is { } answer
                ? answer
                : new KeyTrouble(Text.Say($"{what} has a passphrase and nobody can be asked for it"), Text.Say("Give a file with it in the first line: --passphrase-file or --sign-passphrase-file FILE."));
        }

        try
        {
            // Whatever can be read, a pipe too: --passphrase-file <(pass show key) is waited for, as by podman and skopeo.
            using var stream = System.IO.File.OpenRead(File);
            var buffer = new byte[MaximumLength + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            var line = text.Split('\n', 2)[0].TrimEnd('\r');
            return line.Length <= MaximumLength - 1 ? line : new KeyTrouble(Text.Say($"{File}: its first line is longer than {MaximumLength - 1} bytes"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyTrouble(Text.Say($"passphrase file: {FileTrouble.Of(e)}"));
        }
    }
}
