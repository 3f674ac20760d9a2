namespace Plomba.Files.Tests;

/// <summary>What a file may take the place of, for an administrator may name anything as the place of a report.</summary>
public sealed class DurableWriteTests
{
    [Fact]
    public async Task A_pipe_stays_a_pipe_and_a_directory_a_directory()
    {
        using var directory = new TemporaryDirectory();
        var (pipe, below) = (directory.Combine("pipe"), directory.Combine("below"));
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", [pipe])).ExitCode);
        Directory.CreateDirectory(below);
        Assert.Equal($"{pipe} is a named pipe, not a regular file", Assert.Throws<IOException>(() => DurableFile.Write(pipe, "x"u8)).Message);
        Assert.Equal($"{below} is a directory", Assert.Throws<IOException>(() => DurableFile.Write(below, "x"u8)).Message);
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(directory.Path).Count());
    }

    [Fact]
    public async Task A_device_stays_a_device_also_for_root()
    {
        using var directory = new TemporaryDirectory();
        var device = directory.Combine("full");
        Assert.SkipUnless((await ChildProcess.RunAsync("mknod", [device, "c", "1", "7"])).ExitCode == 0, "devices cannot be made here");
        Assert.Equal($"{device} is a device, not a regular file", Assert.Throws<IOException>(() => DurableFile.Write(device, "x"u8)).Message);
        var link = directory.Combine("link");
        File.CreateSymbolicLink(link, device);
        Assert.Throws<IOException>(() => DurableFile.Write(link, "x"u8));
        Assert.Equal(device, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Standard_output_is_no_file_whatever_it_was_redirected_to()
    {
        using var directory = new TemporaryDirectory();
        var link = directory.Combine("stdout");
        File.CreateSymbolicLink(link, "/proc/self/fd/1");
        Assert.Throws<IOException>(() => DurableFile.Write(link, "x"u8));
        Assert.Equal("/proc/self/fd/1", new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_link_to_a_file_is_replaced_and_what_it_led_to_stays()
    {
        using var directory = new TemporaryDirectory();
        var (target, link) = (directory.Combine("target"), directory.Combine("link"));
        DurableFile.Write(target, "old"u8);
        File.CreateSymbolicLink(link, target);
        DurableFile.Write(link, "new"u8);
        Assert.Equal(("old", "new"), (File.ReadAllText(target), File.ReadAllText(link)));
    }

    [Fact]
    public void A_missing_directory_is_named_and_no_temporary_file()
    {
        var failure = Assert.Throws<DirectoryNotFoundException>(() => DurableFile.Write("/nowhere/report", "x"u8));
        Assert.Equal("there is no directory /nowhere", failure.Message);
    }
}
