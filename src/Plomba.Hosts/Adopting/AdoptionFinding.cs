namespace Plomba.Hosts.Adopting;

/// <summary>What a finding means for the take-over.</summary>
public enum AdoptionSeverity
{
    /// <summary>It cannot be taken over as it is: somebody must decide.</summary>
    Blocked,

    /// <summary>A weakness of the old deployment, or something that will be otherwise.</summary>
    Warning,

    /// <summary>Worth knowing.</summary>
    Note,
}

/// <summary>Something found in a deployment that was made by hand.</summary>
/// <param name="Code">Stable, one of <see cref="AdoptionCode"/>.</param>
/// <param name="Severity">What it means.</param>
/// <param name="Place">The file or directory, printable; empty when it is about the whole.</param>
/// <param name="Text">What is found, why it matters, what to do: one line.</param>
public sealed record AdoptionFinding(string Code, AdoptionSeverity Severity, string Place, string Text);

/// <summary>The codes of findings, stable and documented in docs/adopting.md.</summary>
public static class AdoptionCode
{
    /// <summary>Nothing, or too much, tells the registry's name.</summary>
    public const string RegistryName = "registry-name";

    /// <summary>The URL of signatures cannot be served as it is.</summary>
    public const string LookasideUrl = "lookaside-url";

    /// <summary>The URL of signatures lacks the port of the web server: it points at the registry.</summary>
    public const string LookasidePort = "lookaside-port";

    /// <summary>A file cannot be read or parsed.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A line of /etc/hosts gives a name of the site to no address, or to several.</summary>
    public const string HostsAddress = "hosts-address";

    /// <summary>Keys can be replaced by others than root.</summary>
    public const string KeysWritable = "keys-writable";

    /// <summary>Signatures can be removed by others than their makers.</summary>
    public const string SignaturesWritable = "signatures-writable";

    /// <summary>A key file cannot enter a site.</summary>
    public const string KeyFile = "key-file";

    /// <summary>A key of a policy is not there.</summary>
    public const string KeyMissing = "key-missing";

    /// <summary>Signatures by a key that no policy knows any more.</summary>
    public const string KeyReplaced = "key-replaced";

    /// <summary>A rule of a policy that a site cannot say.</summary>
    public const string Policy = "policy-rule";

    /// <summary>The system's policy accepts what no rule is about.</summary>
    public const string PolicyOpen = "policy-open";

    /// <summary>A policy demands a signature by every key.</summary>
    public const string AllKeys = "all-keys";

    /// <summary>A user who is no maker accepts unsigned images.</summary>
    public const string ClientOpen = "client-open";

    /// <summary>A user's configuration is closed so that no podman command works.</summary>
    public const string ClientUnreadable = "client-unreadable";

    /// <summary>A maker is in the group of administrators.</summary>
    public const string MakerInWheel = "maker-in-wheel";

    /// <summary>Nobody is known to sign in a namespace.</summary>
    public const string NoMaker = "no-maker";

    /// <summary>A file or directory in the signature tree that is no signature.</summary>
    public const string NotASignature = "not-a-signature";

    /// <summary>registries.d defines default-docker.</summary>
    public const string DefaultDocker = "default-docker";

    /// <summary>Services of the old deployment that hold the ports.</summary>
    public const string OldService = "old-service";

    /// <summary>The images themselves.</summary>
    public const string Volume = "volume";

    /// <summary>What the old deployment has no protection for.</summary>
    public const string Unprotected = "unprotected";

    /// <summary>CRI-O is configured by hand.</summary>
    public const string Crio = "crio";

    /// <summary>Clients expect TLS, and the certificate is not among what is taken over.</summary>
    public const string Tls = "tls";

    /// <summary>Root's own configuration hides the system's.</summary>
    public const string RootShadows = "root-shadows";
}

/// <summary>Collects findings; of many of one kind in one place only the first are told, and how many more there are.</summary>
internal sealed class AdoptionFindings
{
    private const int MaximumOfAKind = 20;

    private readonly List<AdoptionFinding> _findings = [];
    private readonly Dictionary<(string, AdoptionSeverity), int> _counts = [];

    public IReadOnlyList<AdoptionFinding> All =>
    [
        .. _findings,
        .. _counts.Where(c => c.Value > MaximumOfAKind).Select(c => new AdoptionFinding(
            c.Key.Item1, c.Key.Item2, "", Text.Say($"more findings of this kind: {c.Value - MaximumOfAKind}"))),
    ];

    public void Blocked(string code, string place, string text) => Add(code, AdoptionSeverity.Blocked, place, text);

    public void Warn(string code, string place, string text) => Add(code, AdoptionSeverity.Warning, place, text);

    public void Note(string code, string place, string text) => Add(code, AdoptionSeverity.Note, place, text);

    private void Add(string code, AdoptionSeverity severity, string place, string text)
    {
        var count = _counts[(code, severity)] = _counts.GetValueOrDefault((code, severity)) + 1;
        if (count <= MaximumOfAKind)
            _findings.Add(new AdoptionFinding(code, severity, place, text));
    }
}
