using System.Security.Cryptography;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary>An image for two platforms in a <c>dir:</c> layout.</summary>
internal static class TinyIndex
{
    /// <summary>Writes the layout; returns the digests of the instances, amd64 first.</summary>
    public static IReadOnlyList<string> Write(string directory, string content)
    {
        var digests = new List<string>();
        var entries = new List<string>();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var instance = $"{directory}-{architecture}";
            TinyImage.Write(instance, $"{content} on {architecture}", architecture: architecture);
            var manifest = File.ReadAllBytes(Path.Combine(instance, "manifest.json"));
            var hex = Convert.ToHexStringLower(SHA256.HashData(manifest));
            Directory.CreateDirectory(directory);
            foreach (var blob in Directory.EnumerateFiles(instance).Where(f => Path.GetFileName(f).Length == 64))
                File.Move(blob, Path.Combine(directory, Path.GetFileName(blob)), overwrite: true);
            File.WriteAllBytes(Path.Combine(directory, $"{hex}.manifest.json"), manifest);
            digests.Add($"sha256:{hex}");
            entries.Add(
                $$$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{{hex}}}","size":{{{manifest.Length}}},"platform":{"os":"linux","architecture":"{{{architecture}}}"}}""");
        }

        File.WriteAllText(Path.Combine(directory, "version"), "Directory Transport Version: 1.1\n");
        File.WriteAllText(
            Path.Combine(directory, "manifest.json"),
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{string.Join(',', entries)}}]}""");
        return digests;
    }
}
