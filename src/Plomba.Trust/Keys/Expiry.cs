namespace Plomba.Trust.Keys;

/// <summary>How soon somebody must renew a key or a certificate.</summary>
public enum ExpiryUrgency
{
    /// <summary>Not yet.</summary>
    None,

    /// <summary>60 days or less are left.</summary>
    Notice,

    /// <summary>30 days or less are left.</summary>
    Warning,

    /// <summary>7 days or less are left.</summary>
    Critical,

    /// <summary>None are left: it counts no more.</summary>
    Expired,
}

/// <summary>The one rule of when the end of a key or a certificate is worth a word: 60, 30 and 7 days before it.</summary>
public static class Expiry
{
    /// <summary>How urgent the renewal is.</summary>
    /// <param name="end">When it ends.</param>
    /// <param name="now">The time.</param>
    public static ExpiryUrgency Of(DateTimeOffset end, DateTimeOffset now) => (end - now).TotalDays switch
    {
        <= 0 => ExpiryUrgency.Expired,
        <= 7 => ExpiryUrgency.Critical,
        <= 30 => ExpiryUrgency.Warning,
        <= 60 => ExpiryUrgency.Notice,
        _ => ExpiryUrgency.None,
    };

    /// <summary>Whole days that are left, rounded down; 0 when less than one is, negative when it has ended.</summary>
    public static int DaysLeft(DateTimeOffset end, DateTimeOffset now) => (int)Math.Floor((end - now).TotalDays);
}
