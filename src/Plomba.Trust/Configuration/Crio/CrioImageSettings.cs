using System.Diagnostics.CodeAnalysis;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Configuration.Crio;

/// <summary>
/// What CRI-O's configuration says about trust (<c>[crio.image]</c>, TRUST.md §12): of one file, or of several laid over
/// each other. Null: not written.
/// </summary>
public sealed record CrioImageSettings
{
    /// <summary>Nothing written.</summary>
    public static CrioImageSettings None { get; } = new();

    /// <summary><c>signature_policy</c>; empty means the system's search, as null does.</summary>
    public string? SignaturePolicy { get; init; }

    /// <summary><c>signature_policy_dir</c>: one policy a Kubernetes namespace; CRI-O 1.28 and later.</summary>
    public string? SignaturePolicyDirectory { get; init; }

    /// <summary><c>insecure_registries</c>; without effect from CRI-O 1.35 on.</summary>
    public IReadOnlyList<string>? InsecureRegistries { get; init; }

    /// <summary><c>pause_image</c>.</summary>
    public string? PauseImage { get; init; }

    /// <summary>These settings with those of a later file over them: what it writes wins, lists as a whole.</summary>
    public CrioImageSettings Then(CrioImageSettings later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return new CrioImageSettings
        {
            SignaturePolicy = later.SignaturePolicy ?? SignaturePolicy,
            SignaturePolicyDirectory = later.SignaturePolicyDirectory ?? SignaturePolicyDirectory,
            InsecureRegistries = later.InsecureRegistries ?? InsecureRegistries,
            PauseImage = later.PauseImage ?? PauseImage,
        };
    }

    /// <summary>Reads one file, UTF-8 TOML; false with one line of what is wrong. CRI-O does not start with such a file.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> text, [NotNullWhen(true)] out CrioImageSettings? settings, [NotNullWhen(false)] out string? mistake)
    {
        settings = null;
        try
        {
            if (TomlTreeReader.Read(text, out var wrong) is not { } root)
            {
                mistake = Describe(wrong!);
                return false;
            }

            var image = TomlValues.Table(root, "crio") is { } crio ? TomlValues.Table(crio, "image") : null;
            settings = image is null ? None : Read(image);
            mistake = null;
            return true;
        }
        catch (WrongTomlException e)
        {
            mistake = Describe(e.Mistake);
            return false;
        }
    }

    private static CrioImageSettings Read(TomlTable image) => new()
    {
        SignaturePolicy = Text(image, "signature_policy"),
        SignaturePolicyDirectory = Text(image, "signature_policy_dir"),
        InsecureRegistries = TomlValues.Texts(image, "insecure_registries")?.Select(t => t.Text).ToArray(),
        PauseImage = Text(image, "pause_image"),
    };

    private static string? Text(TomlTable table, string key) => table.Take(key) is { } node ? TomlValues.Text(node) : null;

    private static string Describe(Json.Mistake mistake) => $"line {mistake.Line}: {mistake.Message}";
}
