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

    public async ValueTask DisposeAsync()
    {
        if (_catalog is not null)
            await _catalog.DisposeAsync();
        _directory.Dispose();
    }
}
