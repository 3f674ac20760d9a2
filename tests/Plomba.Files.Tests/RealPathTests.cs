namespace Plomba.Files.Tests;

public sealed class RealPathTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _root;

    public RealPathTests()
    {
        Assert.True(RealPath.TryResolve(_temporary.Path, out var root, out _));
        _root = root;
        Directory.CreateDirectory(Path.Combine(_root, "dir", "sub"));
        File.Create(Path.Combine(_root, "file")).Dispose();
        File.CreateSymbolicLink(Path.Combine(_root, "link"), "dir");
        File.CreateSymbolicLink(Path.Combine(_root, "up"), "dir/sub/../../dir");
        File.CreateSymbolicLink(Path.Combine(_root, "dangling"), "nowhere");
        File.CreateSymbolicLink(Path.Combine(_root, "loop"), "loop");
    }

    [Theory]
    [InlineData("dir/", "dir")]
    [InlineData("link/sub", "dir/sub")]
    [InlineData("link/missing", "dir/missing")]
    [InlineData("up//./sub", "dir/sub")]
    [InlineData("missing", "missing")]
    [InlineData("missing/../dir", "dir")]
    [InlineData("dir/sub/..", "dir")]
    [InlineData("link/.", "dir")]
    public void A_path_becomes_absolute_and_free_of_links(string path, string expected)
    {
        Assert.True(RealPath.TryResolve(path, _root, out var resolved, out _));
        Assert.Equal(Path.Combine(_root, expected), resolved);
    }

    [Theory]
    [InlineData("dangling")]
    [InlineData("loop")]
    [InlineData("loop/x")]
    [InlineData("missing/")]
    [InlineData("missing/x")]
    [InlineData("missing/..")]
    [InlineData("missing/sub/..")]
    [InlineData("missing/.")]
    [InlineData("file/.")]
    [InlineData("file/")]
    [InlineData("file/x")]
    [InlineData("a\0b")]
    public void A_path_whose_meaning_is_open_is_refused(string path)
    {
        Assert.False(RealPath.TryResolve(path, _root, out _, out var error));
        Assert.NotEmpty(error);
    }

    public void Dispose() => _temporary.Dispose();
}
