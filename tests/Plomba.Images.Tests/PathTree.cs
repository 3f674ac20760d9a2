using Plomba.Files;

namespace Plomba.Images.Tests;

/// <summary>The directory <c>$ROOT</c> of the recorded cases, made anew; its name is the recorded one, since one case uses it.</summary>
internal sealed class PathTree : IDisposable
{
    private const string Placeholder = "$ROOT";
    private const string RecordedParent = "/tmp";

    private readonly TemporaryDirectory _parent = new();
    private readonly string _root;

    public PathTree()
    {
        Assert.True(RealPath.TryResolve(_parent.Combine("orcfs"), out var root, out _));
        _root = root;
        Directory.CreateDirectory(Path.Combine(_root, "dir", "sub"));
        Directory.CreateDirectory(Path.Combine(_root, "other"));
        File.Create(Path.Combine(_root, "dir", "a.tar")).Dispose();
        File.Create(Path.Combine(_root, "x.tar")).Dispose();
        File.CreateSymbolicLink(Path.Combine(_root, "link"), "dir");
        File.CreateSymbolicLink(Path.Combine(_root, "dangling"), "nowhere");
    }

    public string Real(string text) => text.Replace(Placeholder, _root, StringComparison.Ordinal);

    public string Recorded(string text) => text.Replace(_root, Placeholder, StringComparison.Ordinal);

    /// <summary>A recorded list of namespaces with this run's parents of the root in the place of the one it had then.</summary>
    public string WithOneParent(string recorded)
    {
        var parents = new List<string>();
        for (var path = Path.GetDirectoryName(_root); path is { Length: > 1 }; path = Path.GetDirectoryName(path))
            parents.Add(path);
        return recorded.Replace($"{Placeholder} {RecordedParent}", $"{Placeholder} {string.Join(' ', parents)}", StringComparison.Ordinal);
    }

    public void Dispose() => _parent.Dispose();
}
