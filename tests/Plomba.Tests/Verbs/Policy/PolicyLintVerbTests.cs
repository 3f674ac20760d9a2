namespace Plomba.Tests.Verbs.Policy;

public sealed class PolicyLintVerbTests : IDisposable
{
    private readonly PolicyFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Errors_are_exit_3_and_warnings_alone_are_not()
    {
        var warned = _files.Write("warned.json", "{'default': [{'type': 'insecureAcceptAnything'}]}");
        Assert.Contains($"{warned}:1:2: warning default-accepts ", await _files.TextAsync(0, "policy", "lint", warned), StringComparison.Ordinal);
        var wrong = _files.Write("wrong.json", "{'default': [{'type': 'reject'}],\n 'transports': {'docker': {'busybox': [{'type': 'reject'}]}}}");
        Assert.Contains($"{wrong}:2:28: error scope-short-name ", await _files.TextAsync(3, "policy", "lint", wrong), StringComparison.Ordinal);
        var finding = (await _files.JsonAsync(3, "policy", "lint", wrong)).GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("file").GetString() == wrong);
        Assert.Equal("scope-short-name", finding.GetProperty("id").GetString());
        Assert.Equal((2, 28), (finding.GetProperty("line").GetInt32(), finding.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task A_policy_that_does_not_parse_is_found_wrong_and_a_missing_one_cannot_be_looked_at()
    {
        Assert.Contains(":1:2: error syntax ", await _files.TextAsync(3, "policy", "lint", _files.WriteRaw("broken.json", "{\u001b")), StringComparison.Ordinal);
        Assert.StartsWith("plomba: open /nonexistent: no such file", await _files.TextAsync(1, "policy", "lint", "/nonexistent"), StringComparison.Ordinal);
        Assert.StartsWith("plomba: ", await _files.TextAsync(2, "policy", "lint", "a", "b"), StringComparison.Ordinal);
    }
}
