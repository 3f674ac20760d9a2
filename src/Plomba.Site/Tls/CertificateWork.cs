using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Files;

namespace Plomba.Site.Tls;

/// <summary>What is wanted of a site's certificates.</summary>
public sealed record CertificateRequestSettings
{
    /// <summary>Whose they are, for the subjects: the site's name.</summary>
    public required string Owner { get; init; }

    /// <summary>The names the server's certificate must have; at least one.</summary>
    public required IReadOnlyList<CertificateName> Names { get; init; }

    /// <summary>How long a new server certificate counts.</summary>
    public TimeSpan Lifetime { get; init; } = SiteAuthority.DefaultServerLifetime;

    /// <summary>How long a new CA counts.</summary>
    public TimeSpan AuthorityLifetime { get; init; } = SiteAuthority.DefaultLifetime;

    /// <summary>Make a new certificate although the old one is good for long.</summary>
    public bool Force { get; init; }

    /// <summary>With a new certificate also a new key.</summary>
    public bool NewKey { get; init; }

    /// <summary>The passphrase of an encrypted CA key; null when nobody answers.</summary>
    public required Func<string?> Passphrase { get; init; }

    /// <summary>The passphrase a new CA key is encrypted with; empty: not at all.</summary>
    public required Func<string> NewPassphrase { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="MadeAuthority">There is a new CA.</param>
/// <param name="MadeCertificate">There is a new server certificate.</param>
public sealed record CertificateOutcome(bool MadeAuthority, bool MadeCertificate);

/// <summary>
/// Makes and renews the certificates of a site's server. Keys are written before what needs them and a renewed certificate
/// keeps its key, so that at every moment the files on disk are a pair a server can start with.
/// </summary>
public sealed class CertificateWork(CertificateFiles files, CertificateRequestSettings settings, TimeProvider clock)
{
    /// <summary>Makes what is missing and replaces nothing; false with one line of why not, and then nothing was written.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public bool TryInitialize([NotNullWhen(true)] out CertificateOutcome? outcome, [NotNullWhen(false)] out string? why)
    {
        outcome = null;
        why = null;
        var now = clock.GetUtcNow();
        if (File.Exists(files.Certificate))
        {
            outcome = new CertificateOutcome(false, false);
            if (File.Exists(files.Authority))
                return true;
            outcome = null;
            why = Text.Say($"{files.Certificate} is there, but no CA at {files.Authority}: choose another directory");
            return false;
        }

        var fresh = !File.Exists(files.Authority);
        if (fresh && File.Exists(files.AuthorityKey))
        {
            why = Text.Say($"{files.AuthorityKey} is there without {files.Authority}: put the certificate back, or remove the key if no certificate was ever made with it");
            return false;
        }

        SiteAuthority? authority;
        if (fresh)
            authority = SiteAuthority.Create(settings.Owner, settings.Names, now, settings.AuthorityLifetime);
        else if (!TryOpenAuthority(out authority, out why))
            return false;
        using (authority)
        {
            if (!TryIssue(authority, now, out var pair, out why))
                return false;
            var authorityKey = fresh ? authority.KeyPem(settings.NewPassphrase()) : null;
            CreateDirectories();
            if (authorityKey is not null)
            {
                DurableFile.Write(files.AuthorityKey, Bytes(authorityKey), DurableFile.PrivateMode);
                DurableFile.Write(files.Authority, Bytes(authority.CertificatePem));
            }

            Store(pair.Value);
        }

        outcome = new CertificateOutcome(fresh, true);
        return true;
    }

    /// <summary>
    /// Replaces the server's certificate when less than a third of its time is left, it lacks a name, or it does not belong
    /// to the CA or its key; false with one line of why not.
    /// </summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public bool TryRenew([NotNullWhen(true)] out CertificateOutcome? outcome, [NotNullWhen(false)] out string? why)
    {
        outcome = null;
        why = null;
        var now = clock.GetUtcNow();
        if (!File.Exists(files.Authority))
            why = Text.Say($"there is no CA at {files.Authority}: make one with plomba tls init");
        else if (!settings.Force && !settings.NewKey && IsGood(now))
            outcome = new CertificateOutcome(false, false);
        if (why is not null || outcome is not null)
            return why is null;
        if (!TryOpenAuthority(out var authority, out why))
            return false;
        using (authority)
        {
            if (!TryIssue(authority, now, out var pair, out why))
                return false;
            Store(pair.Value);
        }

        outcome = new CertificateOutcome(false, true);
        return true;
    }

    /// <summary>The names of the server's certificate as it is; empty when there is none.</summary>
    public static IReadOnlyList<CertificateName> NamesIn(string file)
    {
        if (!PemFile.TryReadText(file, out var text, out _) || !PemFile.TryParse(text, out var chain))
            return [];
        var names = ServerCertificate.NamesOf(chain[0]);
        PemFile.Dispose(chain);
        return names;
    }

    private bool IsGood(DateTimeOffset now)
    {
        if (!PemFile.TryReadText(files.Certificate, out var text, out _) || !PemFile.TryParse(text, out var chain))
            return false;
        try
        {
            using var key = ServerKey();
            using var publicKey = chain[0].GetECDsaPublicKey();
            var (begin, end) = (new DateTimeOffset(chain[0].NotBefore), ServerCertificate.EndOf(chain[0]));
            return end - now > (end - begin) / 3
                && settings.Names.All(n => chain[0].MatchesHostname(n.Text))
                && key is not null && publicKey is not null && Same(key, publicKey)
                && AuthorityFile.TryOpen(files.Authority, out var authorities, out _) && IsAccepted(chain[0], authorities, now);
        }
        finally
        {
            PemFile.Dispose(chain);
        }
    }

    private static bool IsAccepted(X509Certificate2 certificate, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        var accepted = ServerCertificate.IsAcceptedBy(certificate, authorities, now, out _);
        PemFile.Dispose(authorities);
        return accepted;
    }

    private bool TryOpenAuthority([NotNullWhen(true)] out SiteAuthority? authority, [NotNullWhen(false)] out string? why)
    {
        authority = null;
        if (!PemFile.TryReadText(files.Authority, out var certificate, out why))
            why = $"{files.Authority}: {why}";
        else if (!PemFile.TryReadText(files.AuthorityKey, out var key, out why))
            why = Text.Say($"the CA's key {files.AuthorityKey}: {why}; bring it from where it is kept, or name it with --ca-key");
        else if (!SiteAuthority.TryOpen(certificate, key, settings.Passphrase, out authority, out why))
            why = $"{files.AuthorityKey}: {why}";
        return authority is not null;
    }

    private bool TryIssue(SiteAuthority authority, DateTimeOffset now, [NotNullWhen(true)] out (string Certificate, string? Key)? pair, [NotNullWhen(false)] out string? why)
    {
        pair = null;
        var kept = settings.NewKey ? null : ServerKey();
        using var key = kept ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!authority.TryIssue(settings.Owner, settings.Names, key, now, settings.Lifetime, out var certificate, out why))
            return false;
        using (certificate)
            pair = ($"{certificate.ExportCertificatePem()}\n", kept is null ? PemKey.Write(key, "") : null);
        return true;
    }

    // The key first: a server that reads between the two writes finds that they do not fit, and keeps what it has.
    private void Store((string Certificate, string? Key) pair)
    {
        if (pair.Key is { } key)
            Put(files.Key, key, DurableFile.PrivateMode);
        Put(files.Certificate, pair.Certificate, DurableFile.DefaultMode);
    }

    // What is replaced keeps its mode and owner, so the service may still read its key.
    private static void Put(string path, string pem, UnixFileMode mode)
    {
        if (File.Exists(path))
            DurableFile.Replace(path, Bytes(pem));
        else
            DurableFile.Write(path, Bytes(pem), mode);
    }

    private ECDsa? ServerKey() =>
        PemFile.TryReadText(files.Key, out var text, out _) && PemKey.TryRead(text, () => null, out var key, out _) ? key : null;

    private void CreateDirectories()
    {
        foreach (var file in new[] { files.Authority, files.AuthorityKey, files.Certificate, files.Key })
            DurableFile.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    private static bool Same(ECDsa one, ECDsa other) => one.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.ExportSubjectPublicKeyInfo());

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
