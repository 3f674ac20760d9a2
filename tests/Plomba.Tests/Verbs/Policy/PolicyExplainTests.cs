namespace Plomba.Tests.Verbs.Policy;

public sealed class PolicyExplainTests : IDisposable
{
    private const string Rules = """
        {'default': [{'type': 'reject'}],
         'transports': {'docker': {
           'registry.example/ns': [{'type': 'signedBy', 'keyType': 'GPGKeys', 'keyPaths': ['/k/a.pgp', '/k/b.pgp'], 'signedIdentity': {'type': 'matchRepository'}}],
           'registry.example/ns/open': [{'type': 'insecureAcceptAnything'}]}}}
        """;

    private readonly PolicyFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task The_file_the_scope_and_the_requirement_that_decide_are_told_without_a_registry()
    {
        var policy = _files.Write("policy.json", Rules);
        Assert.Equal(
            $"""
            docker://registry.example/ns/app:latest: its signatures decide
              policy: {policy}, docker "registry.example/ns"
              looked for: "registry.example/ns/app:latest", "registry.example/ns/app", "registry.example/ns"
              requirement 1 of 1: signedBy any of "/k/a.pgp", "/k/b.pgp", matchRepository

            """,
            await _files.TextAsync(0, "policy", "explain", "registry.example/ns/app", "--policy", policy));
        Assert.Contains("accepted without a signature", await _files.TextAsync(0, "policy", "explain", "registry.example/ns/open:v1", "--policy", policy), StringComparison.Ordinal);
        var other = await _files.TextAsync(0, "policy", "explain", "docker://busybox", "--policy", policy);
        Assert.StartsWith("docker://busybox:latest: refused, signed or not", other, StringComparison.Ordinal);
        Assert.Contains(", default\n", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_users_policy_is_found_before_the_systems()
    {
        var policy = _files.Write(".config/containers/policy.json", Rules);
        var json = await _files.JsonAsync(0, "policy", "explain", "dir:/tmp");
        Assert.Equal(policy, json.GetProperty("policy").GetProperty("file").GetString());
        Assert.Equal("refused", json.GetProperty("outlook").GetString());
        Assert.Equal("reject", json.GetProperty("requirements")[0].GetProperty("type").GetString());
        Assert.Equal(0, json.GetProperty("lookedFor").GetArrayLength());
    }

    [Theory]
    [InlineData(2, "busybox")]
    [InlineData(2, "docker://UPPER/case")]
    [InlineData(2, "nothing:x")]
    [InlineData(1, "docker://busybox", "--policy", "/nonexistent/policy.json")]
    public async Task What_cannot_be_explained_is_said_on_one_line(int exitCode, params string[] arguments) =>
        Assert.StartsWith("plomba: ", await _files.TextAsync(exitCode, ["policy", "explain", .. arguments]), StringComparison.Ordinal);

    [Fact]
    public async Task Show_gives_a_table_a_tree_and_json()
    {
        var policy = _files.Write("policy.json", Rules);
        var table = await _files.TextAsync(0, "policy", "show", "--policy", policy);
        Assert.Equal(
            """
            SCOPE                            REQUIREMENT
            default                          reject
            docker registry.example/ns       signedBy any of "/k/a.pgp", "/k/b.pgp", matchRepository
            docker registry.example/ns/open  insecureAcceptAnything

            """,
            table);
        Assert.Contains("    docker registry.example/ns: signedBy", await _files.TextAsync(0, "policy", "show", "--tree", "--policy", policy), StringComparison.Ordinal);
        var json = await _files.JsonAsync(0, "policy", "show", "--policy", policy);
        Assert.Equal(2, json.GetProperty("rules")[2].GetProperty("depth").GetInt32());
    }

    [Fact]
    public async Task Terminal_escapes_in_a_policy_are_shown_not_obeyed()
    {
        var policy = _files.WriteRaw("policy.json", """{"default":[{"type":"reject"}],"transports":{"docker":{"a.b/\u001b[2J\n\u202e":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/\u001b]0;x"}]}}}""");
        var text = await _files.TextAsync(0, "policy", "show", "--policy", policy);
        Assert.DoesNotContain(text, c => c is '\u001b' or '\u202e');
        Assert.Equal(3, text.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"default\":[{\"type\":\"signedBy\"}]}")]
    public async Task A_policy_that_does_not_parse_is_neither_shown_nor_explained(string text)
    {
        var policy = _files.WriteRaw("policy.json", text);
        Assert.Contains("invalid policy in", await _files.TextAsync(1, "policy", "show", "--policy", policy), StringComparison.Ordinal);
        Assert.Contains("invalid policy in", await _files.TextAsync(1, "policy", "explain", "dir:/", "--policy", policy), StringComparison.Ordinal);
    }
}
