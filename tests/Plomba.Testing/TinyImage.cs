using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Plomba.Testing;

/// <summary>A small runnable image in a <c>dir:</c> layout, made on the spot: a static busybox and one file.</summary>
public static class TinyImage
{
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Writes the layout into a new directory.</summary>
    /// <param name="directory">Does not exist yet.</param>
    /// <param name="content">Makes the image differ from others.</param>
    /// <param name="docker">Docker media types instead of OCI's.</param>
    /// <param name="padding">Bytes of incompressible filling in the layer.</param>
    /// <param name="architecture">Of the config.</param>
    public static void Write(string directory, string content, bool docker = false, long padding = 0, string architecture = "amd64")
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "version"), "Directory Transport Version: 1.1\n");
        var (layer, size, diff) = WriteLayer(directory, content, padding);
        var config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{architecture}}}","os":"linux","created":"2026-01-01T00:00:00Z","config":{"Cmd":["/bin/busybox","cat","/content"]},"rootfs":{"type":"layers","diff_ids":["{{{diff}}}"]}}""");
        File.WriteAllBytes(Path.Combine(directory, Hex(config)), config);
        var (manifest, configType, layerType) = docker
            ? (DockerManifest, "application/vnd.docker.container.image.v1+json", "application/vnd.docker.image.rootfs.diff.tar.gzip")
            : (OciManifest, "application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip");
        File.WriteAllText(
            Path.Combine(directory, "manifest.json"),
            $$$"""{"schemaVersion":2,"mediaType":"{{{manifest}}}","config":{"mediaType":"{{{configType}}}","digest":"sha256:{{{Hex(config)}}}","size":{{{config.Length}}}},"layers":[{"mediaType":"{{{layerType}}}","digest":"sha256:{{{layer}}}","size":{{{size}}}}]}""");
    }

    /// <summary>The digest of the layout's manifest.</summary>
    public static string DigestOf(string directory) => $"sha256:{Hex(File.ReadAllBytes(Path.Combine(directory, "manifest.json")))}";

    private static (string Hex, long Size, string DiffId) WriteLayer(string directory, string content, long padding)
    {
        var temporary = Path.Combine(directory, "layer.tmp");
        using var plain = SHA256.Create();
        using (var file = File.Create(temporary))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        using (var hashing = new CryptoStream(gzip, plain, CryptoStreamMode.Write))
        using (var tar = new TarWriter(hashing, TarEntryFormat.Pax))
        {
            Add(tar, "bin", null);
            if (File.Exists("/bin/busybox"))
                Add(tar, "bin/busybox", File.OpenRead("/bin/busybox"), executable: true);
            Add(tar, "content", new MemoryStream(Encoding.UTF8.GetBytes(content)));
            if (padding > 0)
                Add(tar, "padding", Padding(directory, padding));
        }

        using var written = File.OpenRead(temporary);
        var hex = Convert.ToHexStringLower(SHA256.HashData(written));
        var size = written.Length;
        File.Move(temporary, Path.Combine(directory, hex));
        return (hex, size, $"sha256:{Convert.ToHexStringLower(plain.Hash!)}");
    }

    private static void Add(TarWriter tar, string name, Stream? data, bool executable = false)
    {
        using (data)
        {
            var entry = new PaxTarEntry(data is null ? TarEntryType.Directory : TarEntryType.RegularFile, name)
            {
                Mode = data is null || executable ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100,
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            if (data is not null)
                entry.DataStream = data; // a directory refuses even null
            tar.WriteEntry(entry);
        }
    }

    private static FileStream Padding(string directory, long length)
    {
        var stream = new FileStream(
            Path.Combine(directory, "padding.tmp"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        var block = new byte[1 << 20];
        for (var left = length; left > 0; left -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            stream.Write(block, 0, (int)Math.Min(left, block.Length));
        }

        stream.Position = 0;
        return stream;
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
