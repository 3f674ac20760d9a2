using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>The contract on journal and SQLite.</summary>
public sealed class JournaledCatalogTests : CatalogContract, IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private ICatalog? _catalog;

    protected override async Task<ICatalog> OpenAsync()
    {
        var opening = await JournaledCatalog.OpenAsync(
            new CatalogOptions { Directory = _directory.Path }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance);
        return _catalog = Assert.IsType<CatalogOpening.Opened>(opening).Catalog;
    }

    [Fact]
    public async Task Other_accounts_of_the_host_cannot_read_the_index_or_its_log()
    {
        await OpenAsync();
        var files = Directory.GetFiles(_directory.Path, "index.db*");
        Assert.Contains(_directory.Combine("index.db-wal"), files);
        Assert.All(files, file => Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Signatures_that_died_with_their_manifest_stay_dead_when_the_index_is_made_again()
    {
        var catalog = await OpenAsync();
        var manifest = Manifest("m");
        await catalog.PutManifestAsync(manifest);
        await catalog.AddSignatureAsync(Signature(manifest.Digest, "before"));
        await catalog.DeleteManifestAsync(manifest.Repository, manifest.Digest, manifest.Actor);
        await catalog.AddSignatureAsync(Signature(manifest.Digest, "after"));
        await catalog.DisposeAsync();
        foreach (var file in Directory.GetFiles(_directory.Path, "index.*"))
            File.Delete(file);

        var again = await OpenAsync();
        Assert.Equal("after"u8, Assert.Single(again.ListSignatures(manifest.Repository, manifest.Digest)).Content.Span);
    }

    [Fact]
    public void An_older_entry_of_a_deletion_took_no_signatures()
    {
        var line = $$"""{"seq":1,"time":"2026-01-01T00:00:00Z","account":"","remote":null,"kind":"manifest-delete","repository":"alt/alt","digest":"sha256:{{new string('a', 64)}}"}""";
        var deleted = Assert.IsType<CatalogEvent.ManifestDeleted>(JournalFormat.Read(System.Text.Encoding.UTF8.GetBytes(line)).Event);
        Assert.Equal(0, deleted.Signatures);
    }

    public async ValueTask DisposeAsync()
    {
        if (_catalog is not null)
            await _catalog.DisposeAsync();
        _directory.Dispose();
    }
}
