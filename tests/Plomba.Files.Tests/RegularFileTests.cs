namespace Plomba.Files.Tests;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_read_through_a_link_up_to_its_limit()
    {
        DurableFile.Write(_directory.Combine("x"), "12345"u8);
        File.CreateSymbolicLink(_directory.Combine("link"), "x");
        Assert.Equal("12345"u8.ToArray(), RegularFile.ReadUpTo(_directory.Combine("link"), 5));
        Assert.Null(RegularFile.ReadUpTo(_directory.Combine("x"), 4));
        Assert.Empty(RegularFile.ReadUpTo("/dev/null", 4)!);
        Assert.NotEmpty(RegularFile.ReadUpTo("/proc/self/status", 100_000)!);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_named_pipe_nobody_writes_to_is_refused_at_once()
    {
        var pipe = _directory.Combine("pipe");
        await ChildProcess.RunAsync("mkfifo", [pipe], cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("named pipe", Assert.Throws<IOException>(() => RegularFile.OpenRead(pipe)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "device")]
    [InlineData("/tmp", "directory")]
    public void Devices_and_directories_are_refused(string path, string word) =>
        Assert.Contains(word, Assert.Throws<IOException>(() => RegularFile.OpenRead(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_not_there_is_told_from_what_may_not_be_read()
    {
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead(_directory.Combine("none")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead("/etc/passwd/x"));
    }
}
