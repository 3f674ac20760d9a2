using System.Globalization;
using Plomba.Files;
using Plomba.Images.Manifests;
using Plomba.Images.Transports;
using Plomba.Transfer;
using Plomba.Transfer.Registries;
using Plomba.Transfer.Verifying;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Interop.Tests.Differential;

/// <summary>Thousands of random questions, each asked of real skopeo and of the verifier on the same bytes.</summary>
public sealed class AgainstSkopeoTests(ITestOutputHelper output)
{
    // The short run asks the same each time, so that a change is judged by what it changed; the long one explores.
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PLOMBA_LONG") is not null;

    private static readonly int Cases = IsLong ? 40_000 : 2_000;

    /// <summary>PLOMBA_SEED asks again what an earlier run printed: the first seed of a run, or the one of a disagreement.</summary>
    private static readonly int FirstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("PLOMBA_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed
        : IsLong ? Random.Shared.Next(1 << 30)
        : 1;

    [Fact]
    public async Task Random_policies_and_signatures_are_decided_as_skopeo_decides()
    {
        var missing = new[] { "docker-registry", "skopeo", "gpg" }.Where(tool => !ChildProcess.IsInstalled(tool)).ToList();
        Assert.SkipUnless(missing.Count == 0, $"not installed: {string.Join(", ", missing)}");
        await using var place = await ImagePlace.CreateAsync();
        await using var pool = await SignaturePool.CreateAsync(place.Identities, place.Digest);
        var cases = new RandomCases(pool, place);
        var tally = new Tally(pool.Subkey);
        output.WriteLine($"seeds {FirstSeed} to {FirstSeed + Cases - 1}");
        await Parallel.ForAsync(FirstSeed, FirstSeed + Cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (seed, _) =>
        {
            var question = cases.Make(seed);
            var registriesD = await place.LayOutAsync(seed, question);
            var theirs = await SkopeoAsync(place, question, registriesD);
            var ours = await PlombaAsync(place, question, registriesD);
            tally.Add(seed, question, theirs, ours);
        });
        output.WriteLine(tally.Summary);
        Assert.True(tally.Disagreements.IsEmpty, string.Join("\n\n", tally.Disagreements.Take(20)));
        Assert.True(tally.IsTelling, $"too one-sided to tell anything: {tally.Summary}");
    }

    private static async Task<Answer> SkopeoAsync(ImagePlace place, RandomCase question, string registriesD)
    {
        var work = Path.GetDirectoryName(registriesD)!;
        var result = await place.Home.RunAsync(
            "skopeo", "--policy", Path.Combine(work, "policy.json"), "--registries.d", registriesD, "copy", "--remove-signatures", question.Image, $"dir:{work}/out");
        const string Start = "level=fatal msg=\"";
        var at = result.Errors.IndexOf(Start, StringComparison.Ordinal);
        var message = at < 0 ? "" : result.Errors[(at + Start.Length)..].TrimEnd().TrimEnd('"').Replace("\\\"", "\"", StringComparison.Ordinal);
        return new Answer(result.ExitCode == 0, message);
    }

    private static async Task<Answer> PlombaAsync(ImagePlace place, RandomCase question, string registriesD)
    {
        var policy = PolicyReader.Read(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(registriesD)!, "policy.json")));
        if (policy.Policy is null)
            return new Answer(false, $"Error loading trust policy: {policy.Mistakes[0]}");
        Assert.True(ImageName.TryParse(question.Image, new TransportEnvironment(RealPath.TryResolve, StoreLocation.System), out var image, out _));
        using var clients = new RegistryClients(new RegistryAccess { NoCredentials = true, Retries = 0 });
        var stores = SignatureStores.Load(registriesD, MachineFiles.Instance, out _)!;
        var registries = RegistriesConfiguration.Load(place.RegistriesConf, new TrustEnvironment(place.Home.Path, IsRoot: false, _ => null), MachineFiles.Instance, out _)!;
        var verifier = new ImageVerifier(
            policy.Policy,
            null,
            new PolicyEvaluator(new OpenPgpMechanism(TimeProvider.System), MachineFiles.Instance, TimeProvider.System),
            new ImageSources(clients, new ConfiguredRegistries(registries, stores, place.Home.Path), MachineFiles.Instance));
        var verdict = (await verifier.VerifyAsync(image, new VerifyScope(PlatformSelection.ForHost("linux", "amd64")), default)).Single();
        return new Answer(verdict.Kind == VerdictKind.Accepted, verdict.Message ?? "");
    }
}
