using System.Security.Cryptography;
using System.Text;
using Plomba.Files;

namespace Plomba.Registry.Access;

/// <summary>
/// The key that signs bearer tokens: ECDSA P-256, made once and kept in the data directory (mode 0600), so that tokens outlive a restart
/// and every process on the same data issues the same tokens.
/// </summary>
internal static class TokenKey
{
    /// <summary>Name of the file in the data directory.</summary>
    public const string FileName = "token-key.pem";

    /// <summary>Reads the key, or makes a new one when there is none or the file holds no private P-256 key any more.</summary>
    /// <exception cref="IOException">The data directory cannot be read or written.</exception>
    public static ECDsa Open(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        var key = ECDsa.Create();
        if (File.Exists(path) && TryImport(key, File.ReadAllText(path)))
            return key;
        key.GenerateKey(ECCurve.NamedCurves.nistP256);
        DurableFile.Write(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), DurableFile.PrivateMode);
        return key;
    }

    private static bool TryImport(ECDsa key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            // Without its private half, which the export asks for, it would sign nothing.
            return key.KeySize == 256 && key.ExportParameters(includePrivateParameters: true).D is not null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // A damaged key costs its tokens (they live five minutes), nothing else.
            return false;
        }
    }
}
