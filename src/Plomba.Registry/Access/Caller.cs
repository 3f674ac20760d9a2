using Plomba.Images;

namespace Plomba.Registry.Access;

/// <summary>Who sent a request: an account or nobody, perhaps limited to what a token grants.</summary>
/// <param name="Account">Account name; empty: anonymous.</param>
/// <param name="Grants">What the bearer token names; null: no token, so the account's rights hold in full.</param>
internal sealed record Caller(string Account, IReadOnlyList<TokenScope>? Grants)
{
    /// <summary>Nobody in particular, without a token.</summary>
    public static Caller Anonymous { get; } = new("", null);

    /// <summary>Whether anything was proved: a password or a token.</summary>
    public bool IsAuthenticated => Account.Length > 0 || Grants is not null;

    /// <summary>
    /// What this caller may do now: the account's rights of this moment (a maker removed from the site loses them at once, whatever its
    /// tokens say), cut down to what the token grants. Reading needs no token where anonymous callers may read.
    /// </summary>
    public Rights RightsIn(SiteView site, RepositoryName repository)
    {
        var rights = site.RightsOf(Account, repository);
        if (Grants is null)
            return rights;
        var granted = Rights.None;
        foreach (var grant in Grants)
        {
            if (grant.Repository == repository)
                granted |= grant.Rights;
        }

        return (rights & granted) | site.RightsOf("", repository);
    }
}
