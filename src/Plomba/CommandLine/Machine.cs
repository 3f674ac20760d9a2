using Plomba.Files;
using Plomba.Trust.Configuration;

namespace Plomba.CommandLine;

/// <summary>This machine and its user, as configuration lookups need to know them.</summary>
internal static class Machine
{
    /// <summary>Whose configuration counts.</summary>
    public static TrustEnvironment TrustEnvironment { get; } = new(
        Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        UserId.Effective == 0,
        Environment.GetEnvironmentVariable);
}
