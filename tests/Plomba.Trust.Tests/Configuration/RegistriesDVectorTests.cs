using System.Text;
using System.Text.Json;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Testing;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.Trust.Tests.Configuration;

public sealed class RegistriesDVectorTests(ITestOutputHelper output)
{
    private const string DefaultStore = "/var/lib/containers/sigstore";

    [Fact]
    public void Signature_stores_are_found_as_recorded() => Vectors.Check("lookaside/registries-d.jsonl", Judge, output);

    private static Outcome Judge(JsonElement vector)
    {
        var files = new HandedFiles();
        files.AddDirectory("$DIR");
        foreach (var file in vector.GetProperty("files").EnumerateObject())
            files.Add($"$DIR/{file.Name}", Encoding.UTF8.GetBytes(file.Value.GetString()!));
        var expected = vector.GetProperty("expect");
        if (SignatureStores.Load("$DIR", files, out var mistake) is not { } stores)
            return expected.TryGetProperty("loadError", out var error) ? SameLoadError(error.GetString()!, mistake!.ToString()) : Outcome.Fail($"{mistake}");
        if (expected.TryGetProperty("loadError", out var loadError))
            return Outcome.Fail($"loaded, recorded {loadError}");

        var environment = new TransportEnvironment(Plomba.Files.RealPath.TryResolve, StoreLocation.System);
        if (!ImageName.TryParse(vector.GetProperty("image").GetString()!, environment, out var name, out var nameError))
            return Outcome.Fail(nameError.Message);
        var image = name.DockerReference!;
        if (stores.UsesSigstoreAttachments(image) != expected.GetProperty("useSigstoreAttachments").GetBoolean())
            return Outcome.Fail("useSigstoreAttachments");
        return Differs(vector, "read", stores.ForReading(image, DefaultStore)) ?? Differs(vector, "write", stores.ForWriting(image, DefaultStore)) ?? Outcome.Pass;
    }

    private static Outcome? Differs(JsonElement vector, string side, LookasideChoice choice)
    {
        var expected = vector.GetProperty("expect");
        if (choice.TopLevel != expected.GetProperty(side + "TopLevel").GetString())
            return Outcome.Fail($"{side} top level {choice.TopLevel}");
        var isDigest = Digest.TryParse(vector.GetProperty("digest").GetString(), out var digest);
        if (expected.TryGetProperty(side + "Error", out var error))
        {
            return !isDigest ? null
                : choice.Error == error.GetString() ? null
                : Outcome.Fail($"{side} error {choice.Error}, recorded {error}");
        }

        var url = choice.Repository?.Signature(digest, vector.GetProperty("index").GetInt32() + 1);
        var recorded = expected.GetProperty(side + "URL").GetString()!.Replace("$DEFAULT", "file://" + DefaultStore, StringComparison.Ordinal);
        if (url?.ToString() != recorded)
            return Outcome.Fail($"{side} URL {url}{choice.Error}, recorded {recorded}");
        var path = expected.GetProperty(side + "Path").GetString();
        return url.Path == path ? null : Outcome.Fail($"{side} path {url.Path}, recorded {path}");
    }

    // Which of two files is named first is not fixed; texts of the YAML library are its own.
    private static Outcome SameLoadError(string recorded, string ours)
    {
        var (both, only) = (recorded.IndexOf(" defined both in", StringComparison.Ordinal), ours.IndexOf(" defined both in", StringComparison.Ordinal));
        return both == only && (both < 0 || recorded[..both] == ours[..only]) ? Outcome.Pass : Outcome.Fail($"{ours}, recorded {recorded}");
    }
}
