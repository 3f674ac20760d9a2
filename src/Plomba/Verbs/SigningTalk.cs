using Plomba.CommandLine;
using Plomba.Images.Transports;
using Plomba.Transfer.Signing.InPlace;

namespace Plomba.Verbs;

/// <summary>Tells people what is being signed, as it is signed.</summary>
internal sealed class SigningTalk(Terminal terminal, DockerImage image) : IProgress<SignedManifest>
{
    /// <inheritdoc/>
    public void Report(SignedManifest value)
    {
        var what = value.Platform is { } platform ? $"{image.Reference} {platform} {value.Digest}" : $"{image.Reference} {value.Digest}";
        terminal.Say(value.Outcome switch
        {
            SigningOutcome.Present => Text.Say($"{what}: signed by {value.Key} already"),
            SigningOutcome.Staged => Text.Say($"{what}: signed by {value.Key}, in {value.Location}"),
            _ => Text.Say($"{what}: signed by {value.Key}"),
        });
    }

    /// <summary>What became of the whole image: a line of data, or the trouble.</summary>
    public static void Conclude(Terminal terminal, SignedImage result)
    {
        if (result.Failure is { } failure)
        {
            terminal.Error($"{result.Image}: {failure}", result.Hint);
            return;
        }

        if (result.Signatures.Any(s => s.Outcome == SigningOutcome.Staged))
            terminal.Say(Text.Say("Clients do not find the staged signatures yet: whoever runs the signature store publishes them from there."));
        if (!terminal.Json)
            terminal.WriteLine(result.Image.WithDigest(result.Digest!.Value).Text);
    }
}
