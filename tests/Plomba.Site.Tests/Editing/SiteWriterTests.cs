using Plomba.Files;
using Plomba.Site.Editing;

namespace Plomba.Site.Tests.Editing;

public sealed class SiteWriterTests : IDisposable
{
    private readonly TemporaryDirectory _work = new();

    [Fact]
    public void A_valid_change_is_written_with_the_mode_the_file_had()
    {
        var path = Put(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var (_, before) = SiteWriter.Open(path);

        Assert.NotNull(SiteWriter.Save(path, before, Sites.Minimal + "# more\n").Site);

        Assert.Equal(Sites.Minimal + "# more\n", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(["site.toml"], Directory.EnumerateFiles(_work.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void An_invalid_change_is_not_written()
    {
        var path = Put(DurableFile.DefaultMode);
        var (_, before) = SiteWriter.Open(path);

        Assert.True(SiteWriter.Save(path, before, Sites.Minimal + "colour = 1\n").HasErrors);

        Assert.Equal(Sites.Minimal, File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_somebody_changed_in_the_meantime_is_not_overwritten()
    {
        var path = Put(DurableFile.DefaultMode);
        var (_, before) = SiteWriter.Open(path);
        File.AppendAllText(path, "# theirs\n");

        Assert.Throws<IOException>(() => SiteWriter.Save(path, before, Sites.Minimal + "# ours\n"));

        Assert.EndsWith("# theirs\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        var path = Put(DurableFile.DefaultMode);
        var link = _work.Combine("link.toml");
        File.CreateSymbolicLink(link, "site.toml");
        var (_, before) = SiteWriter.Open(link);

        SiteWriter.Save(link, before, Sites.Minimal + "# more\n");

        Assert.Equal("site.toml", new FileInfo(link).LinkTarget);
        Assert.EndsWith("# more\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    public void Dispose() => _work.Dispose();

    private string Put(UnixFileMode mode)
    {
        var path = _work.Combine("site.toml");
        File.WriteAllText(path, Sites.Minimal);
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
