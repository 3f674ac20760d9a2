using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Adopting;

/// <summary>
/// The recipe's deployment, made by hand in a directory tree: accounts, group-writable keys and signature tree, linked and
/// dated policy, <c>default-docker</c>, hosts lines, a unit tied to one container, a web server's file, a maker's home.
/// </summary>
internal sealed class HandMadeDeployment : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new(prefix: "handmade");

    private HandMadeDeployment(string registry, string lookaside, int webPort) => (Registry, Lookaside, WebPort) = (registry, lookaside, webPort);

    /// <summary>What users type.</summary>
    public string Registry { get; }

    /// <summary>The URL of signatures that clients have.</summary>
    public string Lookaside { get; }

    public int WebPort { get; }

    public GpgHome Gpg { get; } = new();

    /// <summary>The fingerprint of the key of <c>imagemaker</c>.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The fingerprint of the key of <c>imagemaker2</c>.</summary>
    public string OtherKey { get; private set; } = "";

    public string Root => directory.Combine("root");

    public string To => directory.Combine("new");

    public string SiteFile => Path.Combine(To, "site.toml");

    /// <summary>A path below the root of the old machine.</summary>
    public string Old(string path) => Path.Combine(Root, path);

    public string Combine(params string[] parts) => directory.Combine(parts);

    public static async Task<HandMadeDeployment> CreateAsync(string registry = "registry.local", string lookaside = "http://sigstore.local:81/sigstore/", int webPort = 81)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg") && ChildProcess.IsInstalled("skopeo"), "gpg and skopeo are not installed");
        Assert.SkipUnless(Environment.UserName == "root", "a machine's files belong to root");
        var deployment = new HandMadeDeployment(registry, lookaside, webPort);
        try
        {
            await deployment.BuildAsync();
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a file of the old machine.</summary>
    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Old(path))!);
        File.WriteAllText(Old(path), content);
    }

    /// <summary>The system's policy: <paramref name="scopes"/> below <c>docker</c>.</summary>
    public void Policy(string scopes, string @default = "reject") => Write(
        "etc/containers/policy_2024-01-01_00:00:00",
        $$$"""{"default":[{"type":"{{{@default}}}"}],"transports":{"docker":{ {{{scopes}}} } } }""");

    /// <summary>One rule of the policy.</summary>
    public static string Rule(string scope, params string[] keys) =>
        $"\"{scope}\":[{string.Join(',', keys.Select(k => $$"""{"type":"signedBy","keyType":"GPGKeys","keyPath":"/var/sigstore/keys/{{k}}"}"""))}]";

    /// <summary>Signs a manifest into the shared tree as podman of a maker does; returns the file.</summary>
    public async Task<string> SignAsync(string repository, string manifestFile, string key, int owner = 1001, string tag = "latest")
    {
        var digest = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(manifestFile)))}";
        var file = Old($"var/sigstore/sigstore/{repository}@{digest.Replace(':', '=')}/signature-1");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await MustAsync("env", $"GNUPGHOME={Gpg.Path}", "skopeo", "standalone-sign", "-o", file, manifestFile, $"{Registry}/{repository}:{tag}", key);
        await MustAsync("chown", "-R", $"{owner}:1000", Old($"var/sigstore/sigstore/{repository.Split('/')[0]}"));
        return file;
    }

    /// <summary>An image layout; returns its manifest.</summary>
    public string Image(string name, string content)
    {
        TinyImage.Write(directory.Combine(name), content);
        return directory.Combine(name, "manifest.json");
    }

    /// <summary><c>plomba site adopt</c> with all keys confirmed.</summary>
    public Task<ChildResult> AdoptAsync(params string[] more) =>
        Deployment.PlombaAsync(["site", "adopt", "--root", Root, "--to", To, "--fingerprint", Key, "--fingerprint", OtherKey, .. more]);

    /// <summary>The findings of a run, as <c>severity code</c>.</summary>
    public async Task<List<(string What, string Place, string Text)>> FindingsAsync()
    {
        using var report = JsonDocument.Parse((await AdoptAsync("--output", "json")).Text);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(f => (
            $"{f.GetProperty("severity").GetString()} {f.GetProperty("code").GetString()}", f.GetProperty("place").GetString()!, f.GetProperty("text").GetString()!))];
    }

    /// <summary>Everything about every file of the old machine, to see that nothing changed.</summary>
    public async Task<string> FilesAsync() =>
        (await MustAsync("find", Root, "-printf", "%p %y %m %U:%G %s %T@ %l\\n")).Text;

    public async ValueTask DisposeAsync()
    {
        await Gpg.DisposeAsync();
        directory.Dispose();
    }

    private async Task BuildAsync()
    {
        Key = await Gpg.CreateKeyAsync("Images Developer <images@example.org>", "ed25519");
        OtherKey = await Gpg.CreateKeyAsync("Second Developer <second@example.org>", "ed25519");
        Write("etc/passwd", """
            root:x:0:0::/root:/bin/bash
            imagemaker:x:1001:1000::/home/imagemaker:/bin/bash
            imagemaker2:x:1002:1000::/home/imagemaker2:/bin/bash
            user:x:1003:1000::/home/user:/bin/bash

            """);
        Write("etc/group", "root:x:0:\nwheel:x:10:imagemaker\npodman:x:1000:\npodman_dev:x:1010:imagemaker,imagemaker2\n");
        Write("etc/hosts", "127.0.0.1 localhost\n192.0.2.10 registry.local sigstore.local # the recipe\n192.0.2.66 registry.local.evil.org\n");
        Policy($"{Rule($"{Registry}/alt", "imagemaker.pgp")},{Rule($"{Registry}/beta", "imagemaker2.pgp")}");
        File.CreateSymbolicLink(Old("etc/containers/policy.json"), "policy_2024-01-01_00:00:00");
        Write("etc/containers/registries.d/default.yaml", $"default-docker:\n  lookaside: {Lookaside}\n  sigstore: {Lookaside}\n");
        Write("etc/containers/registries.conf", $"[[registry]]\nlocation = \"{Registry}\"\ninsecure = true\n");
        Write("etc/crio/crio.conf.d/00-default.conf", $"[crio.image]\ninsecure_registries = [\"{Registry}\"]\n");
        Write("usr/lib/systemd/system/registry.service", """
            [Service]
            ExecStart=/usr/bin/podman start 0123456789ab
            ExecStop=/usr/bin/podman stop registry
            # podman run -d -p 80:5000 -v registry:/var/lib/registry registry:2

            """);
        Write("etc/nginx/sites-enabled.d/sigstore.conf", $"server {{\n  listen 0.0.0.0:{WebPort};\n  server_name sigstore.local;\n  location / {{ root /var/sigstore; }}\n}}\n");
        Write("var/lib/containers/storage/volumes/registry/_data/docker/registry/v2/repositories/alt/alt/_manifests/x", new string('x', 3 << 20));
        Directory.CreateDirectory(Old("var/sigstore/sigstore"));
        Directory.CreateDirectory(Old("var/sigstore/keys"));
        await File.WriteAllBytesAsync(Old("var/sigstore/keys/imagemaker.pgp"), await Gpg.ExportAsync(Key));
        await File.WriteAllBytesAsync(Old("var/sigstore/keys/imagemaker2.pgp"), await Gpg.ExportAsync(OtherKey));
        Write("home/imagemaker/.config/containers/policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        Write("home/imagemaker/.config/containers/registries.d/default.yaml", $"default-docker:\n  lookaside: {Lookaside}\n  lookaside-staging: file:///var/sigstore/sigstore/\n");
        await MustAsync("chmod", "0775", Old("var/sigstore/sigstore"), Old("var/sigstore/keys"));
        await MustAsync("chown", "0:1010", Old("var/sigstore/sigstore"), Old("var/sigstore/keys"));
        await MustAsync("chown", "-R", "1001:1000", Old("home/imagemaker"));
    }

    internal static async Task<ChildResult> MustAsync(string program, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(program, arguments);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException($"{program}: exit {result.ExitCode}: {result.Errors}");
    }
}
