using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Catalog;
using Plomba.Testing;

namespace Plomba.Tests.Verbs;

public sealed class CatalogRebuildTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_rebuild_says_what_it_found_and_what_is_not_on_disk()
    {
        await PushAsync();
        File.Delete(_directory.Combine("index.db"));
        var result = await PlombaProgram.RunAsync("catalog", "rebuild", "--data", _directory.Path);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            "1 entries: 1 repositories, 1 manifests, 0 signatures\n1 blobs are not on disk: images that need them fail until they are pushed again\n",
            result.Text);
    }

    [Fact]
    public async Task A_rebuild_reports_as_json()
    {
        await PushAsync();
        var result = await PlombaProgram.RunAsync("catalog", "rebuild", "--data", _directory.Path, "--output", "json");
        Assert.Equal(
            "{\"entries\":1,\"repositories\":1,\"manifests\":1,\"signatures\":0,\"missingBlobs\":1,\"setAside\":null}\n", result.Text);
    }

    [Fact]
    public async Task A_rebuild_beside_a_server_is_refused()
    {
        await using var catalog = await OpenAsync();
        var result = await PlombaProgram.RunAsync("catalog", "rebuild", "--data", _directory.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"plomba: a server is using {_directory.Path}\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebuild_of_no_directory_fails()
    {
        var result = await PlombaProgram.RunAsync("catalog", "rebuild", "--data", _directory.Combine("none"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("there is no such directory", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private async Task<ICatalog> OpenAsync() => Assert.IsType<CatalogOpening.Opened>(await JournaledCatalog.OpenAsync(
        new CatalogOptions { Directory = _directory.Path }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance)).Catalog;

    private async Task PushAsync()
    {
        await using var catalog = await OpenAsync();
        Assert.True(RepositoryName.TryParse("alt/alt", out var repository));
        await catalog.PutManifestAsync(new PutManifest
        {
            Repository = repository,
            Digest = Digest.Sha256("m"u8),
            MediaType = MediaTypes.OciManifest,
            Size = 1,
            Actor = new Actor("maker", null),
        });
    }
}
