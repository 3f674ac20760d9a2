using System.Diagnostics.CodeAnalysis;
using Plomba.Files;
using Plomba.Site.Checking;
using Plomba.Site.Names;
using Plomba.Trust.Keys;

namespace Plomba.Site.Editing;

/// <summary>
/// A key on its way into a site: read and found whole. Whoever admits it has seen its fingerprint confirmed. It is
/// copied into the keys' directory first and described after that, so a described key is always there.
/// </summary>
/// <param name="Name">What the site will call it.</param>
/// <param name="File">The one public key.</param>
public sealed record KeyAdmission(KeyName Name, KeyFile File)
{
    private const int LongestOwner = 256;

    /// <summary>Reads a key file; false with one line of what is wrong with it.</summary>
    public static bool TryRead(string path, KeyName name, DateTimeOffset now, [NotNullWhen(true)] out KeyAdmission? admission, [NotNullWhen(false)] out string? why)
    {
        admission = null;
        return SiteKeyFile.TryReadBytes(path, out var bytes, out why) && TryRead(bytes, name, now, out admission, out why);
    }

    /// <summary>Takes the content of a key file; false with one line of what is wrong with it.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> content, KeyName name, DateTimeOffset now, [NotNullWhen(true)] out KeyAdmission? admission, [NotNullWhen(false)] out string? why)
    {
        admission = null;
        if (!KeyFile.TryRead(content, now, out var file, out why))
            return false;
        if (file.Key.Fingerprint.Text.Length != 40)
            why = Text.Say($"its fingerprint {file.Key.Fingerprint} is not of version 4, which podman and its kin need");
        else if (!file.Key.CanSign)
            why = Text.Say($"no signature by {file.Key.Fingerprint} counts: {file.Key.SigningProblem}");
        if (why is not null)
            return false;
        admission = new KeyAdmission(name, file);
        return true;
    }

    /// <summary>Why this key cannot enter the site; null when it can. The same key under the same name can always: its file is renewed.</summary>
    public string? Conflict(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (site.Keys.FirstOrDefault(k => k.Name == Name) is { } named && named.Fingerprint != File.Key.Fingerprint)
            return Text.Say($"the site's key {Name} is {named.Fingerprint}: give the new key another name, and let the namespaces name both during the rotation");
        if (site.Keys.FirstOrDefault(k => k.Name != Name && k.Fingerprint == File.Key.Fingerprint) is { } same)
            return Text.Say($"the site knows this key as {same.Name} already");
        var path = PathIn(site);
        if (Path.Exists(path) && !Describes(site) && !Holds(path))
            return Text.Say($"{path} is there already and holds something else: remove it, or choose another name");
        return null;
    }

    /// <summary>Whether the site describes this key already, so that its file alone is renewed.</summary>
    public bool Describes(SiteDescription site) => site.Keys.Any(k => k.Name == Name && k.Fingerprint == File.Key.Fingerprint);

    /// <summary>The text with the key described; unchanged when it is already.</summary>
    public SiteText Describe(SiteText text, SiteDescription site) =>
        Describes(site) ? text : text.AddKey(Name, File.Key.Fingerprint, Owner);

    /// <summary>Copies the key into the site's directory, durably.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Store(SiteDescription site)
    {
        DurableFile.CreateDirectory(site.KeysDirectory.Text);
        DurableFile.Write(PathIn(site), File.Bytes.Span);
    }

    /// <summary>Where <see cref="Store"/> puts it.</summary>
    public string PathIn(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return site.FileOf(new SiteKey(Name, File.Key.Fingerprint, null)).Text;
    }

    /// <summary>The first user id of the key; null when it does not fit on a line of the site: its owner chose it.</summary>
    public string? Owner =>
        File.Key.UserIds is [var first, ..] && first.Length is > 0 and <= LongestOwner && !first.Any(char.IsControl) && !first.Contains('\ufffd', StringComparison.Ordinal)
            ? first
            : null;

    private bool Holds(string path) => SiteKeyFile.TryReadBytes(path, out var bytes, out _) && bytes.AsSpan().SequenceEqual(File.Bytes.Span);
}
