using Plomba.Site.Names;
using Plomba.Trust.Tuf;

namespace Plomba.Site;

/// <summary>The <c>[trust]</c> of a site: whose signatures make its trust bundle.</summary>
/// <param name="Administrators">Sign what machines install, and who signs next; their keys are kept offline. At least one.</param>
/// <param name="Threshold">How many administrators must sign; from 1, and no more than there are.</param>
/// <param name="Online">Sign only that the bundle is still the newest; empty: any one administrator does that, too.</param>
public sealed record TrustSettings(IReadOnlyList<NamedTufKey> Administrators, int Threshold, IReadOnlyList<NamedTufKey> Online);

/// <summary>A public key and whose it is.</summary>
/// <param name="Name">For people; unique in its list.</param>
/// <param name="Key">The key.</param>
public sealed record NamedTufKey(KeyName Name, TufKey Key)
{
    /// <summary>As <c>site.toml</c> has it: <c>alice MCowBQYDK2Vw…</c></summary>
    public override string ToString() => $"{Name} {Key.Text}";
}
