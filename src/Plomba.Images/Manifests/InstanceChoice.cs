namespace Plomba.Images.Manifests;

/// <summary>Picks the image of an index for a platform as podman does (TRUST.md §9).</summary>
public static class InstanceChoice
{
    private const string ZstdAnnotation = "io.github.containers.compression.zstd";

    /// <summary>
    /// The entry to use; null when there is none for the platform. In an OCI index an entry without a platform is taken
    /// when nothing better is there, and of two equally good ones the one compressed with zstd, unless
    /// <paramref name="preferGzip"/>; in a Docker list the first counts.
    /// </summary>
    public static Descriptor? Choose(ImageIndex index, PlatformSelection selection, bool preferGzip = false)
    {
        var isOci = index.MediaType == MediaTypes.OciIndex;
        return index.Manifests
            .Select(entry => (Entry: entry, Rank: Rank(entry.Platform, selection, isOci)))
            .Where(candidate => candidate.Rank is not null)
            .OrderBy(candidate => candidate.Rank)
            .ThenBy(candidate => isOci && IsZstd(candidate.Entry) == preferGzip)
            .Select(candidate => candidate.Entry)
            .FirstOrDefault();
    }

    /// <summary>What to tell when <see cref="Choose"/> finds none, in the reference implementation's words.</summary>
    public static string NotFoundMessage(ImageIndex index, PlatformSelection selection)
    {
        var asked = selection.Asked;
        return index.MediaType == MediaTypes.OciIndex
            ? Text.Say($"no image found in image index for architecture \"{asked.Architecture}\", variant \"{asked.Variant}\", OS \"{asked.OperatingSystem}\"")
            : Text.Say($"no image found in manifest list for architecture \"{asked.Architecture}\", variant \"{asked.Variant}\", OS \"{asked.OperatingSystem}\"");
    }

    // Lower is better; null is unusable.
    private static int? Rank(Platform? platform, PlatformSelection selection, bool isOci)
    {
        if (platform is null)
            return isOci ? int.MaxValue : null;
        for (var i = 0; i < selection.Wanted.Count; i++)
        {
            if (selection.Wanted[i] == platform)
                return i;
        }

        return null;
    }

    private static bool IsZstd(Descriptor entry) =>
        entry.Annotations.TryGetValue(ZstdAnnotation, out var value) && value == "true";
}
