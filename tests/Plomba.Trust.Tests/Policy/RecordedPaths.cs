using Plomba.Files;
using Plomba.Images.Transports;

namespace Plomba.Trust.Tests.Policy;

/// <summary>The directory <c>$ROOT</c> of the recorded cases, made anew.</summary>
internal sealed class RecordedPaths : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _root;

    public RecordedPaths()
    {
        Assert.True(RealPath.TryResolve(_directory.Path, out var root, out _));
        _root = root;
        Directory.CreateDirectory(Path.Combine(_root, "dir", "sub"));
        Directory.CreateDirectory(Path.Combine(_root, "other"));
        File.Create(Path.Combine(_root, "dir", "a.tar")).Dispose();
        File.Create(Path.Combine(_root, "x.tar")).Dispose();
        File.CreateSymbolicLink(Path.Combine(_root, "link"), "dir");
        File.CreateSymbolicLink(Path.Combine(_root, "dangling"), "nowhere");
    }

    public TransportEnvironment Environment { get; } = new(RealPath.TryResolve, StoreLocation.System);

    public string Fill(string text) => text.Replace("$ROOT", _root, StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();
}
