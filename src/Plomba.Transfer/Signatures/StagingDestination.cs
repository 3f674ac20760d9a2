using Plomba.Files;
using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// Adds simple signatures to the directory that registries.d names for writing (TRUST.md §5.3): as the next free
/// <c>signature-N</c> behind all that are published, never in the place of another. What is published elsewhere (the
/// directory is an inbox, or is copied to a web server) is waited for a moment.
/// </summary>
/// <param name="staging">Where is written.</param>
/// <param name="published">Where clients read.</param>
/// <param name="reader">Reads what is published.</param>
/// <param name="files">Reads the directory.</param>
/// <param name="clock">Measures the waiting.</param>
internal sealed class StagingDestination(
    LookasideChoice staging, LookasideChoice published, LookasideSignatures reader, ITrustFiles files, TimeProvider clock) : ISignatureDestination
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public string LocationOf(Digest manifest) => FolderOf(manifest);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredSignature>> ReadAsync(Digest manifest, CancellationToken cancellation)
    {
        var listed = await ReadPublishedAsync(manifest, cancellation);
        return IsPublishedItself ? listed : [.. listed, .. ReadStaged(manifest)];
    }

    /// <inheritdoc/>
    public async Task<SignaturePlace> AddAsync(Digest manifest, StoredSignature signature, CancellationToken cancellation)
    {
        var folder = FolderOf(manifest);
        var number = (await ReadPublishedAsync(manifest, cancellation)).Count + 1;
        try
        {
            DurableFile.CreateDirectory(folder);
            while (!DurableFile.TryCreate($"{folder}/signature-{number}", StoredBlob.Write(signature)))
            {
                if (++number > LookasideSignatures.Most)
                    throw new TransferException(TransferTrouble.TooLarge, Text.Say($"{folder}: it holds {LookasideSignatures.Most} signatures already, which is the most that are read"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"writing a signature below {folder}: {FileTrouble.Of(e)}"), e);
        }

        return IsPublishedItself || await IsPublishedAsync(manifest, signature, cancellation) ? SignaturePlace.Stored : SignaturePlace.Staged;
    }

    private bool IsPublishedItself => staging.Repository == published.Repository;

    private string FolderOf(Digest manifest)
    {
        if (staging.Repository is not { } repository)
            throw new TransferException(TransferTrouble.Configuration, staging.Error!);
        if (repository.Scheme != "file")
        {
            throw new TransferException(
                TransferTrouble.Configuration,
                Text.Say($"Writing directly to a {repository.Scheme} lookaside URL is not supported. Configure a lookaside-staging: location"));
        }

        return Path.GetDirectoryName(repository.Signature(manifest, 1).Path)!;
    }

    private async Task<IReadOnlyList<StoredSignature>> ReadPublishedAsync(Digest manifest, CancellationToken cancellation) =>
        (await reader.ReadAsync(published, manifest, cancellation)).OrThrow();

    // Numbers may be missing here: they were taken where the published ones are.
    private IEnumerable<StoredSignature> ReadStaged(Digest manifest)
    {
        var folder = FolderOf(manifest);
        for (var number = 1; number <= LookasideSignatures.Most; number++)
        {
            var reading = files.Read($"{folder}/signature-{number}", StoredSignature.MaximumLength);
            if (reading.IsRead && StoredBlob.TryRead(reading.Bytes, out var signature, out _))
                yield return signature;
        }
    }

    private async Task<bool> IsPublishedAsync(Digest manifest, StoredSignature signature, CancellationToken cancellation)
    {
        for (var started = clock.GetTimestamp(); ;)
        {
            if ((await ReadPublishedAsync(manifest, cancellation)).Any(s => s.Bytes.Span.SequenceEqual(signature.Bytes.Span)))
                return true;
            if (clock.GetElapsedTime(started) > Patience)
                return false;
            await Task.Delay(Pause, clock, cancellation);
        }
    }
}
