using System.Collections.Immutable;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Stores;
using Plomba.Trust.Files;
using Plomba.Trust.Toml;

namespace Plomba.Hosts.Nodes;

/// <summary>
/// What CRI-O of a machine goes by: <c>/etc/crio/crio.conf</c> and every file of <c>crio.conf.d</c> in the order of their
/// names. A later file's value replaces an earlier one's, lists too.
/// </summary>
public sealed record CrioConfiguration
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>The directory of drop-ins.</summary>
    public const string DropIns = "/etc/crio/crio.conf.d";

    /// <summary>Where CRI-O looks for the policies of Kubernetes namespaces unless told otherwise, and where ours are.</summary>
    internal static MachinePath NamespacePolicies { get; } = MachinePath.Parse("/etc/crio/policies");

    /// <summary>Whether there is any configuration: whether the machine is a node at all.</summary>
    public bool IsPresent { get; private init; }

    /// <summary>Files that cannot be used, with the reason; CRI-O does not start with one.</summary>
    public ImmutableArray<string> Mistakes { get; private init; } = [];

    /// <summary><c>crio.image.signature_policy</c>; empty: the user's, which is root's own, then the system's.</summary>
    public CrioSetting SignaturePolicy { get; private init; } = CrioSetting.NotSet;

    /// <summary><c>crio.image.signature_policy_dir</c>; empty: <c>/etc/crio/policies</c>.</summary>
    public CrioSetting SignaturePolicyDirectory { get; private init; } = CrioSetting.NotSet;

    /// <summary>The directory that holds: that setting's, else the default.</summary>
    internal string NamespacePolicyDirectory => SignaturePolicyDirectory.Value is { Length: > 0 } set ? set.TrimEnd('/') : NamespacePolicies.Text;

    /// <summary><c>crio.image.pause_image</c>; empty: the one CRI-O was built with.</summary>
    public CrioSetting PauseImage { get; private init; } = CrioSetting.NotSet;

    /// <summary><c>crio.root</c>; empty: that of storage.conf.</summary>
    public CrioSetting Root { get; private init; } = CrioSetting.NotSet;

    /// <summary><c>crio.image.insecure_registries</c>: without effect from CRI-O 1.35 on.</summary>
    public ImmutableArray<string> InsecureRegistries { get; private init; } = [];

    /// <summary>The file that says so last; empty when none does.</summary>
    public string InsecureRegistriesFile { get; private init; } = "";

    /// <summary>Reads and merges all files; a file that cannot be used is left out.</summary>
    public static CrioConfiguration Read(ITrustFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var merged = new CrioConfiguration();
        foreach (var path in files.List(DropIns).Names.Select(n => $"{DropIns}/{n}").Prepend("/etc/crio/crio.conf"))
        {
            var reading = files.Read(path, LongestFile);
            if (reading.Problem is FileProblem.Missing or FileProblem.Directory)
                continue;
            merged = merged with { IsPresent = true };
            if (!reading.IsRead)
                merged = merged with { Mistakes = merged.Mistakes.Add(reading.Message) };
            else if (TomlTreeReader.Read(reading.Bytes.Span, out var mistake) is { } root)
                merged = merged.With(path, root);
            else
                merged = merged with { Mistakes = merged.Mistakes.Add($"{path}:{mistake}") };
        }

        return merged;
    }

    private CrioConfiguration With(string path, TomlTable root)
    {
        var crio = root.Take("crio") as TomlTable;
        var image = crio?.Take("image") as TomlTable;
        var saysInsecure = image?.Take("insecure_registries") is TomlArray;
        return this with
        {
            SignaturePolicy = SignaturePolicy.Then(path, image, "signature_policy"),
            SignaturePolicyDirectory = SignaturePolicyDirectory.Then(path, image, "signature_policy_dir"),
            PauseImage = PauseImage.Then(path, image, "pause_image"),
            Root = Root.Then(path, crio, "root"),
            InsecureRegistries = saysInsecure ? TomlText.List(image, "insecure_registries") : InsecureRegistries,
            InsecureRegistriesFile = saysInsecure ? path : InsecureRegistriesFile,
        };
    }
}

/// <summary>One setting after all files were read.</summary>
/// <param name="Value">Empty when no file says anything.</param>
/// <param name="File">The file that said it last; empty when none did.</param>
public sealed record CrioSetting(string Value, string File)
{
    internal static CrioSetting NotSet { get; } = new("", "");

    internal CrioSetting Then(string file, TomlTable? table, string key) =>
        table?.Take(key) is TomlString text ? new CrioSetting(text.Text, file) : this;
}
