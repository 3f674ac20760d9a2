namespace Plomba.Transfer;

/// <summary>What kind of trouble a registry or a layout gave.</summary>
public enum TransferTrouble
{
    /// <summary>It is not there: an unknown manifest, repository or blob.</summary>
    NotFound,

    /// <summary>Credentials are missing, wrong or not enough.</summary>
    Denied,

    /// <summary>Nobody answers, or not in time.</summary>
    Unreachable,

    /// <summary>The certificate is not trusted, or the other side does not speak TLS.</summary>
    Tls,

    /// <summary>Bytes that do not have the digest they were asked for by.</summary>
    Mismatch,

    /// <summary>More bytes than may be (TRUST.md §3.6, §10).</summary>
    TooLarge,

    /// <summary>An answer outside the protocol: a status, a redirect or a document that does not belong there.</summary>
    Protocol,

    /// <summary>Configuration on this machine that cannot be used: a certificate directory, a credentials file.</summary>
    Configuration,
}

/// <summary>
/// An image or its signatures could not be fetched. The message is one line fit for users and free of secrets, in the
/// reference implementation's words where TRUST.md lists them.
/// </summary>
public sealed class TransferException : Exception
{
    /// <summary>A trouble and its one-line message.</summary>
    public TransferException(TransferTrouble trouble, string message, Exception? cause = null)
        : base(message, cause) => Trouble = trouble;

    /// <summary>What kind of trouble.</summary>
    public TransferTrouble Trouble { get; }

    /// <summary>The same trouble, said with what was being done.</summary>
    public TransferException While(string doing) => new(Trouble, $"{doing}: {Message}", this);
}
