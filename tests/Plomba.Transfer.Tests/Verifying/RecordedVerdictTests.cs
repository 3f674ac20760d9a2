using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Images.Manifests;
using Plomba.Images.Transports;
using Plomba.Testing;
using Plomba.Transfer.Registries;
using Plomba.Transfer.Verifying;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Transfer.Tests.Verifying;

/// <summary>
/// The recorded runs of <c>skopeo copy</c>, as far as they are about the source: the decision, the text of a refusal and
/// the requests up to it.
/// </summary>
public sealed class RecordedVerdictTests(ITestOutputHelper output)
{
    // Signatures of the recorded runs name this registry.
    private const string RecordedHost = "127.0.0.1:5123";
    private const string Rejected = "Source image rejected: ";

    [Fact]
    public void Copies_are_decided_as_recorded() => Vectors.Check("e2e/skopeo.jsonl", v => JudgeAsync(v).GetAwaiter().GetResult(), output);

    private static async Task<Outcome> JudgeAsync(JsonElement vector)
    {
        var command = vector.GetProperty("command").EnumerateArray().Select(c => c.GetString()!).ToList();
        var source = command.FirstOrDefault(c => c.StartsWith("docker://", StringComparison.Ordinal) || c.StartsWith("dir:$WORK/src", StringComparison.Ordinal));
        var isAboutSource = vector.GetProperty("group").GetString() is "copy" or "lookaside" or "attachment" or "mirror" or "digest" or "extension" or "list" or "require-signed";
        var isSchema1 = vector.TryGetProperty("schema1", out var schema1) && schema1.GetBoolean();
        // The content of a store in the file system was not recorded; two options that exclude each other never get this far.
        var isIncomplete = vector.GetProperty("registriesD").GetRawText().Contains("file://$WORK", StringComparison.Ordinal)
            || command.Contains("--insecure-policy");
        if (!isAboutSource || source is null || isSchema1 || isIncomplete)
            return Outcome.Except;
        using var work = new TemporaryDirectory();
        await using var server = await RecordedServer.StartAsync(vector.GetProperty("server"));
        if (await VerifyAsync(vector, command, source, server, work) is not { } verdicts)
            return vector.GetProperty("expect").GetProperty("exit").GetInt32() == 0 ? Outcome.Fail("the policy or the name was refused") : Outcome.Pass;
        return Compare(vector.GetProperty("expect"), verdicts, server, work);
    }

    private static async Task<IReadOnlyList<Verdict>?> VerifyAsync(
        JsonElement vector, List<string> command, string source, ScriptedServer server, TemporaryDirectory work)
    {
        string Filled(string text, string host) => text.Replace("$HOST", host, StringComparison.Ordinal).Replace("$WORK", work.Path, StringComparison.Ordinal);
        if (vector.TryGetProperty("files", out var files))
        {
            foreach (var file in files.EnumerateObject())
                Write(work.Combine(file.Name), file.Value.GetBytesFromBase64());
        }

        foreach (var file in vector.GetProperty("registriesD").EnumerateObject())
            Write(work.Combine("registries.d", file.Name), Encoding.UTF8.GetBytes(Filled(file.Value.GetString()!, server.Host.Text)));
        Write(work.Combine("registries.conf"), Encoding.UTF8.GetBytes(Filled(vector.GetProperty("registriesConf").GetString()!, RecordedHost)));
        var policy = PolicyReader.Read(Encoding.UTF8.GetBytes(Filled(vector.GetProperty("policy").GetRawText(), RecordedHost))).Policy;
        var environment = new TransportEnvironment(RealPath.TryResolve, StoreLocation.System);
        if (policy is null || !ImageName.TryParse(Filled(source, RecordedHost), environment, out var image, out _))
            return null;
        var access = new RegistryAccess { TlsVerify = false, NoCredentials = true, Retries = 0, AuthorityOf = _ => server.Host.Text };
        using var clients = new RegistryClients(access);
        var stores = SignatureStores.Load(work.Combine("registries.d"), MachineFiles.Instance, out _)!;
        var home = new TrustEnvironment(work.Path, IsRoot: false, _ => null);
        var registries = RegistriesConfiguration.Load(work.Combine("registries.conf"), home, MachineFiles.Instance, out _)!;
        var verifier = new ImageVerifier(
            policy,
            null,
            new PolicyEvaluator(new OpenPgpMechanism(TimeProvider.System), MachineFiles.Instance, TimeProvider.System),
            new ImageSources(clients, new ConfiguredRegistries(registries, stores, work.Combine("none")), MachineFiles.Instance));
        var scope = new VerifyScope(
            PlatformSelection.ForHost("linux", "amd64"), command.Contains("--all"), command.Contains("--require-signed"));
        return await verifier.VerifyAsync(image, scope, default);
    }

    private static Outcome Compare(JsonElement expect, IReadOnlyList<Verdict> verdicts, ScriptedServer server, TemporaryDirectory work)
    {
        var error = expect.GetProperty("error").GetString();
        var refused = verdicts.FirstOrDefault(v => v.Kind != VerdictKind.Accepted);
        // Copying reads signatures even where nothing asks for them; deciding does not.
        if (error?.StartsWith("reading signatures: ", StringComparison.Ordinal) == true)
            return refused is null ? Outcome.Except : Outcome.Fail(refused.Message!);
        if (error is null || refused is null)
            return (error is null) == (refused is null) ? Outcome.Pass : Outcome.Fail($"{refused?.Message ?? "accepted"} instead of {error ?? "accepted"}");
        var at = error.IndexOf(Rejected, StringComparison.Ordinal);
        if (at >= 0 && refused.Kind == VerdictKind.Refused != IsRefusal(error))
            return Outcome.Fail($"{refused.Kind}: {refused.Message}");
        var message = refused.Message!
            .Replace(server.Host.Text, "$HOST", StringComparison.Ordinal)
            .Replace(RecordedHost, "$HOST", StringComparison.Ordinal)
            .Replace(work.Path, "$WORK", StringComparison.Ordinal);
        // gpgme's dumps and JSON parsers' words are their own.
        var isOwn = error.Contains("Invalid GPG signature", StringComparison.Ordinal) || error.Contains("decoding signature list", StringComparison.Ordinal) || error.EndsWith("No data", StringComparison.Ordinal)
            || error.Contains("fetching blob: ", StringComparison.Ordinal);
        return at < 0 || isOwn || error[at..] == message ? Requests(expect, server, verdicts.Count > 1) : Outcome.Fail($"{message} instead of {error}");
    }

    private static bool IsFallbackTag(string line) => line[(line.LastIndexOf('/') + 1)..] is { Length: 71 } tag && tag.StartsWith("sha256-", StringComparison.Ordinal);

    private static bool IsRefusal(string error) =>
        !error.Contains("reading signature", StringComparison.Ordinal) && !error.Contains("parsing signature", StringComparison.Ordinal)
        && !error.Contains("exceeded maximum", StringComparison.Ordinal) && !error.Contains("Unsupported scheme", StringComparison.Ordinal)
        && !error.Contains("signature list", StringComparison.Ordinal) && !error.Contains("downloading signatures", StringComparison.Ordinal)
        && !error.Contains("server provided", StringComparison.Ordinal) && !error.Contains("sigstore attachment", StringComparison.Ordinal)
        && !error.Contains("fetching blob", StringComparison.Ordinal) && !error.Contains("digest mismatch", StringComparison.Ordinal);

    // Nothing is asked for that skopeo did not ask for; but of all instances every one is judged, not only up to the first refusal.
    private static Outcome Requests(JsonElement expect, ScriptedServer server, bool isAll)
    {
        if (isAll)
            return Outcome.Pass;
        var recorded = expect.GetProperty("requests").EnumerateArray().Select(r => r.GetString()!).ToList();
        // skopeo knows no bundles: what refers to the image is asked for beyond the recording.
        var own = server.Requests.Select(r => r.Line).Where(l => !l.Contains("/referrers/", StringComparison.Ordinal) && !IsFallbackTag(l)).ToList();
        return own.All(recorded.Contains) ? Outcome.Pass : Outcome.Fail($"asked {string.Join(" ", own.Except(recorded, StringComparer.Ordinal))}");
    }

    private static void Write(string path, byte[] content)
    {
        DurableFile.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Write(path, content);
    }
}
