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
        var recorded = (Text(vector, "transport"), Text(vector, "imageName"), Text(vector, "error"));
        var ours = (reference?.Transport, reference?.ImageName, error?.Message);
        return recorded == ours ? Outcome.Pass : Outcome.Fail($"{ours} instead of {recorded}");
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
        return error == Text(vector, "error") ? Outcome.Pass : Outcome.Fail($"'{error}' instead of '{Text(vector, "error")}'");
    }

    private static Outcome JudgeParse(JsonElement vector, PathTree tree)
    {
        var directory = tree.Real(Text(vector, "cwd") ?? "/");
        var environment = new TransportEnvironment(Resolve, StoreLocation.System);
        var (reference, error) = Transport.Find(Text(vector, "transport")!)!.Parse(tree.Real(Text(vector, "input")!), environment);
        var ours = reference is null
            ? tree.Recorded(error!.Message)
            : tree.Recorded(Describe(
                reference.Text, reference.ImageName, reference.DockerReference?.Text, reference.PolicyIdentity, reference.PolicyNamespaces));
        var recorded = vector.GetProperty("accept").GetBoolean() ? Describe(vector.GetProperty("result")) : Text(vector, "error")!;
        return ours == tree.WithOneParent(recorded) ? Outcome.Pass : Outcome.Fail($"{ours}\n  instead of {recorded}");

        bool Resolve(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? why) =>
            RealPath.TryResolve(path, directory, out resolved, out why);
    }

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
