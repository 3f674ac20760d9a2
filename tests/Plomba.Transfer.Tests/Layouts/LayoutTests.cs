using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Transfer.Layouts;
using Plomba.Trust.Files;

namespace Plomba.Transfer.Tests.Layouts;

public sealed class LayoutTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_directory_gives_its_manifest_and_its_signatures_in_order()
    {
        Write("manifest.json", "{}");
        Write("signature-1", "\u0000simple-signing\none");
        Write("signature-2", "\u0000simple-signing\ntwo");
        Write("signature-4", "\u0000simple-signing\nfour");
        var source = new DirectorySource(new DirImage(_directory.Path, _directory.Path), MachineFiles.Instance);
        Assert.Equal("{}"u8.ToArray(), (await source.GetManifestAsync(default)).Bytes.ToArray());
        var listing = await source.GetSignaturesAsync(Digest.Sha256("{}"u8), isInstance: false, default);
        Assert.Equal(["one", "two"], listing.Signatures.Select(s => Encoding.UTF8.GetString(s.Bytes.Span)));
    }

    [Fact]
    public async Task An_instance_in_a_directory_has_its_own_manifest_and_signatures()
    {
        var digest = Digest.Sha256("instance"u8);
        Write($"{digest.Hex}.manifest.json", "instance");
        Write($"{digest.Hex}.signature-1", "\u0000simple-signing\none");
        var source = new DirectorySource(new DirImage(_directory.Path, _directory.Path), MachineFiles.Instance);
        Assert.Equal("instance"u8.ToArray(), (await source.GetInstanceAsync(digest, default)).Bytes.ToArray());
        Assert.Single((await source.GetSignaturesAsync(digest, isInstance: true, default)).Signatures);
        Assert.Empty((await source.GetSignaturesAsync(digest, isInstance: false, default)).Signatures);

        Write($"{digest.Hex}.manifest.json", "another");
        var e = await Assert.ThrowsAsync<TransferException>(() => source.GetInstanceAsync(digest, default));
        Assert.Equal(TransferTrouble.Mismatch, e.Trouble);
    }

    [Fact]
    public async Task A_missing_or_huge_manifest_is_said()
    {
        var source = new DirectorySource(new DirImage(_directory.Path, _directory.Path), MachineFiles.Instance);
        var e = await Assert.ThrowsAsync<TransferException>(() => source.GetManifestAsync(default));
        Assert.Equal(TransferTrouble.NotFound, e.Trouble);
        Write("manifest.json", new string(' ', StoredManifest.LongestManifest + 1));
        e = await Assert.ThrowsAsync<TransferException>(() => source.GetManifestAsync(default));
        Assert.Contains("exceeded maximum allowed size of 4194304 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layout_is_read_by_name_by_number_or_when_it_holds_one_image()
    {
        var (one, two) = (Blob("one"), Blob("two"));
        Index($$"""{{Descriptor(one, "v1")}}, {{Descriptor(two, "v2")}}""");
        Assert.Equal("two", await ReadAsync("v2", null));
        Assert.Equal("one", await ReadAsync("", 0));
        Assert.Contains("holds 2 images", await TroubleAsync("", null), StringComparison.Ordinal);
        Assert.Contains("no descriptor found for reference \"v3\"", await TroubleAsync("v3", null), StringComparison.Ordinal);
        Assert.Contains("index 2 is too large", await TroubleAsync("", 2), StringComparison.Ordinal);
        Index(Descriptor(one, "v1"));
        Assert.Equal("one", await ReadAsync("", null));
    }

    [Theory]
    [InlineData("""{"digest":"sha256:../../../../etc/passwd"}""", "no valid digest")]
    [InlineData("""{"digest":7}""", "not an OCI index")]
    [InlineData("7", "not an OCI index")]
    [InlineData("", "holds 0 images")]
    public async Task A_hostile_index_is_refused_before_a_path_is_made(string entry, string expected)
    {
        Index(entry);
        Assert.Contains(expected, await TroubleAsync("", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_was_changed_is_refused()
    {
        var digest = Blob("one");
        Index(Descriptor(digest, "v1"));
        Write(Path.Combine("blobs", "sha256", digest.Hex), "changed");
        Assert.Contains("Manifest does not match", await TroubleAsync("v1", null), StringComparison.Ordinal);
    }

    private Digest Blob(string content)
    {
        var digest = Digest.Sha256(Encoding.UTF8.GetBytes(content));
        Write(Path.Combine("blobs", "sha256", digest.Hex), content);
        return digest;
    }

    private void Index(string entries) => Write("index.json", $$"""{"schemaVersion":2,"manifests":[{{entries}}]}""");

    private static string Descriptor(Digest digest, string name) =>
        $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{digest}}}","size":3,"annotations":{"org.opencontainers.image.ref.name":"{{{name}}}"}}""";

    private OciLayoutSource Layout(string name, long? index) => new(new OciImage(_directory.Path, _directory.Path, name, index), MachineFiles.Instance);

    private async Task<string> ReadAsync(string name, long? index) =>
        Encoding.UTF8.GetString((await Layout(name, index).GetManifestAsync(default)).Bytes.Span);

    private async Task<string> TroubleAsync(string name, long? index) =>
        (await Assert.ThrowsAsync<TransferException>(() => Layout(name, index).GetManifestAsync(default))).Message;

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory.Combine(name))!);
        DurableFile.Write(_directory.Combine(name), Encoding.UTF8.GetBytes(content));
    }
}
