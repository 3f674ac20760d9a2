using System.Net;
using Plomba.Files;

namespace Plomba.SelfTest;

/// <summary>The working day, lines 1 to 6, on a <see cref="Trial"/>: every acceptance and every refusal, by every client.</summary>
internal sealed class TrialRun(Trial trial, IReadOnlyList<ITrialClient> clients, Action<ChecklistLine> report, CancellationToken cancellation) : IDisposable
{
    private const string NoSignature = "A signature was required, but no signature exists";

    private readonly HttpClient http = new() { BaseAddress = trial.Address };

    /// <summary>Runs all of it.</summary>
    public async Task RunAsync()
    {
        await KeyIsServedAsync();
        var image = new TrialImage("signed");
        await SignedImageAsync(image);
        await GarbageKeyAsync();
        await RefusalsAsync(image);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task KeyIsServedAsync()
    {
        var served = await http.GetByteArrayAsync(new Uri($"keys/{Trial.Accepted}.pgp", UriKind.Relative), cancellation);
        var accepted = await File.ReadAllBytesAsync(trial.PublicKey, cancellation);
        Note(1, Text.Say("the accepted public key is served"), served.AsSpan().SequenceEqual(accepted), Text.Say($"{served.Length} other bytes"));
    }

    private async Task SignedImageAsync(TrialImage image)
    {
        await image.PushAsync(trial.Address, "alt/signed", cancellation);
        var signature = await image.SignAsync(await trial.SignerAsync(Trial.Accepted), $"{trial.Registry}/alt/signed:latest", cancellation);
        var status = await image.OfferAsync(trial.Address, "alt/signed", signature, cancellation);
        Note(2, Text.Say("the image is pushed and signed"), status == HttpStatusCode.Created, Text.Say($"status {(int)status}"));

        var stored = await http.GetByteArrayAsync(new Uri($"sigstore/alt/signed@{image.Digest.Text.Replace(':', '=')}/signature-1", UriKind.Relative), cancellation);
        Note(3, Text.Say("its signature stands in the lookaside tree"), stored.AsSpan().SequenceEqual(signature), Text.Say("other bytes"));
        var manifest = await http.GetByteArrayAsync(new Uri("v2/alt/signed/manifests/latest", UriKind.Relative), cancellation);
        Note(3, Text.Say("its manifest is served byte for byte"), manifest.AsSpan().SequenceEqual(image.Manifest), Text.Say("other bytes"));
        await AcceptedAsync(4, Text.Say("the signed image is accepted"), "alt/signed");
    }

    private async Task GarbageKeyAsync()
    {
        var key = await File.ReadAllBytesAsync(trial.PublicKey, cancellation);
        DurableFile.Write(trial.PublicKey, "garbage"u8);
        await RefusedAsync(5, Text.Say("with garbage in the key file it is refused"), trial.Registry, "alt/signed", "No public keys imported");
        DurableFile.Write(trial.PublicKey, key);
        await AcceptedAsync(5, Text.Say("with the key restored it is accepted again"), "alt/signed");
    }

    private async Task RefusalsAsync(TrialImage signed)
    {
        var unsigned = new TrialImage("unsigned");
        await unsigned.PushAsync(trial.Address, "alt/unsigned", cancellation);
        await RefusedAsync(6, Text.Say("an unsigned image is refused"), trial.Registry, "alt/unsigned", NoSignature);

        var foreign = new TrialImage("foreign");
        await foreign.PushAsync(trial.Address, "alt/foreign", cancellation);
        await foreign.OfferAsync(
            trial.Address, "alt/foreign", await foreign.SignAsync(await trial.SignerAsync(Trial.Foreign), $"{trial.Registry}/alt/foreign:latest", cancellation), cancellation);
        await RefusedAsync(6, Text.Say("an image signed by a key outside the policy is refused"), trial.Registry, "alt/foreign", "Invalid GPG signature");

        await signed.PushAsync(trial.Address, "alt/twin", cancellation);
        var elsewhere = await signed.SignAsync(await trial.SignerAsync(Trial.Accepted), $"{trial.Registry}/alt/signed:latest", cancellation);
        await signed.OfferAsync(trial.Address, "alt/twin", elsewhere, cancellation);
        await RefusedAsync(6, Text.Say("a signature for another repository is refused"), trial.Registry, "alt/twin", "is not accepted");

        var offered = await unsigned.OfferAsync(trial.Address, "alt/unsigned", elsewhere, cancellation);
        Note(6, Text.Say("a signature for another digest is not stored"), (int)offered is >= 400 and < 500, Text.Say($"status {(int)offered}"));

        await RefusedAsync(6, Text.Say("an image of any other registry is refused"), trial.OtherRegistry, "alt/signed", "is rejected by policy");

        await new TrialImage("changed").PushAsync(trial.Address, "alt/signed", cancellation);
        await RefusedAsync(6, Text.Say("a changed manifest under a signed tag is refused"), trial.Registry, "alt/signed", NoSignature);
    }

    private async Task AcceptedAsync(int line, string what, string repository)
    {
        foreach (var client in clients)
        {
            var answer = await client.DecideAsync($"{trial.Registry}/{repository}:latest", trial.Policy, trial.Stores, cancellation);
            report(new ChecklistLine(line, what, client.Name, answer.Accepted, answer.Accepted ? null : answer.Text.Trim()));
        }
    }

    // Refused, and for this reason: an unreachable server refuses too.
    private async Task RefusedAsync(int line, string what, string registry, string repository, string reason)
    {
        foreach (var client in clients)
        {
            var answer = await client.DecideAsync($"{registry}/{repository}:latest", trial.Policy, trial.Stores, cancellation);
            var holds = !answer.Accepted && answer.Text.Contains(reason, StringComparison.Ordinal);
            report(new ChecklistLine(line, what, client.Name, holds, holds ? null : answer.Accepted ? Text.Say("it was accepted") : answer.Text.Trim()));
        }
    }

    private void Note(int line, string what, bool holds, string otherwise) =>
        report(new ChecklistLine(line, what, Text.Say("server"), holds, holds ? null : otherwise));
}
