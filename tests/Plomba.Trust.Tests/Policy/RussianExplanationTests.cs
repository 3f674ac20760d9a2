using System.Globalization;
using Plomba.Images;
using Plomba.Trust.Policy;
using static Plomba.Trust.Tests.Policy.ExplanationTests;

namespace Plomba.Trust.Tests.Policy;

/// <summary>What a person who reads Russian is told about each kind of refusal; the reference's messages stay as they are.</summary>
public sealed class RussianExplanationTests
{
    private const string Head = """
        docker://registry.local/alt/alt:latest: RESULT
          политика: /etc/containers/policy.json, docker "registry.local/alt"
          манифест: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a (linux/amd64)
          хранилище подписей: lookaside http://sigstore.local:81/sigstore/alt/alt (из /etc/containers/registries.d/plomba.yaml)

        """;

    private const string Claims = """
              ключ A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              имя "registry.local/alt/alt:latest"
              дайджест sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a

        """;

    [Fact]
    public void A_good_signature() => Check(
        () => Judge(SignedBy(), Signed("good", Name)), "принят",
        $"""
          требование 1 из 1: signedBy /keys/maker.pgp: выполнено
            подпись 1, simple-signing: принята
        {Claims}
        """);

    [Fact]
    public void No_signature() => Check(
        () => Judge(SignedBy()), "отвергнут",
        """
          требование 1 из 1: signedBy /keys/maker.pgp: не выполнено
          Source image rejected: A signature was required, but no signature exists
          что делать: Ни в одном хранилище нет подписи для sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a (lookaside http://sigstore.local:81/sigstore/alt/alt): попросите владельца образа подписать его.

        """);

    [Theory]
    [InlineData("Malformed", "повреждена", "Хранимая подпись повреждена: попросите подписать образ заново.")]
    [InlineData("UnknownKey", "неизвестный ключ", "Подпись сделана ключом, которого нет в требовании: сравните отпечатки и, если ключ сменился, добавьте новый в политику.")]
    [InlineData("BadSignature", "неверная подпись", "Подпись не отвечает тому, что она якобы подписывает: попросите подписать образ заново и выясните, кто менял хранилище.")]
    [InlineData("Expired", "срок истёк", "Срок подписи или ключа не настал или истёк: попросите подписать образ действующим ключом или разошлите продлённый ключ.")]
    [InlineData("Revoked", "отозван", "Ключ отозван: попросите подписать образ другим ключом из политики.")]
    [InlineData("Weak", "слабые алгоритмы", "Алгоритмы подписи больше ничего не доказывают: попросите подписать образ более стойким ключом.")]
    public void Each_cryptographic_reason(string result, string word, string hint) => Check(
        () => Judge(SignedBy(), Signed(result, Name)), "отвергнут",
        $"""
          требование 1 из 1: signedBy /keys/maker.pgp: не выполнено
            подпись 1, simple-signing: отвергнута ({word}): Invalid GPG signature: {result}
        {Claims}  Source image rejected: Invalid GPG signature: {result}
          что делать: {hint}

        """);

    [Fact]
    public void A_signature_for_another_name() => Check(
        () => Judge(SignedBy(), Signed("good", "other.example/x:1")), "отвергнут",
        """
          требование 1 из 1: signedBy /keys/maker.pgp: не выполнено
            подпись 1, simple-signing: отвергнута (имя): Signature for identity "other.example/x:1" is not accepted
              ключ A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              имя "other.example/x:1"
              дайджест sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
          Source image rejected: Signature for identity "other.example/x:1" is not accepted
          что делать: Подпись выдана на другое имя: подписывайте под тем именем, которым пользуются, или допустите другое имя через signedIdentity в политике.

        """);

    [Fact]
    public void A_signature_for_another_manifest() => Check(
        () => Judge(SignedBy(), StoredSignature.SimpleSigning(ScriptedMechanism.Good(Name, Digest.Sha256("x"u8)))), "отвергнут",
        """
          требование 1 из 1: signedBy /keys/maker.pgp: не выполнено
            подпись 1, simple-signing: отвергнута (дайджест): Signature for digest sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 does not match
              ключ A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              имя "registry.local/alt/alt:latest"
              дайджест sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
          Source image rejected: Signature for digest sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 does not match
          что делать: Подпись относится к другому манифесту: после подписания образ изменили или передвинули тег. Подпишите то, что есть сейчас, или берите подписанное по дайджесту.

        """);

    [Fact]
    public void A_key_file_without_keys() => Check(
        () => Judge(SignedBy("/keys/garbage.pgp"), Signed("good", Name)), "отвергнут",
        """
          требование 1 из 1: signedBy /keys/garbage.pgp: не выполнено
            подпись 1, simple-signing: отвергнута (ключ): No public keys imported
          Source image rejected: No public keys imported
          что делать: Восстановите файл ключа: /keys/garbage.pgp.

        """);

    [Fact]
    public void A_key_file_that_is_missing() => Check(
        () => Judge(SignedBy("/keys/none.pgp"), Signed("good", Name)), "не решено",
        """
          требование 1 из 1: signedBy /keys/none.pgp: не решено
            подпись 1, simple-signing: не решено (ключ): нет файла /keys/none.pgp
          Source image rejected: нет файла /keys/none.pgp
          что делать: Восстановите файл ключа: /keys/none.pgp.

        """);

    [Fact]
    public void A_signature_store_that_cannot_be_read() => Check(
        () => Judge(SignedBy(), SignatureListing.Failed("no answer", Store)), "не решено",
        """
          требование 1 из 1: signedBy /keys/maker.pgp: не решено
          Source image rejected: no answer
          что делать: Не удалось прочитать хранилище подписей (lookaside http://sigstore.local:81/sigstore/alt/alt): проверьте, что оно отвечает, и повторите.

        """);

    [Fact]
    public void A_policy_that_rejects() => Check(
        () => Judge([new Reject(), SignedBy()], SignatureListing.Of([Signed("good", Name)], Store)), "отвергнут",
        """
          требование 1 из 2: reject: не выполнено
          требование 2 из 2: signedBy /keys/maker.pgp: до него не дошло
          Source image rejected: Running image docker://registry.local/alt/alt:latest is rejected by policy.
          что делать: Область, которая охватывает этот образ, отвергает в ней всё.

        """);

    [Fact]
    public void What_is_accepted_without_a_signature_when_one_is_asked_for() => Check(
        () => Judge([new InsecureAcceptAnything()], SignatureListing.Of([], Store), requireSigned: true), "отвергнут",
        """
          требование 1 из 1: insecureAcceptAnything: выполнено
          Source image rejected: No signature verification policy found for image docker:registry.local/alt/alt:latest
          что делать: Политика принимает этот образ, не требуя подписи: задайте его области требование signedBy.

        """);

    private static void Check(Func<Verdict> judge, string result, string expected)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ru");
        Assert.Equal(Head.Replace("RESULT", result, StringComparison.Ordinal) + expected, VerdictText.Explain(judge()));
    }
}
