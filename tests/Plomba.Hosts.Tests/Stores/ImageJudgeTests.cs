using System.Text;
using Plomba.Files;
using Plomba.Hosts.Stores;
using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.Sigstore;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Hosts.Tests.Stores;

/// <summary>One judge for many stores: what it knows of one must not answer for another.</summary>
public sealed class ImageJudgeTests : IDisposable
{
    private const string Name = "registry.local/alt/alt:latest";

    private readonly TemporaryDirectory _directory = new();
    private readonly SigstoreSecretKey _key = SigstoreSecretKey.Create();

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_same_payload_with_another_signature_in_another_store_is_judged_anew(bool isGoodFirst)
    {
        Assert.True(Digest.TryParse(StoreWriter.DigestOf("content"), out var digest));
        var payload = Encoding.UTF8.GetBytes(
            $$$$"""{"critical":{"identity":{"docker-reference":"{{{{Name}}}}"},"image":{"docker-manifest-digest":"{{{{digest}}}}"},"type":"cosign container image signature"},"optional":null}""");
        var good = _key.SignPayload(payload);
        var bad = StoredSignature.Sigstore(good.MediaType!, payload, new Dictionary<string, string>(StringComparer.Ordinal) { ["dev.cosignproject.cosign/signature"] = "AAAA" });
        var policy = PolicyReader.Read(Encoding.UTF8.GetBytes(
            $$"""{"default":[{"type":"sigstoreSigned","keyData":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(_key.PublicKeyPem))}}"}]}""")).Policy!;
        var judge = new ImageJudge(policy, null, MachineFiles.Instance, TimeProvider.System);

        foreach (var isGood in new[] { isGoodFirst, !isGoodFirst })
        {
            var root = _directory.Combine($"{isGood}");
            var writer = new StoreWriter(root);
            writer.Add("content", [Name], StoredBlob.Write(isGood ? good : bad));
            writer.Save();
            var store = Assert.Single(ImageStore.Open(root, MachineFiles.Instance));
            Assert.Equal(isGood, judge.Judge(store, Assert.Single(store.Images)).IsAccepted);
        }
    }
}
