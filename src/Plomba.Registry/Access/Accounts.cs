using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Plomba.Files;

namespace Plomba.Registry.Access;

/// <summary>Whether a password was right.</summary>
internal enum PasswordVerdict
{
    /// <summary>It belongs to the account.</summary>
    Accepted,

    /// <summary>Wrong password, unknown account, or a hash that does not count: not told apart, neither in the answer nor in time.</summary>
    Refused,

    /// <summary>Too many passwords are being checked already; try again.</summary>
    Busy,
}

/// <summary>
/// Checks passwords against the htpasswd file, which is read again whenever it changes. A right password is remembered (as an HMAC
/// under a key of this process) until then, so bcrypt's time is paid once and not at every request. Thread-safe.
/// </summary>
internal sealed partial class Accounts(ILogger<Accounts> log) : IDisposable
{
    private readonly SemaphoreSlim _checking = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lock _loading = new();
    private readonly Places _clients = new(MaximumWaitingEach);
    private volatile Loaded? _loaded;
    private int _waiting;

    /// <summary>Checks one password. A missing or unreadable file means that nobody can log in.</summary>
    /// <param name="file">The htpasswd file.</param>
    /// <param name="credentials">User and password.</param>
    /// <param name="client">From where: one place alone must not keep everybody else from logging in.</param>
    /// <param name="cancellation">Ends the wait for a turn.</param>
    public async ValueTask<PasswordVerdict> CheckAsync(string file, BasicCredentials credentials, string client, CancellationToken cancellation)
    {
        var accounts = Load(file);
        var hash = accounts.File.Hashes.GetValueOrDefault(credentials.User);
        var proof = accounts.Proof(credentials, hash);
        if (hash is not null && accounts.Verified.ContainsKey(proof))
            return PasswordVerdict.Accepted;
        if (!_clients.TryEnter(client))
            return PasswordVerdict.Busy;
        try
        {
            var verdict = await CheckInTurnAsync(accounts, credentials.Password, hash, cancellation);
            if (verdict == PasswordVerdict.Accepted)
                accounts.Remember(proof);
            return verdict;
        }
        finally
        {
            _clients.Leave(client);
        }
    }

    /// <summary>Whether there is such an account now.</summary>
    public bool Knows(string file, string account) => Load(file).File.Hashes.ContainsKey(account);

    /// <summary>Reads the file if it changed since it was last read; says in the log what in it cannot be used.</summary>
    public void Refresh(string file) => Load(file);

    /// <inheritdoc/>
    public void Dispose() => _checking.Dispose();

    private async ValueTask<PasswordVerdict> CheckInTurnAsync(Loaded accounts, string password, string? hash, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MaximumWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return PasswordVerdict.Busy;
        }

        try
        {
            await _checking.WaitAsync(cancellation);
            try
            {
                return await Task.Run(() => accounts.IsRight(password, hash), cancellation) ? PasswordVerdict.Accepted : PasswordVerdict.Refused;
            }
            finally
            {
                _checking.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private Loaded Load(string file)
    {
        var stamp = Stamp.Of(file);
        if (_loaded is { } current && current.Path == file && current.Stamp == stamp)
            return current;
        lock (_loading)
        {
            if (_loaded is { } raced && raced.Path == file && raced.Stamp == stamp)
                return raced;
            var loaded = new Loaded(file, stamp, Read(file));
            foreach (var complaint in loaded.File.Complaints)
                LogComplaint(file, complaint);
            LogLoaded(loaded.File.Hashes.Count, file);
            return _loaded = loaded;
        }
    }

    private PasswordFile Read(string file)
    {
        try
        {
            if (RegularFile.ReadUpTo(file, PasswordFile.MaximumLength) is { } content)
                return PasswordFile.Parse(Encoding.UTF8.GetString(content));
            LogUnreadable(file, $"it is larger than {PasswordFile.MaximumLength} bytes");
            return PasswordFile.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(file, e.Message);
            return PasswordFile.Empty;
        }
    }

    private const int MaximumWaiting = 64;
    private const int MaximumWaitingEach = 16;

    [LoggerMessage(EventId = 220, Level = LogLevel.Warning, Message = "{File}: {Complaint}")]
    private partial void LogComplaint(string file, string complaint);

    [LoggerMessage(EventId = 221, Level = LogLevel.Error, Message = "nobody can log in: {File} cannot be read: {Reason}")]
    private partial void LogUnreadable(string file, string reason);

    [LoggerMessage(EventId = 222, Level = LogLevel.Information, Message = "{Count} accounts read from {File}")]
    private partial void LogLoaded(int count, string file);

    private readonly record struct Stamp(DateTime Written, long Length)
    {
        public static Stamp Of(string file)
        {
            var info = new FileInfo(file);
            return info.Exists ? new Stamp(info.LastWriteTimeUtc, info.Length) : default;
        }
    }

    private sealed class Loaded(string path, Stamp stamp, PasswordFile file)
    {
        private const int MaximumRemembered = 4096;
        private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
        private readonly int _highestCost = file.Hashes.Count == 0 ? 10 : file.Hashes.Values.Max(CostOf);

        public string Path => path;

        public Stamp Stamp => stamp;

        public PasswordFile File => file;

        public ConcurrentDictionary<string, byte> Verified { get; } = new(StringComparer.Ordinal);

        /// <summary>
        /// Whether the password belongs to the hash (null: there is no such account). A wrong one takes the time of the file's costliest hash,
        /// whatever account it was tried on: each cost is twice the one below, so the costs from the account's own on add up to the highest.
        /// </summary>
        public bool IsRight(string password, string? hash)
        {
            if (hash is not null && BCrypt.Net.BCrypt.Verify(password, hash))
                return true;
            if (hash is null)
                BCrypt.Net.BCrypt.Verify(password, Decoy(_highestCost));
            for (var cost = hash is null ? _highestCost : CostOf(hash); cost < _highestCost; cost++)
                BCrypt.Net.BCrypt.Verify(password, Decoy(cost));
            return false;
        }

        public string Proof(BasicCredentials credentials, string? hash) => Convert.ToBase64String(
            HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{credentials.User}\0{credentials.Password}\0{hash}")));

        public void Remember(string proof)
        {
            if (Verified.Count >= MaximumRemembered)
                Verified.Clear();
            Verified.TryAdd(proof, 0);
        }

        private static int CostOf(string hash) => int.Parse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture);

        // Nothing matches it.
        private static string Decoy(int cost) =>
            string.Create(CultureInfo.InvariantCulture, $"$2b${cost:00}$C6UzMDM.H6dfI/f/IKxGhuE1fC4Y1BXaYCRVlkYJ1wRSm1bQ1cZ0a");
    }
}
