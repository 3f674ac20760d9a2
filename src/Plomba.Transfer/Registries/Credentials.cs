using System.Text;

namespace Plomba.Transfer.Registries;

/// <summary>What one registry wants to know of us. Never printed: <see cref="ToString"/> names the user only.</summary>
/// <param name="User">The user name; empty beside an identity token.</param>
/// <param name="Password">The password; empty beside an identity token.</param>
/// <param name="IdentityToken">An OAuth2 refresh token, exchanged at the token server; null for a password.</param>
internal sealed record Credentials(string User, string Password, string? IdentityToken = null)
{
    /// <summary>The value of an <c>Authorization: Basic</c> header.</summary>
    public string Basic => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <inheritdoc/>
    public override string ToString() => IdentityToken is null ? $"user {User}" : "an identity token";
}
