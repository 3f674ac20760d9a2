namespace Plomba.Site;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>The site is not valid.</summary>
    Error,

    /// <summary>Valid, but worth knowing.</summary>
    Warning,
}

/// <summary>Something wrong in a <c>site.toml</c>, or worth a warning.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Code">Stable, one of <see cref="FindingCode"/>.</param>
/// <param name="Text">What is wrong and what to write instead, one line.</param>
public sealed record SiteFinding(FindingSeverity Severity, int Line, int Column, string Code, string Text)
{
    /// <summary><c>error</c> or <c>warning</c>.</summary>
    public string SeverityWord => Severity == FindingSeverity.Error ? "error" : "warning";

    /// <summary><c>FILE:LINE:COL: error|warning CODE text</c></summary>
    public string Describe(string file) => $"{file}:{Line}:{Column}: {SeverityWord} {Code} {Text}";
}

/// <summary>The codes of findings: stable, so that scripts and documentation can name them.</summary>
public static class FindingCode
{
    /// <summary>Not TOML.</summary>
    public const string Syntax = "syntax";

    /// <summary>Not UTF-8, or with a byte order mark.</summary>
    public const string Encoding = "encoding";

    /// <summary>Larger than <see cref="SiteFile.MaximumSize"/>.</summary>
    public const string TooLarge = "too-large";

    /// <summary><c>format = 1</c> is missing, not first, or another number.</summary>
    public const string Format = "format";

    /// <summary>A key of the file that this version does not know.</summary>
    public const string UnknownKey = "unknown-key";

    /// <summary>A value of another type than its key takes.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>A mandatory key is missing.</summary>
    public const string Missing = "missing";

    /// <summary>Written twice: a key, a name, a fingerprint, a list's entry.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>A value its key does not take.</summary>
    public const string Value = "bad-value";

    /// <summary>A list with nothing in it.</summary>
    public const string EmptyList = "empty-list";

    /// <summary>A namespace names a key that no <c>[[key]]</c> describes.</summary>
    public const string UndefinedKey = "undefined-key";

    /// <summary>The empty namespace and <c>registry-wide</c> go together only.</summary>
    public const string RegistryWide = "registry-wide";

    /// <summary>Other machines could reach a server without accounts.</summary>
    public const string NoAccounts = "no-accounts";

    /// <summary>Warning: no TLS although other machines can connect.</summary>
    public const string PlainHttp = "plain-http";

    /// <summary>Warning: passwords travel unencrypted.</summary>
    public const string PlainHttpPasswords = "plain-http-passwords";

    /// <summary>Warning: nobody can log in from another machine.</summary>
    public const string PasswordsRefused = "passwords-refused";

    /// <summary>Warning: a port that need not be written.</summary>
    public const string DefaultPort = "default-port";

    /// <summary>Warning: no listener has the port that clients connect to.</summary>
    public const string PortNotListened = "port-not-listened";

    /// <summary>Warning: a relative path where clients need the same one.</summary>
    public const string RelativePath = "relative-path";

    /// <summary>Warning: nothing can be pulled, no namespace being described.</summary>
    public const string NoNamespaces = "no-namespaces";

    /// <summary>Warning: a namespace without keys is refused as a whole.</summary>
    public const string NoKeys = "no-keys";

    /// <summary>Warning: nobody may push to a namespace.</summary>
    public const string NoMakers = "no-makers";

    /// <summary>Warning: a key that no namespace names.</summary>
    public const string UnusedKey = "unused-key";

    /// <summary>A key's file is missing, unreadable, or does not hold exactly one public key.</summary>
    public const string KeyFile = "key-file";

    /// <summary>A key's file holds another key than the site says.</summary>
    public const string KeyDiffers = "key-differs";

    /// <summary>Warning: a key has expired.</summary>
    public const string KeyExpired = "key-expired";

    /// <summary>Warning: a key expires soon.</summary>
    public const string KeyExpires = "key-expires";

    /// <summary>Warning: a key is revoked, or cannot make signatures that count.</summary>
    public const string KeyUnusable = "key-unusable";

    /// <summary>The CA's certificate that every machine gets is missing or none.</summary>
    public const string AuthorityFile = "ca-file";

    /// <summary>Warning: the server's certificate is missing, or clients would refuse it.</summary>
    public const string Certificate = "certificate";

    /// <summary>Warning: the certificate of the server or of the CA ends soon, or has ended.</summary>
    public const string CertificateExpires = "certificate-expires";

    /// <summary>Warning: every administrator must sign, so no key may be lost.</summary>
    public const string NoSpareKey = "no-spare-key";
}
