namespace Plomba.Trust;

/// <summary>
/// How the reference implementation classes a refusal (TRUST.md §3.6). CRI-O's answers and our exit codes rest on it.
/// </summary>
public enum ErrorClass
{
    /// <summary>The policy was applied and says no: reject, no signature, identity, digest, no keys (exit 3).</summary>
    PolicyRequirement,

    /// <summary>A signature is cryptographically wrong, or what it signs has the wrong shape (exit 3).</summary>
    InvalidSignature,

    /// <summary>Everything else: nothing could be decided, such as an unreadable key file (exit 1).</summary>
    Plain,
}
