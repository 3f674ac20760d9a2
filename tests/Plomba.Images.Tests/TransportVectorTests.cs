using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Plomba.Files;
using Plomba.Images.Transports;
using Plomba.Testing;

namespace Plomba.Images.Tests;

public sealed class TransportVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Image_names_are_read_as_recorded() => Vectors.Check("transports/image-name.jsonl", static vector =>
    {
        var environment = new TransportEnvironment(RealPath.TryResolve, StoreLocation.System);
        _ = ImageName.TryParse(Text(vector, "input")!, environment, out var reference, out var error);
        return Text(vector, "error") is { } refusal
            ? JudgeRefusal(refusal, error?.Message)
            : Same($"{Text(vector, "transport")} {Text(vector, "imageName")}", $"{reference?.Transport} {reference?.ImageName}{error}");
    }, output);

    [Fact]
    public void References_within_transports_and_scopes_are_judged_as_recorded()
    {
        using var tree = new PathTree();
        Vectors.Check(
            "transports/parse-and-scope.jsonl",
            vector => Text(vector, "kind") == "scope" ? JudgeScope(vector) : JudgeParse(vector, tree),
            output);
    }

    private static Outcome JudgeScope(JsonElement vector)
    {
        var error = Transport.Find(Text(vector, "transport")!)!.CheckScope(Text(vector, "input")!);
        return Text(vector, "error") is { } refusal ? JudgeRefusal(refusal, error) : Same("", error ?? "");
    }

    private static Outcome JudgeParse(JsonElement vector, PathTree tree)
    {
        var directory = tree.Real(Text(vector, "cwd") ?? "/");
        var environment = new TransportEnvironment(Resolve, StoreLocation.System);
        var (reference, error) = Transport.Find(Text(vector, "transport")!)!.Parse(tree.Real(Text(vector, "input")!), environment);
        if (!vector.GetProperty("accept").GetBoolean())
            return JudgeRefusal(Text(vector, "error")!, error is null ? null : tree.Recorded(error.Message));
        if (reference is null)
            return Outcome.Fail($"refused: {error}");
        var ours = Describe(
            reference.Text, reference.ImageName, reference.DockerReference?.Text, reference.PolicyIdentity, reference.PolicyNamespaces);
        return Same(tree.WithOneParent(Describe(vector.GetProperty("result"))), tree.Recorded(ours));

        bool Resolve(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? why) =>
            RealPath.TryResolve(path, directory, out resolved, out why);
    }

    // The words bind where TRUST.md §1 and §2 list them; elsewhere they are the operating system's and Go's.
    private static Outcome JudgeRefusal(string recorded, string? ours) =>
        ours is null ? Outcome.Fail($"accepted instead of '{recorded}'")
        : ListedWords.Any(words => recorded.StartsWith(words, StringComparison.Ordinal)) ? Same(recorded, ours)
        : Outcome.Pass;

    private static Outcome Same(string recorded, string ours) =>
        recorded == ours ? Outcome.Pass : Outcome.Fail($"'{ours}'\n  instead of '{recorded}'");

    private static readonly string[] ListedWords =
    [
        "Invalid image name ", "Docker references with both a tag and digest", "invalid reference format", "repository name must be ",
        "invalid repository name ",
    ];

    private static string Describe(JsonElement result) => Describe(
        Text(result, "string"),
        Text(result, "imageName"),
        Text(result, "dockerReference"),
        Text(result, "identity"),
        result.GetProperty("namespaces").EnumerateArray().Select(element => element.GetString()!));

    private static string Describe(string? text, string? name, string? docker, string? identity, IEnumerable<string> namespaces) =>
        $"{text} | {name} | {docker} | {identity} | {string.Join(' ', namespaces)}";

    private static string? Text(JsonElement vector, string key) =>
        vector.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
