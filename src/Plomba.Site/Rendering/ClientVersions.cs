namespace Plomba.Site.Rendering;

/// <summary>
/// Which versions read what is rendered (TRUST.md §12). Null: not there, or not known; then what every version needs is
/// written, as far as one file can serve all, and else what today's versions read.
/// </summary>
/// <param name="Podman">podman's.</param>
/// <param name="Crio">CRI-O's.</param>
public sealed record ClientVersions(ReleaseVersion? Podman, ReleaseVersion? Crio)
{
    /// <summary>Nothing is known.</summary>
    public static ClientVersions Unknown { get; } = new(null, null);

    /// <summary>
    /// Whether a policy may not say <c>keyPaths</c>: podman before 4.2 and CRI-O before 1.25 (containers/image before
    /// 5.22) refuse the whole file for it. Both read the same policy, so the older decides.
    /// </summary>
    public bool NeedOneKeyPath => Podman?.IsBefore(4, 2) == true || Crio?.IsBefore(1, 25) == true;

    /// <summary>Whether CRI-O still goes by <c>insecure_registries</c>; from 1.35 on it logs an error for it.</summary>
    public bool ReadInsecureRegistries => Crio?.IsBefore(1, 35) != false;

    /// <summary>Whether CRI-O has a policy for each Kubernetes namespace: from 1.28 on.</summary>
    public bool ReadNamespacePolicies => Crio?.IsBefore(1, 28) != true;

    /// <summary>Whether a namespace's policy also stops containers of images that are on the node already: from 1.31 on.</summary>
    public bool EnforceForStoredImages => Crio?.IsBefore(1, 31) != true;
}
