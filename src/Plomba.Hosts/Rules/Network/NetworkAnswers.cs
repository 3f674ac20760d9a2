using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Plomba.Site.Names;
using Plomba.Transfer;
using Plomba.Transfer.Registries;

namespace Plomba.Hosts.Rules.Network;

/// <summary>What the servers answered that a machine's configuration names.</summary>
/// <param name="Answers">In the order of the questions.</param>
/// <param name="Names">The site's names that have an address in the site, and where they lead.</param>
/// <param name="NotAsked">How many questions were left out because there are too many.</param>
internal sealed record NetworkAnswers(ImmutableArray<NetworkAnswer> Answers, ImmutableArray<ResolvedName> Names, int NotAsked)
{
    private const int MostQuestions = 64;
    private const int AtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks all of them, sixteen at once, each for at most ten seconds a URL.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="resolve">Where a name leads.</param>
    /// <param name="certificates">The directory with the certificates of every registry; null: <c>certs.d</c>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<NetworkAnswers> AskAsync(
        CheckedMachine machine, Func<string, CancellationToken, Task<IPAddress[]>> resolve, string? certificates, CancellationToken cancellation)
    {
        var access = new RegistryAccess { Patience = Patience, NoCredentials = true, CertificateDirectory = certificates, Variable = static _ => null };
        var questions = NetworkQuestion.Of(machine);
        var asked = questions.Take(MostQuestions).ToList();
        var answers = new NetworkAnswer[asked.Count];
        await Parallel.ForAsync(0, asked.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (i, token) =>
            answers[i] = new NetworkAnswer(asked[i], await AskAsync(asked[i], access, token)));
        var names = new List<ResolvedName>();
        foreach (var (name, address) in NamesOf(machine))
            names.Add(new ResolvedName(name, address, await ResolveAsync(name, resolve, cancellation)));
        return new NetworkAnswers([.. answers], [.. names], questions.Count - asked.Count);
    }

    private static async Task<ProbeResult> AskAsync(NetworkQuestion question, RegistryAccess access, CancellationToken cancellation)
    {
        try
        {
            using var probe = new ServerProbe(question.Registry, question.IsInsecure, access);
            var result = await probe.AskAsync(question.Urls[0], cancellation);
            foreach (var url in question.Urls.Skip(1).TakeWhile(_ => result.Status is null))
                result = await probe.AskAsync(url, cancellation);
            return result;
        }
        catch (TransferException e)
        {
            return new ProbeResult(null, e.Message.ReplaceLineEndings(" "), true, null);
        }
    }

    private static IEnumerable<(string Name, IPAddress Address)> NamesOf(CheckedMachine machine) => machine.Site is not { } site ? [] :
        new (HostName Name, IPAddress? Address)[] { (site.Registry.Name, site.Registry.Address), (site.Signatures.Name, site.Signatures.Address) }
            .Where(n => n.Address is not null && !n.Name.IsAddress)
            .Select(n => (n.Name.Host, n.Address!))
            .Distinct();

    private static async Task<ImmutableArray<IPAddress>> ResolveAsync(
        string name, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            return [.. await resolve(name, patience.Token)];
        }
        catch (Exception e) when ((e is SocketException or OperationCanceledException) && !cancellation.IsCancellationRequested)
        {
            return [];
        }
    }
}

/// <summary>What one server answered.</summary>
internal sealed record NetworkAnswer(NetworkQuestion Question, ProbeResult Result);

/// <summary>Where a name leads.</summary>
/// <param name="Name">The name.</param>
/// <param name="Wanted">The address that the site says.</param>
/// <param name="Found">The addresses that it has here; none: it leads nowhere.</param>
internal sealed record ResolvedName(string Name, IPAddress Wanted, ImmutableArray<IPAddress> Found);
