using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Plomba.Images;
using Plomba.Registry.Access;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Signatures;

/// <summary>
/// The makers' inboxes, where podman on the server host writes signatures through <c>lookaside-staging</c>:
/// <c>INBOXES/MAKER/NAME@ALG=HEX/signature-N</c>. A file is taken into the catalog by its content when it is a whole signature of that manifest and
/// belongs to a maker of the namespace; what is torn or not right waits where it is. Nothing is ever written or removed here: a maker who signs again
/// and overwrites a file adds a signature and takes none away. Thread-safe.
/// </summary>
internal sealed partial class Inboxes(ICatalog catalog, ISiteSource source, ILogger<Inboxes> log)
{
    private const int MaximumRemembered = 64 * 1024;

    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private volatile Seen _seen = new(null, new ConcurrentDictionary<string, object>(StringComparer.Ordinal));

    /// <summary>Looks into every maker's inbox for signatures of one manifest.</summary>
    public async ValueTask ImportAsync(SiteView site, RepositoryName repository, Digest manifest, CancellationToken cancellation)
    {
        if (!Directory.Exists(site.InboxesDirectory))
            return;
        try
        {
            foreach (var path in Directory.EnumerateDirectories(site.InboxesDirectory, "*", Readable))
                await ImportAsync(site, Path.GetFileName(path), repository, manifest, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The signatures that are in the catalog are served whatever the inboxes' disk does.
            LogTrouble(site.InboxesDirectory, e.Message);
        }
    }

    /// <summary>
    /// Looks at what a path relative to the inboxes names; false when that is neither a signature nor the directory of a manifest's signatures.
    /// </summary>
    public async ValueTask<bool> ImportAsync(string relative, CancellationToken cancellation)
    {
        if (relative.Split('/', 2) is not [var maker, var rest]
            || (!SignaturePaths.TryParseDirectory(rest, out var repository, out var digest)
                && !SignaturePaths.TryParse(rest, out repository, out digest, out _)))
            return false;
        await ImportAsync(source.Current, maker, repository, digest, cancellation);
        return true;
    }

    private async ValueTask ImportAsync(SiteView site, string maker, RepositoryName repository, Digest manifest, CancellationToken cancellation)
    {
        if (!IsAccountName(maker) || !site.RightsOf(maker, repository).HasFlag(Rights.Push))
            return;
        var directory = $"{maker}/{SignaturePaths.DirectoryOf(repository, manifest)}";
        // Gaps are filled by podman image sign, so a missing number ends nothing.
        for (var number = 1; number <= AddSignature.MaximumCount; number++)
        {
            var path = $"{directory}/{SignaturePaths.FileName(number)}";
            using var file = InboxFile.TryOpen(site.InboxesDirectory, path.Split('/'));
            if (file is null)
            {
                if (number == 1 && !Directory.Exists(Path.Combine(site.InboxesDirectory, directory)))
                    return;
                continue;
            }

            if (!IsSeen(site, path, file))
                await TakeAsync(site, maker, repository, manifest, path, file, cancellation);
        }
    }

    private async ValueTask TakeAsync(
        SiteView site, string maker, RepositoryName repository, Digest manifest, string path, InboxFile file, CancellationToken cancellation)
    {
        if (Refuse(maker, manifest, file, out var content) is { } reason)
        {
            if (Remember(site, $"{path}: {reason}", file))
                LogWaiting(path, reason);
            return;
        }

        try
        {
            var result = await catalog.AddSignatureAsync(
                new AddSignature
                {
                    Repository = repository,
                    Manifest = manifest,
                    Content = content,
                    Actor = new Actor(maker, null),
                    Origin = SignatureOrigin.Inbox,
                },
                cancellation);
            Remember(site, path, file);
            if (result == AddSignatureResult.Added)
                LogTaken(path);
            else if (result == AddSignatureResult.TooMany)
                LogWaiting(path, $"the manifest has {AddSignature.MaximumCount} signatures already");
            else if (result == AddSignatureResult.TooManyOfAccount)
                LogWaiting(path, $"{AddSignature.MaximumPerAccount} signatures of the manifest are {maker}'s already");
        }
        catch (StorageException e)
        {
            // Reading the signatures that are there goes on; the file waits.
            LogWaiting(path, e.Message);
        }
    }

    private static string? Refuse(string maker, Digest manifest, InboxFile file, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (file.Owner != OperatingSystemUser.Root && file.Owner != OperatingSystemUser.IdOf(maker))
            return $"it belongs to user id {file.Owner}, not to {maker}";
        if (file.Length > AddSignature.MaximumSize)
            return "it has more than 64 KiB";
        content = file.Read(AddSignature.MaximumSize);
        return SignatureAdmission.Refuse(content, manifest);
    }

    // What was taken needs no second look until the file, or the site that gave the right, changes.
    private bool IsSeen(SiteView site, string path, InboxFile file) =>
        ReferenceEquals(_seen.Site, site) && _seen.Files.TryGetValue(path, out var stamp) && stamp.Equals(file.Stamp);

    private bool Remember(SiteView site, string what, InboxFile file)
    {
        var seen = _seen;
        if (!ReferenceEquals(seen.Site, site) || seen.Files.Count > MaximumRemembered)
            _seen = seen = new Seen(site, new ConcurrentDictionary<string, object>(StringComparer.Ordinal));
        var isNew = !seen.Files.TryGetValue(what, out var stamp) || !stamp.Equals(file.Stamp);
        seen.Files[what] = file.Stamp;
        return isNew;
    }

    private static bool IsAccountName(string name) =>
        name is { Length: > 0 and <= 64 } && name[0] != '-' && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    [LoggerMessage(EventId = 230, Level = LogLevel.Information, Message = "signature taken from the inbox: {Path}")]
    private partial void LogTaken(string path);

    [LoggerMessage(EventId = 231, Level = LogLevel.Warning, Message = "left in the inbox: {Path}: {Reason}")]
    private partial void LogWaiting(string path, string reason);

    [LoggerMessage(EventId = 235, Level = LogLevel.Warning, Message = "cannot read the inboxes in {Directory}: {Reason}")]
    private partial void LogTrouble(string directory, string reason);

    private sealed record Seen(SiteView? Site, ConcurrentDictionary<string, object> Files);
}
