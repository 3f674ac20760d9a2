using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Differential;

/// <summary>
/// A real docker-registry that users know as <c>registry.test.example</c> (by registries.conf), with one image under several
/// names, and directories with the same image.
/// </summary>
internal sealed class ImagePlace : IAsyncDisposable
{
    /// <summary>What users type.</summary>
    public const string Host = "registry.test.example";

    private static readonly string[] Repositories = ["alt/app", "alt/app/deep", "beta/tool"];

    private readonly TemporaryDirectory _directory = new(prefix: "place");
    private RunningProgram? _registry;

    /// <summary>The home skopeo runs in.</summary>
    public ContainersHome Home { get; } = new();

    /// <summary>Digest of the manifest everywhere.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>Names a case may ask for; the last is not there.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>References signatures are made for and policies may name.</summary>
    public IReadOnlyList<string> Identities { get; } =
        [.. Repositories.Select(repository => $"{Host}/{repository}:v1"), $"{Host}/alt/app:v2", $"{Host}/alt/app", "other.example/alt/app:v1", "docker.io/library/app:v1"];

    /// <summary>Scopes and prefixes that have to do with the names, or nearly.</summary>
    public IReadOnlyList<string> Scopes { get; } =
        ["", Host, $"{Host}/alt", $"{Host}/al", $"{Host}/alt/app", $"{Host}/alt/app:v1", $"{Host}/beta", "*.test.example", "*.example", "*.registry.test.example", "other.example", "other.example/alt", "docker.io/library"];

    /// <summary>Path of the registries.conf that leads from the name to the registry.</summary>
    public string RegistriesConf => Path.Combine(Home.Configuration, "registries.conf");

    /// <summary>Starts the registry and fills it.</summary>
    public static async Task<ImagePlace> CreateAsync()
    {
        var place = new ImagePlace();
        var address = $"127.0.0.1:{RunningProgram.FreePort()}";
        var configuration = place._directory.Combine("registry.yml");
        await File.WriteAllTextAsync(configuration, $"""
            version: 0.1
            log: {"{"}level: error, accesslog: {"{"}disabled: true{"}"}{"}"}
            storage: {"{"}filesystem: {"{"}rootdirectory: {place._directory.Combine("registry")}{"}"}{"}"}
            http: {"{"}addr: {address}{"}"}
            """);
        place._registry = await RunningProgram.StartAsync("docker-registry", ["serve", configuration], $"http://{address}/v2/");
        await File.WriteAllTextAsync(place.RegistriesConf, $"""
            [[registry]]
            prefix = "{Host}"
            location = "{address}"
            insecure = true
            """);
        TinyImage.Write(place._directory.Combine("image"), "decided by two");
        place.Digest = TinyImage.DigestOf(place._directory.Combine("image"));
        foreach (var name in Repositories.Select(repository => $"{repository}:v1").Append("alt/app:v2"))
            await place.Home.MustAsync("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", $"dir:{place._directory.Combine("image")}", $"docker://{address}/{name}");
        place.Names =
        [
            .. Repositories.Select(repository => $"{Host}/{repository}:v1"), .. Repositories.Select(repository => $"{Host}/{repository}@{place.Digest}"),
            $"{Host}/alt/app:v1", $"{Host}/alt/app:v2", $"{Host}/alt/app:none",
        ];
        return place;
    }

    /// <summary>The directory that a case may fill.</summary>
    public string DirectoryOf(int seed) => _directory.Combine("dirs", seed.ToString(System.Globalization.CultureInfo.InvariantCulture), "image");

    /// <summary>Lays a case out below a new directory; returns the path of its registries.d.</summary>
    public async Task<string> LayOutAsync(int seed, RandomCase question)
    {
        var work = _directory.Combine("cases", seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var registriesD = Directory.CreateDirectory(Path.Combine(work, "registries.d")).FullName;
        await File.WriteAllTextAsync(Path.Combine(work, "policy.json"), question.Policy);
        await File.WriteAllTextAsync(Path.Combine(registriesD, "case.yaml"), $"default-docker:\n  lookaside: file://{work}/lookaside\n");
        foreach (var store in question.Image.StartsWith("dir:", StringComparison.Ordinal) ? [CopyImage(seed)] : Stores(work))
        {
            Directory.CreateDirectory(store);
            foreach (var (index, signature) in question.Signatures.Index())
                await File.WriteAllBytesAsync(Path.Combine(store, $"signature-{index + 1}"), signature);
        }

        return registriesD;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        Home.Dispose();
        _directory.Dispose();
    }

    private IEnumerable<string> Stores(string work) =>
        Repositories.Select(repository => Path.Combine(work, "lookaside", $"{repository}@{Digest.Replace(':', '=')}"));

    private string CopyImage(int seed)
    {
        var target = Directory.CreateDirectory(DirectoryOf(seed)).FullName;
        foreach (var file in Directory.EnumerateFiles(_directory.Combine("image")))
            File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(file)), file);
        return target;
    }
}
