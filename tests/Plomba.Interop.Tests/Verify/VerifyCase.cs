using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>One question asked of skopeo and of plomba: may this image be used under this policy?</summary>
public sealed class VerifyCase
{
    private readonly SignedImages _images;
    private readonly string _configuration;
    private readonly string _store;

    internal VerifyCase(SignedImages images, string repository, string lookaside, string store, string configuration)
    {
        _images = images;
        _store = store;
        LookasideDirectory = lookaside;
        Repository = repository;
        _configuration = configuration;
        RegistriesD = Path.Combine(configuration, "registries.d");
        Policy = Path.Combine(configuration, "policy.json");
        Directory.CreateDirectory(RegistriesD);
        Lookaside($"file://{lookaside}");
    }

    /// <summary>Repository with its registry.</summary>
    public string Repository { get; }

    /// <summary>The image's full name with transport.</summary>
    public string Image => $"docker://{Repository}:v1";

    /// <summary>The directory of the lookaside.</summary>
    public string LookasideDirectory { get; }

    /// <summary>Path of policy.json.</summary>
    public string Policy { get; }

    /// <summary>Path of registries.d.</summary>
    public string RegistriesD { get; }

    /// <summary>Points to another lookaside.</summary>
    public void Lookaside(string url) => File.WriteAllText(Path.Combine(RegistriesD, "test.yaml"), $"default-docker:\n  lookaside: {url}\n");

    /// <summary>Lays a signature into the lookaside as <c>signature-N</c>, of the image or of another manifest.</summary>
    public async Task StoreAsync(int number, byte[] signature, string? digest = null)
    {
        var store = _store.Replace(_images.Digest.Replace(':', '='), (digest ?? _images.Digest).Replace(':', '='), StringComparison.Ordinal);
        Directory.CreateDirectory(store);
        await File.WriteAllBytesAsync(Path.Combine(store, $"signature-{number}"), signature);
    }

    /// <summary>Demands a signature by one of the keys; <paramref name="identity"/> is the JSON of a signedIdentity.</summary>
    public VerifyCase SignedBy(string key, string? identity = null)
    {
        var signedIdentity = identity is null ? "" : $", \"signedIdentity\": {identity}";
        return Require($$$"""{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "{{{_images.Key(key)}}}"{{{signedIdentity}}} }""");
    }

    /// <summary>Sets the requirements for the repository; the default rejects.</summary>
    public VerifyCase Require(string requirements)
    {
        File.WriteAllText(Policy, $$$$"""{"default": [{"type": "reject"}], "transports": {"docker": {"{{{{Repository}}}}": [{{{{requirements}}}}]}}}""");
        return this;
    }

    /// <summary>plomba's answer.</summary>
    public Task<ChildResult> PlombaAsync(params string[] more) => PlombaAsync(Image, more);

    /// <summary>plomba's answer about another name.</summary>
    public Task<ChildResult> PlombaAsync(string image, string[] more) => PlombaProgram.RunAsync(Arguments(image, more));

    /// <summary>plomba's answer in a changed environment.</summary>
    public Task<ChildResult> PlombaAsync(IReadOnlyDictionary<string, string?> environment) =>
        ChildProcess.RunAsync(PlombaProgram.Path, Arguments(Image, []), environment: environment);

    private string[] Arguments(string image, string[] more) =>
        ["verify", "--policy", Policy, "--registries.d", RegistriesD, "--tls-verify=false", .. more, image];

    /// <summary>skopeo's answer: its exit code and what stands after <c>Source image rejected: </c>, or its whole message.</summary>
    public async Task<(int ExitCode, string Reason)> SkopeoAsync(string? image = null, params string[] more)
    {
        var target = Path.Combine(_configuration, "out" + Guid.NewGuid().ToString("N"));
        var result = await _images.Home.RunAsync(
            "skopeo",
            ["--policy", Policy, "--registries.d", RegistriesD, .. more.Where(IsGlobal), "copy", "--src-tls-verify=false", .. more.Where(o => !IsGlobal(o)), image ?? Image, $"dir:{target}"]);
        const string Start = "level=fatal msg=\"";
        var at = result.Errors.IndexOf(Start, StringComparison.Ordinal);
        var message = at < 0 ? "" : result.Errors[(at + Start.Length)..].TrimEnd().TrimEnd('"').Replace("\\\"", "\"", StringComparison.Ordinal);
        var rejected = message.IndexOf("Source image rejected: ", StringComparison.Ordinal);
        return (result.ExitCode, rejected < 0 ? message : message[(rejected + "Source image rejected: ".Length)..]);
    }

    private static bool IsGlobal(string option) => option.StartsWith("--override-", StringComparison.Ordinal);
}
