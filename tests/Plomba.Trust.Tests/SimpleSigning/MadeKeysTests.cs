using System.Text;
using Plomba.Files;
using Plomba.Trust.SimpleSigning;
using static Plomba.Trust.Tests.SimpleSigning.MadeKey;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>
/// Keyrings that no program makes, before gpgv, sqv and us: what gpgv refuses we refuse, what sqv refuses too but for what
/// stands here with its reason, and what is in order counts.
/// </summary>
public sealed class MadeKeysTests(ITestOutputHelper output)
{
    private const uint Then = 1_577_836_800; // 2020
    private const uint Later = Then + 86_400;
    private const uint Signed = Then + 10 * 86_400;
    private const uint Year = 365 * 86_400;
    private const uint Future = 2_208_988_800; // 2040
    private const string Alt = "Alt <alt@example.com>";

    private static readonly byte[] Content = Encoding.ASCII.GetBytes("{\"critical\":{}}\n");
    private static readonly MadeKey Primary = new(Then);
    private static readonly MadeKey Sub = new(Then);
    private static readonly MadeKey Other = new(Then);
    private static readonly Dictionary<string, Case> Cases = All().ToDictionary(c => c.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_gpgv_refuses_is_refused(string name)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpgv"), "gpgv is not installed");
        var (_, keys, signature, isGood, sequoia) = Cases[name];
        byte[] literal = Packet(11, [(byte)'b', 0, 0, 0, 0, 0, .. Content]);
        byte[] message = signature[0] == 4
            ? [.. Packet(4, [3, signature[1], signature[3], signature[2], 0, 0, 0, 0, 0, 0, 0, 0, 1]), .. literal, .. Packet(2, signature)]
            : [.. Packet(2, signature), .. literal];

        var ours = new OpenPgpMechanism(TimeProvider.System).Import([new KeySource("key", keys)]).Verify(message);
        var gpgv = await Gpgv.AcceptsAsync(keys, message);
        var sqv = ChildProcess.IsInstalled("sqv") ? await Gpgv.SequoiaAcceptsAsync(keys, Packet(2, signature), Content) : (bool?)null;
        output.WriteLine($"{name}: gpgv {gpgv}, sqv {sqv}, ours {ours.IsGood} {ours.Message}");

        Assert.Equal(isGood, ours.IsGood);
        Assert.True(gpgv || !ours.IsGood, "gpgv refuses");
        Assert.True(sqv is not false || !ours.IsGood || sequoia is not null, "sqv refuses");
    }

    private static IEnumerable<Case> All()
    {
        yield return Good("the primary key signs", Key(), By(Primary));
        yield return Good("a subkey bound both ways signs", Key(Bound()), By(Sub));
        yield return Good("the back signature is in the protected part", [.. Key(), .. Sub.AsSubkey, .. Packet(2, Primary.Sign(0x18, Primary.Over(Sub), Primary.Subpackets(Then, Flags(2), Embedded(Back()))))], By(Sub));
        yield return Bad("the subkey is not bound", [.. Key(), .. Sub.AsSubkey], By(Sub));
        yield return Bad("the subkey is bound by another key", [.. Key(), .. Sub.AsSubkey, .. Packet(2, Other.Sign(0x18, Primary.Over(Sub), Other.Subpackets(Then, Flags(2)), Embedded(Back())))], By(Sub));
        yield return Bad("the subkey is bound to another key", [.. Key(), .. Sub.AsSubkey, .. Packet(2, Primary.Sign(0x18, Other.Over(Sub), Primary.Subpackets(Then, Flags(2)), Embedded(Back())))], By(Sub));
        yield return Bad("there is no back signature", Key(Bound(back: [])), By(Sub));
        yield return Bad("the back signature is another key's", Key(Bound(back: Embedded(Other.Sign(0x19, Primary.Over(Sub), Other.Subpackets(Then))))), By(Sub));
        yield return Bad("the back signature is for another key", Key(Bound(back: Embedded(Sub.Sign(0x19, Other.Over(Sub), Sub.Subpackets(Then))))), By(Sub));
        yield return Bad("the back signature is over MD5", Key(Bound(back: Embedded(Back(hash: Md5)))), By(Sub));
        yield return Good("the back signature is over SHA-1", Key(Bound(back: Embedded(Back(hash: Sha1)))), By(Sub), "Sequoia takes no SHA-1 since 2023; podman does");
        yield return Bad("the back signature is of another type", Key(Bound(back: Embedded(Sub.Sign(0x18, Primary.Over(Sub), Sub.Subpackets(Then))))), By(Sub));
        yield return Bad("the back signature is damaged", Key(Bound(back: Embedded([.. Back()[..^1], 0]))), By(Sub));
        yield return Bad("the binding is over MD5", Key(Bound(hash: Md5)), By(Sub));
        yield return Good("the binding is over SHA-1", Key(Bound(hash: Sha1)), By(Sub), "Sequoia takes no SHA-1 since 2023; podman does");
        yield return Bad("the subkey is for encryption", Key(Bound(flags: Flags(0x0c))), By(Sub));
        yield return Bad("the subkey is for authentication", Key(Bound(flags: Flags(0x20))), By(Sub));
        yield return Bad("the subkey is for nothing", Key(Bound(flags: Flags(0))), By(Sub));
        yield return Bad("the subkey has expired", Key(Bound(more: KeyLifetime(Year))), By(Sub));
        yield return Bad("the binding itself has expired", Key(Bound(more: Lifetime(Year))), By(Sub));
        yield return Good("an expiry that is not protected does not count", Key([.. Sub.AsSubkey, .. Packet(2, Primary.Sign(0x18, Primary.Over(Sub), Primary.Subpackets(Then, Flags(2)), [.. Embedded(Back()), .. KeyLifetime(Year)]))]), By(Sub));
        yield return Bad("flags that are not protected do not count", Key([.. Sub.AsSubkey, .. Packet(2, Primary.Sign(0x18, Primary.Over(Sub), Primary.Subpackets(Then, Flags(4)), [.. Embedded(Back()), .. Flags(2)]))]), By(Sub));
        yield return Good("a newer binding extends", Key([.. Bound(more: KeyLifetime(Year)), .. Binding(Later)]), By(Sub));
        yield return Bad("a newer binding shortens", Key([.. Bound(), .. Binding(Later, KeyLifetime(Year))]), By(Sub));
        yield return Bad("a newer binding shortens, and stands first", Key([.. Sub.AsSubkey, .. Binding(Later, KeyLifetime(Year)), .. Binding(Then)]), By(Sub));
        yield return Bad("a newer binding takes the right to sign away", Key([.. Bound(), .. Binding(Later, Flags(4))]), By(Sub));
        yield return Bad("the binding is from the future", Key([.. Sub.AsSubkey, .. Binding(Future)]), By(Sub));
        yield return Bad("the binding is older than its subkey", Key([.. new MadeKey(Later) is var young ? young.AsSubkey : [], .. Packet(2, Primary.Sign(0x18, Primary.Over(young), Primary.Subpackets(Then, Flags(2)), Embedded(young.Sign(0x19, Primary.Over(young), young.Subpackets(Then)))))]), By(young));
        yield return Bad("the subkey is revoked", Key([.. Bound(), .. Revocation(0x28, Primary.Over(Sub))]), By(Sub));
        yield return Bad("the subkey was revoked before it was bound anew", Key([.. Bound(), .. Revocation(0x28, Primary.Over(Sub)), .. Binding(Future - Year * 15)]), By(Sub));
        yield return Bad("the subkey is revoked over SHA-1", Key([.. Bound(), .. Revocation(0x28, Primary.Over(Sub), Sha1)]), By(Sub));
        yield return Good("another key revokes the subkey", Key([.. Bound(), .. Packet(2, Other.Sign(0x28, Primary.Over(Sub), Other.Subpackets(Later)))]), By(Sub));
        yield return Bad("the subkey is younger than the signature", Key([.. young.AsSubkey, .. Packet(2, Primary.Sign(0x18, Primary.Over(young), Primary.Subpackets(Later, Flags(2)), Embedded(young.Sign(0x19, Primary.Over(young), young.Subpackets(Later)))))]), By(young, Then));
        yield return Bad("the binding has a critical notation", Key([.. Sub.AsSubkey, .. Binding(Then, Notation("x@example.com", isCritical: true))]), By(Sub));
        yield return Bad("the binding has an unknown critical subpacket", Key([.. Sub.AsSubkey, .. Binding(Then, Subpacket(100, [1], isCritical: true))]), By(Sub));

        yield return Bad("the primary key only certifies", Named(Flags(1)), By(Primary));
        yield return Good("the primary key has no flags", Named([]), By(Primary), "Sequoia wants flags");
        yield return Bad("the primary key has empty flags", Named(Flags(0)), By(Primary));
        yield return Bad("the primary key has expired", Named([.. Flags(3), .. KeyLifetime(Year)]), By(Primary));
        yield return Bad("the primary key of a subkey has expired", [.. Named([.. Flags(3), .. KeyLifetime(Year)]), .. Bound()], By(Sub));
        yield return Good("a newer self-signature extends the key", [.. Named([.. Flags(3), .. KeyLifetime(Year)]), .. Self(Later, Flags(3))], By(Primary));
        yield return Bad("a newer self-signature shortens the key", [.. Key(), .. Self(Later, [.. Flags(3), .. KeyLifetime(Year)])], By(Primary));
        yield return Bad("a newer self-signature takes the right to sign away", [.. Key(), .. Self(Later, Flags(1))], By(Primary));
        yield return Bad("the only self-signature has expired", Named([.. Flags(3), .. Lifetime(Year)]), By(Primary));
        yield return Bad("the only self-signature is from the future", [.. Primary.AsPrimary, .. Primary.Name(Alt, Future)], By(Primary));
        yield return Bad("the only self-signature is over MD5", [.. Primary.AsPrimary, .. Primary.Name(Alt, Then, hash: Md5)], By(Primary));
        yield return Good("the only self-signature is over SHA-1", [.. Primary.AsPrimary, .. Primary.Name(Alt, Then, hash: Sha1)], By(Primary), "Sequoia takes no SHA-1 since 2023; podman does");
        yield return Bad("the self-signature has a critical notation", Named([.. Flags(3), .. Notation("x@example.com", isCritical: true)]), By(Primary));
        yield return Good("the self-signature has a notation", Named([.. Flags(3), .. Notation("x@example.com")]), By(Primary));
        yield return Bad("the self-signature has an unknown critical subpacket", Named([.. Flags(3), .. Subpacket(100, [1], isCritical: true)]), By(Primary));
        yield return Bad("the only name is vouched for by another key", [.. Primary.AsPrimary, .. Packet(13, Encoding.UTF8.GetBytes(Alt)), .. Packet(2, Other.Sign(0x13, Primary.OverName(Encoding.UTF8.GetBytes(Alt)), Other.Subpackets(Then, Flags(3))))], By(Primary));
        yield return Bad("there is no name", Primary.AsPrimary, By(Primary));
        yield return Bad("there is no name, but a direct-key signature", [.. Primary.AsPrimary, .. Direct(Flags(3))], By(Primary));
        yield return Bad("the only name is revoked", [.. Key(), .. NameRevocation(Later)], By(Primary));
        yield return Good("the name is revoked and vouched for again", [.. Key(), .. NameRevocation(Later), .. Self(Later + 1, Flags(3))], By(Primary), "Sequoia keeps a revoked name revoked");
        yield return Good("one of two names is revoked", [.. Key(), .. NameRevocation(Later), .. Primary.Name("Other <other@example.com>", Then)], By(Primary));
        yield return Bad("a direct-key signature expires the key", [.. Primary.AsPrimary, .. Direct([.. Flags(3), .. KeyLifetime(Year)]), .. Primary.Name(Alt, Then)], By(Primary));
        for (byte type = 0x10; type <= 0x13; type++)
            yield return Good($"the name is vouched for with type {type:x}", [.. Primary.AsPrimary, .. Primary.Name(Alt, Then, type: type)], By(Primary));

        foreach (var reason in (byte[])[0, 1, 2, 3])
            yield return Bad($"the key is revoked for reason {reason}", [.. Primary.AsPrimary, .. Revocation(0x20, Primary.Hashed, more: Subpacket(29, [reason])), .. Primary.Name(Alt, Then)], By(Primary));
        yield return Bad("the key is revoked after the signature", [.. Primary.AsPrimary, .. Revocation(0x20, Primary.Hashed, at: Signed + Year, more: Subpacket(29, [1])), .. Primary.Name(Alt, Then)], By(Primary));
        yield return Bad("the key is revoked over SHA-1", [.. Primary.AsPrimary, .. Revocation(0x20, Primary.Hashed, Sha1), .. Primary.Name(Alt, Then)], By(Primary));
        yield return Bad("the primary key of a subkey is revoked", [.. Primary.AsPrimary, .. Revocation(0x20, Primary.Hashed), .. Primary.Name(Alt, Then), .. Bound()], By(Sub));
        yield return Good("another key revokes it", [.. Primary.AsPrimary, .. Packet(2, Other.Sign(0x20, Primary.Hashed, Other.Subpackets(Later))), .. Primary.Name(Alt, Then)], By(Primary));
        foreach (var isSensitive in (bool[])[false, true])
        {
            var named = Subpacket(12, [(byte)(isSensitive ? 0xc0 : 0x80), 1, .. Other.Fingerprint]);
            byte[] revoked = [.. Primary.AsPrimary, .. Packet(2, Other.Sign(0x20, Primary.Hashed, Other.Subpackets(Later))), .. Direct(named), .. Primary.Name(Alt, Then)];
            yield return Bad($"the revoker it named revokes it, sensitive: {isSensitive}", revoked, By(Primary));
            yield return Bad($"the revoker it named revokes it and is there, sensitive: {isSensitive}", [.. revoked, .. Other.AsPrimary, .. Other.Name("Other", Then)], By(Primary));
        }

        yield return Good("the signature is from the future", Key(), By(Primary, Future), "Sequoia takes none from the future; podman does");
        yield return Bad("the signature has expired", Key(), By(Primary, more: Lifetime(86_400)));
        yield return Good("the signature expires with nothing", Key(), By(Primary, more: Lifetime(0)));
        yield return Bad("the signature is older than its key", Key(), By(Primary, Then - 1));
        yield return Bad("the signature has an unknown critical subpacket", Key(), By(Primary, more: Subpacket(100, [1], isCritical: true)));
        yield return Good("the signature has an unknown subpacket", Key(), By(Primary, more: Subpacket(100, [1])));
        yield return Bad("the signature has a critical notation", Key(), By(Primary, more: Notation("x@example.com", isCritical: true)));
        yield return Good("the signature has a notation", Key(), By(Primary, more: Notation("x@example.com")));
        yield return Bad("the signature has no date", Key(), Primary.Sign(0, Content, Subpacket(33, [4, .. Primary.Fingerprint])));
        yield return Bad("the signature has its date where it is not protected", Key(), Primary.Sign(0, Content, Subpacket(33, [4, .. Primary.Fingerprint]), Subpacket(2, Number(Signed))));
        yield return Good("the issuer is where it is not protected", Key(), Primary.Sign(0, Content, Subpacket(2, Number(Signed)), Subpacket(16, Primary.Fingerprint[^8..])));
        yield return Bad("the issuer is another key", Key(), Primary.Sign(0, Content, [.. Subpacket(2, Number(Signed)), .. Subpacket(16, Other.Fingerprint[^8..])]));
        yield return Bad("the issuer is named by its fingerprint alone", Key(), Primary.Sign(0, Content, [.. Subpacket(2, Number(Signed)), .. Subpacket(33, [4, .. Primary.Fingerprint])]));
        yield return Bad("the issuer's key id is another key's", Key(), Primary.Sign(0, Content, [.. Subpacket(2, Number(Signed)), .. Subpacket(33, [4, .. Primary.Fingerprint]), .. Subpacket(16, Other.Fingerprint[^8..])]));
        yield return Bad("the issuer's fingerprint is another key's", Key(), Primary.Sign(0, Content, [.. Subpacket(2, Number(Signed)), .. Subpacket(33, [4, .. Other.Fingerprint]), .. Subpacket(16, Primary.Fingerprint[^8..])]));
        foreach (var type in (byte[])[2, 0x10, 0x13, 0x18, 0x1f, 0x20, 0x40, 0x50, 0x7f])
            yield return Bad($"the signature is of type {type:x}", Key(), Primary.Sign(type, Content, Primary.Subpackets(Signed)));
        yield return Bad("the signature is over MD5", Key(), By(Primary, hash: Md5));
        yield return Bad("the signature is over SHA-1", Key(), By(Primary, hash: Sha1));
        yield return Good("the signature is over SHA-512", Key(), By(Primary, hash: Sha512));
        yield return Good("the signature is of version 3", Key(), Primary.SignOld(Content, Signed), "Sequoia wants a newer version");
        yield return Bad("the signature is of version 3 over SHA-1", Key(), Primary.SignOld(Content, Signed, Sha1));
        foreach (var version in (byte[])[2, 5, 6])
            yield return Bad($"the signature says it is of version {version}", Key(), [version, .. By(Primary)[1..]]);
        foreach (var version in (byte[])[2, 3, 5, 6])
        {
            var odd = new MadeKey(Then, version: version);
            yield return Bad($"the key says it is of version {version}", [.. odd.AsPrimary, .. odd.Name(Alt, Then)], By(odd));
        }

        foreach (var (bits, algorithm, isGood) in ((int, byte, bool)[])[(1024, 1, false), (3072, 1, true), (2048, 3, true), (2048, 2, false), (2048, 27, false), (2048, 99, false)])
        {
            var odd = new MadeKey(Then, bits, algorithm: algorithm);
            yield return new Case($"an RSA key of {bits} bits says it is algorithm {algorithm}", [.. odd.AsPrimary, .. odd.Name(Alt, Then)], By(odd), isGood, null);
        }

        var future = new MadeKey(Future);
        yield return Bad("the key is from the future", [.. future.AsPrimary, .. future.Name(Alt, Future)], By(future, Future));
    }

    private static byte[] Key(byte[]? more = null) => [.. Primary.AsPrimary, .. Primary.Name(Alt, Then), .. more ?? []];

    private static byte[] Named(byte[] more) => [.. Primary.AsPrimary, .. Primary.Name(Alt, Then, more)];

    private static byte[] Self(uint at, byte[] more) => Packet(2, Primary.Sign(0x13, Primary.OverName(Encoding.UTF8.GetBytes(Alt)), Primary.Subpackets(at, more)));

    private static byte[] NameRevocation(uint at) => Packet(2, Primary.Sign(0x30, Primary.OverName(Encoding.UTF8.GetBytes(Alt)), Primary.Subpackets(at)));

    private static byte[] Direct(byte[] more) => Packet(2, Primary.Sign(0x1f, Primary.Hashed, Primary.Subpackets(Then, more)));

    private static byte[] Revocation(byte type, byte[] over, byte hash = Sha256, uint at = Later, byte[]? more = null) => Packet(2, Primary.Sign(type, over, Primary.Subpackets(at, more ?? []), hash: hash));

    private static byte[] Back(byte hash = Sha256) => Sub.Sign(0x19, Primary.Over(Sub), Sub.Subpackets(Then), hash: hash);

    private static byte[] Bound(byte[]? flags = null, byte[]? more = null, byte[]? back = null, byte hash = Sha256) =>
        [.. Sub.AsSubkey, .. Packet(2, Primary.Sign(0x18, Primary.Over(Sub), Primary.Subpackets(Then, flags ?? Flags(2), more ?? []), back ?? Embedded(Back()), hash))];

    // The flags that come with it count, else it may sign.
    private static byte[] Binding(uint at, params byte[][] more) => Packet(2, Primary.Sign(
        0x18, Primary.Over(Sub), Primary.Subpackets(at, [.. more.Any(m => m is [_, 27, ..]) ? Array.Empty<byte[]>() : [Flags(2)], .. more]), Embedded(Back())));

    private static byte[] By(MadeKey key, uint at = Signed, byte[]? more = null, byte hash = Sha256) => key.Sign(0, Content, key.Subpackets(at, more ?? []), hash: hash);

    private static Case Good(string name, byte[] keys, byte[] signature, string? sequoia = null) => new(name, keys, signature, true, sequoia);

    private static Case Bad(string name, byte[] keys, byte[] signature) => new(name, keys, signature, false, null);

    // Sequoia: why sqv refuses what we accept.
    private sealed record Case(string Name, byte[] Keys, byte[] Signature, bool IsGood, string? Sequoia);
}
