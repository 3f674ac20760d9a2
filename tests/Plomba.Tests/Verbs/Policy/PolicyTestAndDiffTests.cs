using Plomba.Testing;

namespace Plomba.Tests.Verbs.Policy;

public sealed class PolicyTestAndDiffTests : IDisposable
{
    private readonly PolicyFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_table_of_images_is_compared_with_the_verdicts()
    {
        TinyImage.Write(_files.Path("good"), "x");
        TinyImage.Write(_files.Path("bad"), "y");
        var policy = _files.Write("policy.json", "{'default': [{'type': 'reject'}], 'transports': {'dir': {'" + _files.Path("good") + "': [{'type': 'insecureAcceptAnything'}]}}}");
        var rows = $"# image\tverdict\n\ndir:{_files.Path("good")}\taccept\ndir:{_files.Path("bad")}\trefuse\trejected by policy\r\ndir:{_files.Path("none")}\tundecided\n";
        Assert.Equal(3, (await _files.TextAsync(0, "policy", "test", _files.WriteRaw("table", rows), "--policy", policy)).Split("ok  ").Length - 1);
        var wrong = _files.WriteRaw("wrong", $"dir:{_files.Path("good")}\trefuse\ndir:{_files.Path("bad")}\trefuse\tanother reason\n");
        var text = await _files.TextAsync(3, "policy", "test", wrong, "--policy", policy);
        Assert.Contains("accept, not refuse", text, StringComparison.Ordinal);
        Assert.Contains("refuse, not refuse because of 'another reason'", text, StringComparison.Ordinal);
        var json = await _files.JsonAsync(3, "policy", "test", wrong, "--policy", policy);
        Assert.Equal("accepted", json[0].GetProperty("verdict").GetProperty("verdict").GetString());
        Assert.False(json[1].GetProperty("expected").GetBoolean());
    }

    [Theory]
    [InlineData("dir:/x\tperhaps")]
    [InlineData("dir:/x")]
    [InlineData("busybox\taccept")]
    [InlineData("\u001b[2J\taccept")]
    public async Task A_table_that_is_not_understood_is_not_begun(string row)
    {
        var policy = _files.Write("policy.json", "{'default': [{'type': 'reject'}]}");
        var error = await _files.TextAsync(1, "policy", "test", _files.WriteRaw("table", row), "--policy", policy);
        Assert.Contains("table:1: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error);
    }

    [Fact]
    public async Task Policies_differ_where_images_are_decided_by_other_requirements()
    {
        var a = _files.Write("a.json", "{'default': [{'type': 'reject'}], 'transports': {'docker': {'a.example': [{'type': 'insecureAcceptAnything'}], 'a.example/ns': [{'type': 'insecureAcceptAnything'}]}}}");
        var same = _files.Write("same.json", "{'transports': {'dir': {'': [{'type': 'reject'}]}, 'docker': {'a.example': [{'type': 'insecureAcceptAnything'}]}}, 'default': [{'type': 'reject'}]}");
        Assert.Empty(await _files.TextAsync(0, "policy", "diff", a, same));
        var b = _files.Write("b.json", "{'default': [{'type': 'reject'}], 'transports': {'docker': {'a.example/ns': [{'type': 'insecureAcceptAnything'}]}}}");
        Assert.Equal("docker a.example\n- insecureAcceptAnything\n+ reject\n", await _files.TextAsync(3, "policy", "diff", a, b));
        var images = _files.WriteRaw("images", "a.example/ns/app\na.example/other\n");
        Assert.StartsWith("docker://a.example/other:latest\n", await _files.TextAsync(3, "policy", "diff", a, b, "--images", images), StringComparison.Ordinal);
        Assert.Equal(1, (await _files.JsonAsync(3, "policy", "diff", a, b)).GetArrayLength());
        await _files.TextAsync(1, "policy", "diff", a, _files.Path("none.json"));
        await _files.TextAsync(1, "policy", "diff", a, _files.WriteRaw("broken.json", "{"));
    }
}
