using System.Text;

namespace Plomba.Hosts.Stores;

/// <summary>How containers/storage names the file of a piece of big data: manifests, configs, signatures.</summary>
internal static class BigDataName
{
    /// <summary>The manifest that the image was stored with last.</summary>
    public const string Manifest = "manifest";

    /// <summary>The signatures of that manifest, in stores written by older programs.</summary>
    public const string Signatures = "signatures";

    /// <summary>In front of the digest of each manifest that the image was ever stored with.</summary>
    public const string ManifestPrefix = "manifest-";

    /// <summary>The key of the signatures of a manifest; only the hex digits stand in it.</summary>
    public static string SignaturesOf(string hex) => $"signature-{hex}";

    /// <summary>The file's name: the key itself where it is plain, else <c>=</c> and its base64.</summary>
    public static string FileOf(string key)
    {
        foreach (var c in key)
        {
            if (c is not ('.' or (>= '0' and <= '9') or (>= 'a' and <= 'z')))
                return "=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        }

        return key;
    }
}
