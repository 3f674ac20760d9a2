namespace Plomba.Files.Tests;

public sealed class DurableReplaceTests : IDisposable
{
    private readonly TemporaryDirectory _work = new();

    [Fact]
    public async Task Mode_owner_and_group_stay()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give files away");
        var path = Put("old");
        Assert.Equal(0, (await ChildProcess.RunAsync("chown", ["7:8", path])).ExitCode);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        DurableFile.Replace(path, "new"u8);

        Assert.Equal("7 8 440\n", (await ChildProcess.RunAsync("stat", ["-c", "%u %g %a", path])).Text);
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_made()
    {
        Assert.ThrowsAny<IOException>(() => DurableFile.Replace(_work.Combine("none"), "new"u8));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_work.Path));
    }

    [Fact]
    public void Nothing_is_left_beside_the_file()
    {
        var path = Put("old");

        DurableFile.Replace(path, "new"u8);

        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_work.Path));
    }

    public void Dispose() => _work.Dispose();

    private string Put(string content)
    {
        var path = _work.Combine("file");
        File.WriteAllText(path, content);
        return path;
    }
}
