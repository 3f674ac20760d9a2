using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Images.Transports;
using Plomba.Transfer;
using Plomba.Transfer.Verifying;
using Plomba.Trust.Policy;

namespace Plomba.Verbs;

/// <summary><c>plomba verify IMAGE…</c>: may these images be used, and why.</summary>
internal static class VerifyVerb
{
    private const int AtOnce = 16;

    public static Command Create()
    {
        var images = new Argument<string[]>("IMAGE") { Description = Text.Say("Images in a registry, dir: or oci:."), Arity = ArgumentArity.OneOrMore };
        var all = new Option<bool>("--all", "-a") { Description = Text.Say("Every instance of a multi-platform image, not only this platform's.") };
        var requireSigned = new Option<bool>("--require-signed") { Description = Text.Say("Refuse what the policy accepts without asking for a signature.") };
        var explain = new Option<bool>("--explain") { Description = Text.Say("Tell every step, also of what is accepted.") };
        var options = new VerifierOptions();
        var command = new Command("verify", Text.Say("Tell whether images may be used under the policy, and why.")) { images, all, requireSigned, explain };
        options.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            if (options.Policy.IsInsecure(parsed) && parsed.GetValue(requireSigned))
                throw Failure.Usage(Text.Say("--insecure-policy and --require-signed are mutually exclusive"));
            var named = parsed.ReadImages(images);
            if (named.FirstOrDefault(i => !ImageSources.CanOpen(i)) is { } unreadable)
                throw Failure.Usage(Text.Say($"{unreadable}: verify reads images from a registry, dir: and oci:"));
            using var open = options.Open(parsed, terminal);
            var scope = open.Scope with { AllInstances = parsed.GetValue(all), RequireSigned = parsed.GetValue(requireSigned) };
            var verdicts = await VerifyAsync(open.Verifier, named, scope, cancellation);
            Report(terminal, verdicts, parsed.GetValue(explain));
            return ExitCode.Worst(verdicts.Select(v => v.ExitCode));
        });
    }

    // Many at once, reported in the order they were named.
    private static async Task<IReadOnlyList<Verdict>> VerifyAsync(
        ImageVerifier verifier, IReadOnlyList<TransportReference> images, VerifyScope scope, CancellationToken cancellation)
    {
        var verdicts = new IReadOnlyList<Verdict>[images.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, images.Count, limits, async (i, stop) => verdicts[i] = await verifier.VerifyAsync(images[i], scope, stop));
        return [.. verdicts.SelectMany(v => v)];
    }

    private static void Report(Terminal terminal, IReadOnlyList<Verdict> verdicts, bool explain)
    {
        if (terminal.Json)
        {
            terminal.WriteJson(json =>
            {
                json.WriteStartArray();
                foreach (var verdict in verdicts)
                    VerdictJson.Write(json, verdict);
                json.WriteEndArray();
            });
            return;
        }

        foreach (var verdict in verdicts)
        {
            terminal.WriteLine(explain || verdict.Kind != VerdictKind.Accepted
                ? VerdictText.Explain(verdict).TrimEnd('\n')
                : VerdictText.Summary(verdict));
        }
    }
}
