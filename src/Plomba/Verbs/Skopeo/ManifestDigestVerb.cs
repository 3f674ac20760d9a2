using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Skopeo;

/// <summary><c>plomba manifest-digest MANIFEST-FILE</c></summary>
internal static class ManifestDigestVerb
{
    private static readonly Argument<string> Manifest = new("MANIFEST-FILE") { Description = Text.Say("A manifest.") };

    public static Command Create() => new Command("manifest-digest", Text.Say("Compute the digest of a manifest in a file (as skopeo's).")) { Manifest }.DoesAsSkopeo((parsed, terminal, _) =>
    {
        terminal.WriteLine(LocalFile.ReadManifest(parsed.GetRequiredValue(Manifest)).Digest.Text);
        return Task.FromResult(ExitCode.Done);
    });
}
