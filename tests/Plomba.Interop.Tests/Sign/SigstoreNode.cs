using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary>The sigstore libraries for Node, installed once below <c>artifacts</c>.</summary>
internal static class SigstoreNode
{
    private static readonly string Folder = Path.Combine(PlombaProgram.Repository, "artifacts", "npm", "sigstore");

    private static readonly Lazy<Task<string?>> Ready = new(InstallAsync);

    private const string Script = """
        const fs = require('fs');
        const crypto = require('crypto');
        const { bundleFromJSON, bundleToJSON, assertBundleLatest } = require('@sigstore/bundle');
        const { toSignedEntity, toTrustMaterial, Verifier } = require('@sigstore/verify');
        const { DSSEBundleBuilder, MessageSignatureBundleBuilder } = require('@sigstore/sign');
        const [, , what, file, key, out] = process.argv;
        const spki = key => key.export({ type: 'spki', format: 'der' });
        const hintOf = key => crypto.createHash('sha256').update(spki(key)).digest('base64');
        (async () => {
          if (what === 'verify') {
            const bundle = bundleFromJSON(JSON.parse(fs.readFileSync(file)));
            assertBundleLatest(bundle);
            const publicKey = crypto.createPublicKey(fs.readFileSync(key));
            const trust = toTrustMaterial({ certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] }, { [hintOf(publicKey)]: { rawBytes: spki(publicKey) } });
            new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
            return;
          }
          const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
          fs.writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
          const signer = { sign: async data => ({ signature: crypto.sign('sha256', data, privateKey), key: { $case: 'publicKey', hint: hintOf(publicKey), publicKey: '' } }) };
          const Builder = what === 'message' ? MessageSignatureBundleBuilder : DSSEBundleBuilder;
          const bundle = await new Builder({ signer, witnesses: [] }).create({ data: fs.readFileSync(file), type: 'application/vnd.in-toto+json' });
          fs.writeFileSync(out, JSON.stringify(bundleToJSON(bundle)));
        })().catch(e => { console.error(String(e)); process.exit(1); });
        """;

    /// <summary>Skips the test when the libraries cannot be had.</summary>
    public static async Task RequireAsync()
    {
        foreach (var tool in new[] { "node", "npm" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        var problem = await Ready.Value;
        Assert.SkipUnless(problem is null, $"npm does not install the sigstore libraries: {problem}");
    }

    /// <summary>Whether <c>@sigstore/verify</c> accepts a bundle by a key; null, or what it says.</summary>
    public static async Task<string?> VerifyAsync(string bundle, string publicKey)
    {
        var result = await RunAsync("verify", bundle, publicKey);
        return result.ExitCode == 0 ? null : result.Errors;
    }

    /// <summary>Signs with a new key through <c>@sigstore/sign</c>: <c>dsse</c> a statement, <c>message</c> a file.</summary>
    public static async Task SignAsync(string kind, string file, string publicKey, string bundle)
    {
        var result = await RunAsync(kind, file, publicKey, bundle);
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    private static Task<ChildResult> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync("node", [Path.Combine(Folder, "oracle.cjs"), .. arguments]);

    private static async Task<string?> InstallAsync()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "oracle.cjs"), Script);
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "@sigstore", "verify")))
            return null;
        await File.WriteAllTextAsync(Path.Combine(Folder, "package.json"), JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["name"] = "oracle",
            ["private"] = true,
        }));
        var result = await ChildProcess.RunAsync(
            "npm", ["install", "--prefix", Folder, "--no-audit", "--no-fund", "--ignore-scripts", "@sigstore/bundle@4", "@sigstore/sign@4", "@sigstore/verify@3"]);
        return result.ExitCode == 0 ? null : result.Errors;
    }
}
