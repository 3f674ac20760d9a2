using Plomba.Files;
using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>Reading a file that should hold a secret key: nobody but its owner may be able to read it too.</summary>
internal static class SecretKeyFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static KeyResult<byte[]> Read(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            if ((File.GetUnixFileMode(stream.SafeFileHandle) & Others) != UnixFileMode.None)
                return new KeyTrouble(Text.Say($"{path}: others than its owner may read or write this key file"), $"chmod 600 {path}");
            if (stream.Length > KeyRing.MaximumLength)
                return new KeyTrouble(Text.Say($"{path}: longer than {KeyRing.MaximumLength} bytes, no key file"));
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyTrouble(FileTrouble.Of(e));
        }
    }
}
