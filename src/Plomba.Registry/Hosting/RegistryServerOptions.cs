using Microsoft.Extensions.Logging;
using Plomba.Registry.Access;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Hosting;

/// <summary>How logs are written, to standard error.</summary>
public enum LogFormat
{
    /// <summary>One line an event.</summary>
    Text,

    /// <summary>One JSON object an event.</summary>
    Json,

    /// <summary>None.</summary>
    None,
}

/// <summary>What is fixed while the server runs; everything else is in <see cref="SiteView"/>.</summary>
public sealed record RegistryServerOptions
{
    /// <summary>Where the registry listens.</summary>
    public IReadOnlyList<Listener> Listen { get; init; } = [Listener.Standard];

    /// <summary>Where signatures and keys are served alone; empty: only on the registry's listeners.</summary>
    public IReadOnlyList<Listener> SignaturesListen { get; init; } = [];

    /// <summary>The data directory; created when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What the site says, now and after reloads.</summary>
    public required ISiteSource Site { get; init; }

    /// <summary>Whether to answer other machines although there are no accounts.</summary>
    public bool Open { get; init; }

    /// <summary>Certificate and key; null: plain HTTP.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>When stored bytes are compared with their digest.</summary>
    public VerifyReads VerifyReads { get; init; } = VerifyReads.OnChange;

    /// <summary>Format of the log.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>Least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How long requests under way may take to finish when the server stops.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
