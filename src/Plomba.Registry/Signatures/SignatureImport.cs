using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Images;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Signatures;

/// <summary>How taking signatures over went.</summary>
public abstract record SignatureImportResult
{
    private SignatureImportResult()
    {
    }

    /// <summary>Every signature was looked at.</summary>
    /// <param name="Added">How many are new.</param>
    /// <param name="AlreadyThere">How many the catalog had.</param>
    /// <param name="Left">Those it does not take, with the reason.</param>
    public sealed record Done(int Added, int AlreadyThere, IReadOnlyList<(AddSignature Signature, AddSignatureResult Reason)> Left) : SignatureImportResult;

    /// <summary>The catalog cannot be written; what was added before that stands.</summary>
    /// <param name="Message">One line.</param>
    public sealed record Failed(string Message) : SignatureImportResult;
}

/// <summary>
/// Takes signatures of another store into the catalog of a data directory that no server is using. They may come before
/// their manifests. Run again, it adds nothing twice.
/// </summary>
public static class SignatureImport
{
    /// <summary>Why the content is no signature of <paramref name="manifest"/> that a registry serves; null: it is. Who made it does not matter here.</summary>
    public static string? Refuse(ReadOnlyMemory<byte> content, Digest manifest) => SignatureAdmission.Refuse(content, manifest);

    /// <summary>Adds them, in their order.</summary>
    /// <param name="directory">The data directory; made when missing.</param>
    /// <param name="signatures">Each passed <see cref="Refuse"/>.</param>
    /// <param name="clock">The clock of the journal.</param>
    /// <param name="cancellation">Ends it between two signatures.</param>
    public static async Task<SignatureImportResult> RunAsync(
        string directory, IEnumerable<AddSignature> signatures, TimeProvider clock, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        var opening = await JournaledCatalog.OpenAsync(
            new CatalogOptions { Directory = directory }, clock, NullLogger<JournaledCatalog>.Instance, cancellation);
        if (opening is not CatalogOpening.Opened { Catalog: var catalog })
            return new SignatureImportResult.Failed(WhyNot(opening, directory));
        await using (catalog)
        {
            var (added, known) = (0, 0);
            var left = new List<(AddSignature, AddSignatureResult)>();
            try
            {
                foreach (var signature in signatures)
                {
                    var result = await catalog.AddSignatureAsync(signature, cancellation);
                    if (result == AddSignatureResult.Added)
                        added++;
                    else if (result == AddSignatureResult.AlreadyThere)
                        known++;
                    else
                        left.Add((signature, result));
                }
            }
            catch (StorageException e)
            {
                return new SignatureImportResult.Failed(e.Message);
            }

            return new SignatureImportResult.Done(added, known, left);
        }
    }

    private static string WhyNot(CatalogOpening opening, string directory) => opening switch
    {
        CatalogOpening.InUse => $"a server is using the data in {directory}",
        CatalogOpening.NotWritable closed => $"the data directory {directory} cannot be used: {closed.Reason}",
        CatalogOpening.Damaged damaged => damaged.Message,
        _ => $"the data directory {directory} cannot be used",
    };
}
