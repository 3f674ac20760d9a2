using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plomba.Interop.Tests.Differential;

/// <summary>One random question: an image, what is stored as its signatures, and a policy. The seed makes it again.</summary>
/// <param name="Image">With transport.</param>
/// <param name="Policy">policy.json.</param>
/// <param name="Signatures">Stored blobs in order.</param>
internal sealed record RandomCase(string Image, string Policy, IReadOnlyList<byte[]> Signatures);

/// <summary>Makes random questions that are near the border: most names, keys and scopes have to do with each other.</summary>
/// <param name="pool">Keys and signatures.</param>
/// <param name="place">Where images are.</param>
internal sealed class RandomCases(SignaturePool pool, ImagePlace place)
{
    /// <summary>The case of that seed, always the same.</summary>
    public RandomCase Make(int seed)
    {
        var random = new Random(seed);
        var isDirectory = random.Next(4) == 0;
        var image = isDirectory ? $"dir:{place.DirectoryOf(seed)}" : $"docker://{Pick(random, place.Names)}";
        var signatures = Enumerable.Range(0, Pick(random, [0, 1, 1, 1, 1, 2, 2, 3])).Select(_ => Signature(random)).ToList();
        return new RandomCase(image, Policy(random, image, isDirectory), signatures);
    }

    private byte[] Signature(Random random)
    {
        var whole = Pick(random, random.Next(3) > 0 ? pool.Good : pool.Signatures);
        var other = Pick(random, pool.Signatures);
        return random.Next(24) switch
        {
            0 => whole[..random.Next(whole.Length)],
            1 or 2 => Flipped(whole, random),
            3 => [.. whole[..random.Next(whole.Length)], .. other[random.Next(other.Length)..]],
            4 => [.. whole, .. other],
            5 => Pick(random, Junk),
            6 => [.. whole, .. Encoding.ASCII.GetBytes("tail")],
            _ => whole,
        };
    }

    private static readonly byte[][] Junk =
    [
        [], "<html>"u8.ToArray(), "-----BEGIN PGP MESSAGE-----"u8.ToArray(), "{}"u8.ToArray(), [0x80], [0xFF, 0xFF], "\0sigstore-json\n{}"u8.ToArray(),
        [0xC6, 0x01, 0x00], [0xA3, 0x00], [0x90, 0x0D, 0x03],
    ];

    private static byte[] Flipped(byte[] whole, Random random)
    {
        var copy = (byte[])whole.Clone();
        copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private string Policy(Random random, string image, bool isDirectory)
    {
        var policy = new JsonObject { ["default"] = Requirements(random) };
        var transports = new JsonObject();
        if (random.Next(10) > 0)
            transports["docker"] = Scopes(random, isDirectory ? place.Scopes : [.. ScopesOf(image["docker://".Length..]), .. place.Scopes]);
        if (isDirectory || random.Next(8) == 0)
            transports["dir"] = Scopes(random, isDirectory ? [.. Parents(image["dir:".Length..]), "", "/elsewhere"] : ["", "/elsewhere"]);
        if (random.Next(12) == 0)
            transports[Pick(random, ["atomic", "docker-daemon", "tarball", "oci", "no-such-transport"])] = new JsonObject { [""] = Requirements(random) };
        if (random.Next(15) > 0)
            policy["transports"] = transports;
        if (random.Next(80) == 0)
            policy["unknown"] = 1;
        var text = policy.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 });
        return random.Next(120) == 0 ? text[..random.Next(text.Length)] : text;
    }

    private JsonObject Scopes(Random random, IReadOnlyList<string> candidates)
    {
        var scopes = new JsonObject();
        for (var left = random.Next(5); left > 0; left--)
            scopes[Pick(random, candidates)] = Requirements(random);
        return scopes;
    }

    private JsonArray Requirements(Random random) =>
        [.. Enumerable.Range(0, Pick(random, [1, 1, 1, 1, 1, 1, 1, 2, 2, 3, random.Next(4) == 0 ? 0 : 1])).Select(_ => (JsonNode)Requirement(random))];

    private JsonObject Requirement(Random random) => random.Next(20) switch
    {
        0 => new JsonObject { ["type"] = "reject" },
        1 or 2 => new JsonObject { ["type"] = "insecureAcceptAnything" },
        3 when random.Next(4) == 0 => Broken(random),
        _ => SignedBy(random),
    };

    private JsonObject SignedBy(Random random)
    {
        var requirement = new JsonObject { ["type"] = "signedBy", ["keyType"] = "GPGKeys" };
        switch (random.Next(5))
        {
            case 0:
                requirement["keyPaths"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (JsonNode)Key(random))]);
                break;
            case 1:
                var path = Key(random);
                requirement["keyData"] = Convert.ToBase64String(File.Exists(path) ? File.ReadAllBytes(path) : []);
                break;
            default:
                requirement["keyPath"] = Key(random);
                break;
        }

        if (random.Next(3) > 0)
            requirement["signedIdentity"] = Identity(random);
        return requirement;
    }

    private string Key(Random random) => pool.KeyFile(random.Next(3) > 0 ? "both" : Pick(random, SignaturePool.KeyFiles));

    private JsonObject Identity(Random random) => random.Next(9) switch
    {
        0 => new JsonObject { ["type"] = "matchExact" },
        1 or 2 => new JsonObject { ["type"] = "matchRepository" },
        3 => new JsonObject { ["type"] = "matchRepoDigestOrExact" },
        4 => new JsonObject { ["type"] = "exactReference", ["dockerReference"] = Pick(random, place.Identities) },
        5 or 6 => new JsonObject { ["type"] = "exactRepository", ["dockerRepository"] = WithoutTag(Pick(random, place.Identities)) },
        7 when random.Next(6) == 0 => new JsonObject { ["type"] = Pick(random, ["", "matchAny", "exactReference"]) },
        _ => new JsonObject { ["type"] = "remapIdentity", ["prefix"] = Prefix(random), ["signedPrefix"] = Prefix(random) },
    };

    // Wildcards and nothing at all are no prefixes: now and then, because they make the whole policy invalid.
    private string Prefix(Random random) => Pick(random, random.Next(30) == 0 ? place.Scopes : [.. place.Scopes.Where(scope => scope.Length > 0 && scope[0] != '*')]);

    private JsonObject Broken(Random random) => random.Next(5) switch
    {
        0 => new JsonObject { ["type"] = "signedBy", ["keyType"] = "GPGKeys" },
        1 => new JsonObject { ["type"] = "signedBy", ["keyType"] = "X509Certificates", ["keyPath"] = Key(random) },
        2 => new JsonObject { ["type"] = "signedBy", ["keyType"] = "GPGKeys", ["keyPath"] = Key(random), ["keyData"] = "AAAA" },
        3 => new JsonObject { ["type"] = "reject", ["more"] = 1 },
        _ => new JsonObject { ["type"] = "signedBaseLayer", ["baseLayerIdentity"] = new JsonObject { ["type"] = "matchExact" } },
    };

    private static IEnumerable<string> ScopesOf(string name)
    {
        yield return name;
        for (var scope = WithoutTag(name); scope.Length > 0; scope = scope.Contains('/') ? scope[..scope.LastIndexOf('/')] : "")
            yield return scope;
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var scope = path; scope.Length > 1; scope = scope[..Math.Max(scope.LastIndexOf('/'), 0)])
            yield return scope;
    }

    private static string WithoutTag(string name)
    {
        name = name.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
