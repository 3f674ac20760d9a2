using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>Files of the data directory are damaged, emptied or deleted: nothing acknowledged is lost, and nothing wrong is answered.</summary>
public sealed class CatalogDamageTests : IDisposable
{
    private const int Pushed = 60;
    private static readonly Actor Maker = new("maker", "127.0.0.1");
    private static readonly RepositoryName Alt = RepositoryName.TryParse("alt/alt", out var name) ? name : default;

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("deleted")]
    [InlineData("emptied")]
    [InlineData("rubbish")]
    [InlineData("truncated")]
    [InlineData("flipped")]
    public async Task An_index_that_was_damaged_while_the_server_was_down_is_made_again_by_itself(string how)
    {
        await PushAsync(0, Pushed);
        Damage(IndexPath, how);
        await using var catalog = await OpenAsync();
        Assert.Null(catalog.WritesRefused);
        AssertPushed(catalog, Pushed);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("rubbish")]
    [InlineData("emptied")]
    public async Task An_index_that_is_damaged_under_a_running_server_is_made_again_by_itself(string how)
    {
        await PushAsync(0, Pushed);
        await using var catalog = await OpenAsync();
        Damage(IndexPath, how);
        await EventuallyAsync(async () =>
        {
            await PutAsync(catalog, Pushed);
            AssertPushed(catalog, Pushed + 1);
        });
        Assert.Null(catalog.WritesRefused);
        await catalog.DisposeAsync();
        await using var again = await OpenAsync();
        AssertPushed(again, Pushed + 1);
    }

    [Theory]
    [InlineData("index.db")]
    [InlineData("index.db-wal")]
    public async Task An_index_that_is_behind_after_a_crash_catches_up(string lost)
    {
        await PushAndBringBackTheIndexOfAnEarlierMomentAsync();
        if (lost != "index.db")
            File.Delete(_directory.Combine(lost));
        await using var again = await OpenAsync();
        Assert.Null(again.WritesRefused);
        AssertPushed(again, Pushed);
    }

    [Fact]
    public async Task Damage_behind_the_index_is_refused_by_rebuild_and_what_came_before_it_is_still_served()
    {
        await PushAndBringBackTheIndexOfAnEarlierMomentAsync();
        FlipLine(Segments()[0], 40);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using (var catalog = await OpenAsync())
            {
                Assert.Contains("line 40", catalog.WritesRefused, StringComparison.Ordinal);
                AssertPushed(catalog, 39);
            }

            var refused = Assert.IsType<CatalogRebuildResult.Damaged>(await RebuildAsync());
            Assert.Contains($"{Segments()[0]}, line 40: entry 40", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Flipped_bytes_in_the_journal_are_named_by_file_and_line_and_reading_goes_on()
    {
        await PushAsync(0, Pushed);
        FlipLine(Segments()[0], 17);
        await using var catalog = await OpenAsync();
        Assert.Contains($"{Segments()[0]}, line 17", catalog.WritesRefused, StringComparison.Ordinal);
        Assert.Contains("plomba catalog rebuild", catalog.WritesRefused, StringComparison.Ordinal);
        AssertPushed(catalog, Pushed);
        var refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync(catalog, Pushed));
        Assert.Equal(StorageFailure.JournalDamaged, refused.Failure);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("emptied")]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("rubbish")]
    public async Task A_damaged_journal_refuses_writes_until_a_rebuild_which_loses_nothing(string how)
    {
        await PushAsync(0, Pushed);
        Damage(Segments()[0], how);
        await using (var catalog = await OpenAsync())
        {
            Assert.NotNull(catalog.WritesRefused);
            AssertPushed(catalog, Pushed);
        }

        await RebuildAndGoOnAsync(Pushed);
        File.Delete(IndexPath);
        await using var afterwards = await OpenAsync();
        AssertPushed(afterwards, Pushed + 1);
    }

    [Fact]
    public async Task Every_file_of_a_journal_of_many_files_may_be_lost_as_long_as_the_index_is_there()
    {
        await PushAsync(0, Pushed, segmentSize: 4000);
        Assert.InRange(Segments().Length, 5, 100);
        Damage(Segments()[2], "deleted");
        await using (var catalog = await OpenAsync())
        {
            Assert.Contains("are missing before it", catalog.WritesRefused, StringComparison.Ordinal);
            AssertPushed(catalog, Pushed);
        }

        await RebuildAndGoOnAsync(Pushed);
    }

    [Fact]
    public async Task A_change_in_a_sealed_file_of_the_journal_is_found_at_the_next_start()
    {
        await PushAsync(0, Pushed, segmentSize: 4000);
        await using (await OpenAsync())
        {
            // Sealed files are found right, and their stamps kept.
        }

        FlipLine(Segments()[1], 2);
        await using var catalog = await OpenAsync();
        Assert.Contains($"{Segments()[1]}, line 2", catalog.WritesRefused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torn_last_line_was_never_acknowledged_and_is_cut_off()
    {
        await PushAsync(0, Pushed);
        await using (var file = File.Open(Segments()[0], FileMode.Append))
            await file.WriteAsync("{\"seq\":61,\"time\":\"2026-"u8.ToArray());
        await PushAsync(Pushed, Pushed + 1);
        await using var catalog = await OpenAsync();
        Assert.Null(catalog.WritesRefused);
        AssertPushed(catalog, Pushed + 1);
    }

    [Fact]
    public async Task A_changed_last_line_is_damage_and_not_a_torn_line()
    {
        await PushAsync(0, Pushed);
        FlipLine(Segments()[0], Pushed);
        await using var catalog = await OpenAsync();
        Assert.Contains($"line {Pushed}", catalog.WritesRefused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_removed_under_a_running_server_takes_no_more_writes()
    {
        await PushAsync(0, 3);
        await using var catalog = await OpenAsync();
        File.Delete(Segments()[0]);
        var refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync(catalog, 3));
        Assert.Equal(StorageFailure.JournalDamaged, refused.Failure);
        AssertPushed(catalog, 3);
    }

    [Fact]
    public async Task With_journal_and_index_both_damaged_the_server_does_not_start_and_rebuild_changes_nothing()
    {
        await PushAsync(0, Pushed);
        FlipLine(Segments()[0], 17);
        File.Delete(IndexPath);
        var opening = await OpenCatalogAsync();
        Assert.Contains("line 17", Assert.IsType<CatalogOpening.Damaged>(opening).Message, StringComparison.Ordinal);
        var before = File.ReadAllBytes(Segments()[0]);
        var rebuild = Assert.IsType<CatalogRebuildResult.Damaged>(await RebuildAsync());
        Assert.Contains("line 17", rebuild.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Segments()[0]));
    }

    [Fact]
    public async Task A_snapshot_stands_in_for_index_and_damaged_journal_together()
    {
        await PushAsync(0, Pushed, segmentSize: 4000);
        await WaitForSnapshotAsync();
        FlipLine(Segments()[0], 2);
        File.Delete(IndexPath);
        await RebuildAndGoOnAsync(Pushed);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_not_used()
    {
        await PushAsync(0, Pushed, segmentSize: 4000);
        await WaitForSnapshotAsync();
        foreach (var snapshot in Directory.GetFiles(_directory.Combine("snapshots"), "*.db"))
            Damage(snapshot, "flipped");
        File.Delete(IndexPath);
        await using var catalog = await OpenAsync();
        AssertPushed(catalog, Pushed);
    }

    [Fact]
    public async Task An_event_of_a_newer_version_is_refused_by_name()
    {
        await PushAsync(0, 3);
        AppendUnknownKind();
        File.Delete(IndexPath);
        var opening = await OpenCatalogAsync();
        Assert.Contains("\"gate-opened\" is not known to this version", Assert.IsType<CatalogOpening.Damaged>(opening).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_so_is_a_rebuild()
    {
        await using var catalog = await OpenAsync();
        Assert.IsType<CatalogOpening.InUse>(await OpenCatalogAsync());
        Assert.IsType<CatalogRebuildResult.InUse>(await RebuildAsync());
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_a_typed_answer()
    {
        DurableFile.Write(_directory.Combine("file"), "no directory"u8);
        var opening = await JournaledCatalog.OpenAsync(
            new CatalogOptions { Directory = _directory.Combine("file", "data") }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance);
        Assert.IsType<CatalogOpening.NotWritable>(opening);
    }

    public void Dispose() => _directory.Dispose();

    private string IndexPath => _directory.Combine("index.db");

    private string[] Segments() => [.. Directory.GetFiles(_directory.Combine("journal"), "*.jsonl").Order(StringComparer.Ordinal)];

    private Task<CatalogOpening> OpenCatalogAsync(long segmentSize = 1_000_000) => JournaledCatalog.OpenAsync(
        new CatalogOptions { Directory = _directory.Path, SegmentSize = segmentSize }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance);

    private async Task<ICatalog> OpenAsync(long segmentSize = 1_000_000) =>
        Assert.IsType<CatalogOpening.Opened>(await OpenCatalogAsync(segmentSize)).Catalog;

    private Task<CatalogRebuildResult> RebuildAsync() => CatalogRebuild.RunAsync(_directory.Path, TimeProvider.System);

    private async Task RebuildAndGoOnAsync(int pushed)
    {
        var rebuilt = Assert.IsType<CatalogRebuildResult.Rebuilt>(await RebuildAsync());
        Assert.NotNull(rebuilt.SetAside);
        Assert.Equal(pushed, rebuilt.Manifests);
        await PushAsync(pushed, pushed + 1);
        await using var catalog = await OpenAsync();
        Assert.Null(catalog.WritesRefused);
        AssertPushed(catalog, pushed + 1);
    }

    private async Task PushAsync(int from, int to, long segmentSize = 1_000_000)
    {
        await using var catalog = await OpenAsync(segmentSize);
        for (var i = from; i < to; i++)
            await PutAsync(catalog, i);
    }

    /// <summary>What a crash leaves: no stamp, and a write-ahead log; here the index files of the moment after 20 of the pushes.</summary>
    private async Task PushAndBringBackTheIndexOfAnEarlierMomentAsync()
    {
        await using (var catalog = await OpenAsync())
        {
            for (var i = 0; i < 20; i++)
                await PutAsync(catalog, i);
            File.Copy(IndexPath, _directory.Combine("index.db.old"));
            File.Copy(IndexPath + "-wal", _directory.Combine("index.db-wal.old"));
        }

        await PushAsync(20, Pushed);
        File.Copy(_directory.Combine("index.db.old"), IndexPath, overwrite: true);
        File.Copy(_directory.Combine("index.db-wal.old"), IndexPath + "-wal", overwrite: true);
        File.Delete(_directory.Combine("index.stamp"));
    }

    private static Task<PutManifestResult> PutAsync(ICatalog catalog, int number) => catalog.PutManifestAsync(new PutManifest
    {
        Repository = Alt,
        Digest = DigestOf(number),
        MediaType = MediaTypes.OciManifest,
        Size = number,
        Tags = [TagOf(number)],
        Actor = Maker,
    });

    private static void AssertPushed(ICatalog catalog, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.Equal(DigestOf(i), catalog.FindManifest(Alt, TagOf(i))?.Digest);
        Assert.Equal(count, catalog.ListTags(Alt, null, 10_000).Count);
    }

    private static Digest DigestOf(int number) => Digest.Sha256([(byte)number, (byte)(number >> 8)]);

    private static Tag TagOf(int number) => Tag.TryParse($"v{number}", out var tag) ? tag : default;

    private static void Damage(string path, string how)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        switch (how)
        {
            case "deleted":
                File.Delete(path);
                break;
            case "emptied":
                file.SetLength(0);
                break;
            case "truncated":
                file.SetLength(file.Length / 2);
                break;
            case "flipped":
                for (var at = file.Length / 2; at < file.Length; at += 997)
                {
                    file.Position = at;
                    var one = file.ReadByte();
                    file.Position = at;
                    file.WriteByte((byte)(one ^ 0x55));
                }

                break;
            default:
                file.Write(RandomNumberGenerator.GetBytes((int)file.Length));
                break;
        }
    }

    private static void FlipLine(string path, int line)
    {
        var bytes = File.ReadAllBytes(path);
        var at = 0;
        for (var i = 1; i < line; i++)
            at = Array.IndexOf(bytes, (byte)'\n', at) + 1;
        bytes[at + 40] ^= 1;
        DurableFile.Write(path, bytes);
    }

    private void AppendUnknownKind()
    {
        var last = File.ReadAllLines(Segments()[0])[^1];
        var body = $"{{\"seq\":4,\"time\":\"2026-01-01T00:00:00Z\",\"account\":\"\",\"remote\":null,\"kind\":\"gate-opened\",\"prev\":\"{last[^66..^2]}\"";
        var hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(body)));
        using var file = File.Open(Segments()[0], FileMode.Append);
        file.Write(System.Text.Encoding.ASCII.GetBytes($"{body},\"hash\":\"{hash}\"}}\n"));
    }

    private Task WaitForSnapshotAsync() =>
        EventuallyAsync(() =>
        {
            Assert.NotEmpty(Directory.GetFiles(_directory.Combine("snapshots"), "0*.db"));
            return Task.CompletedTask;
        });

    private static async Task EventuallyAsync(Func<Task> action)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception) when (attempt < 100)
            {
                await Task.Delay(20);
            }
        }
    }
}
