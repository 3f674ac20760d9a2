using System.Text;
using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Testing;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.Policy;

/// <summary>The installed skopeo beside this evaluator, on the same policies, keys, images and signatures.</summary>
public sealed partial class SkopeoAgreesTests
{
    private const string Identity = "example.com/app:1";

    [Fact]
    public async Task Skopeo_gives_the_same_answer_for_every_policy_and_set_of_signatures()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        using var directory = new TemporaryDirectory();
        await using var gpg = new GpgHome();
        using var home = new ContainersHome(gpg.Path);
        var (anna, boris) = (await gpg.CreateKeyAsync("Anna <anna@example.com>"), await gpg.CreateKeyAsync("Boris <boris@example.com>", "ed25519"));
        await File.WriteAllBytesAsync(directory.Combine("anna.pgp"), await gpg.ExportAsync(anna));
        await File.WriteAllBytesAsync(directory.Combine("boris.pgp"), await gpg.ExportAsync(boris));
        await File.WriteAllTextAsync(directory.Combine("garbage.pgp"), "garbage");

        var image = directory.Combine("image");
        Directory.CreateDirectory(image);
        TinyImage.Write(image, "content");
        var manifest = await File.ReadAllBytesAsync(Path.Combine(image, "manifest.json"));
        var digest = Digest.Sha256(manifest);
        var good = await Sign(gpg, anna, digest, Identity);
        var bad = (byte[])good.Clone();
        bad[^20] ^= 0x40;
        (string Name, byte[][] Blobs)[] signatures =
        [
            ("none", []),
            ("by Anna", [good]),
            ("by Boris", [await Sign(gpg, boris, digest, Identity)]),
            ("for another digest", [await Sign(gpg, anna, Digest.Sha256("x"u8), Identity)]),
            ("for another name", [await Sign(gpg, anna, digest, "example.com/other:1")]),
            ("changed", [bad]),
            ("wrong digest first, then good", [await Sign(gpg, anna, Digest.Sha256("x"u8), Identity), good]),
            ("wrong twice", [await Sign(gpg, anna, Digest.Sha256("x"u8), Identity), await Sign(gpg, anna, digest, "example.com/other:1")]),
            ("good, then a web page", [good, "<html>"u8.ToArray()]),
        ];

        var differences = new List<string>();
        foreach (var (name, blobs) in signatures)
        {
            foreach (var old in Directory.EnumerateFiles(image, "signature-*"))
                File.Delete(old);
            for (var i = 0; i < blobs.Length; i++)
                await File.WriteAllBytesAsync(Path.Combine(image, $"signature-{i + 1}"), blobs[i]);
            foreach (var policy in Policies(directory))
            {
                var ours = Ours(policy, image, manifest, blobs);
                var theirs = await Skopeo(home, directory, policy, image);
                if (!IsSame(ours, theirs))
                    differences.Add($"{name}, {Encoding.UTF8.GetString(PolicyWriter.Write(policy)).ReplaceLineEndings("")}: we say {ours ?? "accepted"}, skopeo {theirs ?? "accepted"}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static IEnumerable<SignaturePolicy> Policies(TemporaryDirectory directory)
    {
        var annas = KeyMaterial.Path(directory.Combine("anna.pgp"));
        var boriss = KeyMaterial.Path(directory.Combine("boris.pgp"));
        var identity = new ExactReference(Identity);
        var byAnna = new SignedBy(SignedByKeyType.GpgKeys, annas, identity);
        var byBoris = new SignedBy(SignedByKeyType.GpgKeys, boriss, identity);
        yield return SignaturePolicy.Of(new InsecureAcceptAnything());
        yield return SignaturePolicy.Of(new Reject());
        yield return SignaturePolicy.Of(byAnna);
        yield return SignaturePolicy.Of(byAnna, byBoris);
        yield return SignaturePolicy.Of(byAnna, new Reject());
        yield return SignaturePolicy.Of(new SignedBy(SignedByKeyType.GpgKeys, annas));
        yield return SignaturePolicy.Of(new SignedBy(SignedByKeyType.GpgKeys, annas, new ExactRepository("example.com/app")));
        yield return SignaturePolicy.Of(new SignedBy(SignedByKeyType.GpgKeys, KeyMaterial.Paths([.. annas.Files, .. boriss.Files]), identity));
        yield return SignaturePolicy.Of(new SignedBy(SignedByKeyType.GpgKeys, KeyMaterial.Path(directory.Combine("garbage.pgp")), identity));
        yield return SignaturePolicy.Of(new SignedBy(SignedByKeyType.GpgKeys, KeyMaterial.Path(directory.Combine("missing.pgp")), identity));
        yield return SignaturePolicy.Of(new SignedBy(SignedByKeyType.X509Certificates, annas, identity));
        yield return SignaturePolicy.Of(new Reject()).With("dir", directory.Path, byBoris);
        yield return SignaturePolicy.Of(new Reject()).With("dir", directory.Combine("image"), byAnna).With("dir", "", new Reject());
        yield return SignaturePolicy.Of(new InsecureAcceptAnything()).With("docker", "", new Reject());
    }

    // Null: accepted.
    private static string? Ours(SignaturePolicy policy, string image, byte[] manifest, byte[][] blobs)
    {
        Assert.True(ImageName.TryParse($"dir:{image}", new TransportEnvironment(RealPath.TryResolve, StoreLocation.System), out var name, out _));
        var listing = SignatureListing.OfBlobs(blobs.Select((b, i) => ($"{image}/signature-{i + 1}", (ReadOnlyMemory<byte>)b)));
        var verdict = new PolicyEvaluator(new OpenPgpMechanism(TimeProvider.System), MachineFiles.Instance, TimeProvider.System)
            .Evaluate(PolicyChoice.For(policy, name), new EvaluatedImage(name, manifest, listing));
        return verdict.Message;
    }

    private static async Task<string?> Skopeo(ContainersHome home, TemporaryDirectory directory, SignaturePolicy policy, string image)
    {
        var file = directory.Combine("policy.json");
        await File.WriteAllBytesAsync(file, PolicyWriter.Write(policy));
        var target = directory.Combine("copy");
        var result = await home.RunAsync("skopeo", "--policy", file, "copy", "--remove-signatures", $"dir:{image}", $"dir:{target}");
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        if (result.ExitCode == 0)
            return null;
        var message = FatalMessage().Match(result.Errors).Groups["text"].Value;
        return message.Replace("\\\"", "\"", StringComparison.Ordinal);
    }

    // What gpgme says about a wrong signature is its own text; older versions do not quote identities.
    private static bool IsSame(string? ours, string? theirs) =>
        ours == theirs
        || (ours is not null && theirs is not null && Before(ours) == Before(theirs));

    private static string Before(string message) =>
        message.Split("Invalid GPG signature")[0].Replace("\"", "", StringComparison.Ordinal);

    private static Task<byte[]> Sign(GpgHome gpg, string key, Digest digest, string identity) =>
        gpg.SignAsync(new SignedPayload(digest, identity, "test", 1).Write(), key, at: null, "--compress-algo", "none");

    [GeneratedRegex("level=fatal msg=\"?(?<text>.*?)\"?\\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FatalMessage();
}
