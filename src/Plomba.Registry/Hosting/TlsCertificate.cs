using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Plomba.Files;
using Plomba.Trust.Keys;

namespace Plomba.Registry.Hosting;

/// <summary>Certificate (with its chain) and private key in PEM files.</summary>
/// <param name="Certificate">The server's certificate first, then its intermediates.</param>
/// <param name="Key">Its private key, not encrypted.</param>
public sealed record TlsFiles(string Certificate, string Key);

/// <summary>
/// The certificate the server shows. The files are looked at again when a connection comes in, at most once a second; a new pair is taken
/// for new connections, an unusable one is reported and the old one kept. Thread-safe.
/// </summary>
internal sealed partial class TlsCertificate
{
    private const int LongestFile = 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromDays(1);

    private readonly TlsFiles _files;
    private readonly TimeProvider _clock;
    private readonly ILogger<TlsCertificate> _log;
    private readonly Lock _loading = new();
    private volatile SslStreamCertificateContext _current;
    private (DateTime, DateTime) _stamp;
    private long _lookedAt;
    private DateTimeOffset _remindAt;

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">They are no certificate and its key.</exception>
    public TlsCertificate(TlsFiles files, TimeProvider clock, ILogger<TlsCertificate> log)
    {
        (_files, _clock, _log) = (files, clock, log);
        _stamp = Stamp();
        _lookedAt = clock.GetTimestamp();
        _current = Load();
    }

    /// <summary>What to show a client that connects now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            if (_clock.GetElapsedTime(Interlocked.Read(ref _lookedAt)) >= Interval)
                Refresh();
            return _current;
        }
    }

    private void Refresh()
    {
        lock (_loading)
        {
            Interlocked.Exchange(ref _lookedAt, _clock.GetTimestamp());
            if (_clock.GetUtcNow() >= _remindAt)
                Remind(_current.TargetCertificate);
            var stamp = Stamp();
            if (stamp == _stamp)
                return;
            try
            {
                _current = Load();
                LogReloaded(_files.Certificate);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Also met between the writing of the two files: the next look repairs it.
                LogKept(_files.Certificate, e.Message);
            }

            _stamp = stamp;
        }
    }

    // When it is read and once a day; without a connection nobody would miss the reminder.
    private void Remind(X509Certificate2 certificate)
    {
        var (now, end) = (_clock.GetUtcNow(), new DateTimeOffset(certificate.NotAfter));
        _remindAt = now + ReminderInterval;
        var level = Expiry.Of(end, now) switch
        {
            ExpiryUrgency.None => LogLevel.None,
            ExpiryUrgency.Notice => LogLevel.Information,
            ExpiryUrgency.Warning => LogLevel.Warning,
            _ => LogLevel.Error,
        };
        if (level == LogLevel.None)
            return;
        var (day, days) = (end.UtcDateTime, Expiry.DaysLeft(end, now));
        LogEnds(level, _files.Certificate, day, days);
    }

    private (DateTime, DateTime) Stamp() => (File.GetLastWriteTimeUtc(_files.Certificate), File.GetLastWriteTimeUtc(_files.Key));

    private SslStreamCertificateContext Load()
    {
        var text = RegularFile.ReadText(_files.Certificate, LongestFile);
        var certificate = X509Certificate2.CreateFromPem(text, RegularFile.ReadText(_files.Key, LongestFile));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text);
        Remind(certificate);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    [LoggerMessage(EventId = 240, Level = LogLevel.Information, Message = "new connections get the certificate now in {File}")]
    private partial void LogReloaded(string file);

    [LoggerMessage(EventId = 241, Level = LogLevel.Error, Message = "{File} or its key cannot be used, the old certificate stays: {Reason}")]
    private partial void LogKept(string file, string reason);

    [LoggerMessage(EventId = 242, Message = "the certificate {File} ends on {Day:yyyy-MM-dd}, {Days} days from now: renew it (plomba tls renew)")]
    private partial void LogEnds(LogLevel level, string file, DateTime day, int days);
}
