using Microsoft.Extensions.Logging;
using Plomba.Files;
using Plomba.Registry.Access;
using Plomba.Registry.Api;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;
using Plomba.Registry.Signatures;
using Plomba.Registry.TrustBundle;

namespace Plomba.Registry.Hosting;

/// <summary>The opened data directory and everything requests work with; closes it all when disposed.</summary>
internal sealed class OpenRegistry : IAsyncDisposable
{
    private readonly FileBlobStore _blobs;
    private readonly InboxWatch _inboxes;
    private readonly UploadSweep _sweep;
    private readonly ISiteSource _site;

    private OpenRegistry(RegistryState state, FileBlobStore blobs, InboxWatch inboxes, UploadSweep sweep, ISiteSource site)
    {
        State = state;
        (_blobs, _inboxes, _sweep, _site) = (blobs, inboxes, sweep, site);
    }

    /// <summary>What requests work with.</summary>
    public RegistryState State { get; }

    /// <summary>Opens catalog and blobs; a refusal instead when another server has them or they cannot be used.</summary>
    public static async Task<(OpenRegistry? Registry, StartRefusal? Refusal)> OpenAsync(
        RegistryServerOptions options, ILoggerFactory logs, CancellationToken cancellation)
    {
        var directory = Path.GetFullPath(options.DataDirectory);
        switch (await JournaledCatalog.OpenAsync(new CatalogOptions { Directory = directory }, options.Clock, logs.CreateLogger<JournaledCatalog>(), cancellation))
        {
            case CatalogOpening.Opened opened:
                return (await AssembleAsync(options, directory, opened.Catalog, logs), null);
            case CatalogOpening.InUse:
                return (null, new StartRefusal(() => Text.Say($"another server is using the data in {directory}"), () => Text.Say("Stop it, or give this one its own --data.")));
            case CatalogOpening.NotWritable refused:
                return (null, new StartRefusal(
                    () => Text.Say($"the data directory {directory} cannot be used: {FileTrouble.Of(refused.Reason)}"), () => Text.Say("Let it belong to the user the server runs as, or give another --data.")));
            case CatalogOpening.Damaged damaged:
                return (null, new StartRefusal(() => damaged.Message, () => Text.Say($"Try: plomba catalog rebuild --data {directory}")));
            case var other:
                throw new InvalidOperationException($"unknown outcome {other}");
        }
    }

    /// <summary>Reads the password file and the inboxes now.</summary>
    public void Refresh()
    {
        if (_site.Current.PasswordsFile is { } passwords)
            State.Accounts.Refresh(passwords);
        _inboxes.ScanAll();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await _inboxes.DisposeAsync();
        State.Accounts.Dispose();
        State.Tokens.Dispose();
        await State.Catalog.DisposeAsync();
        _blobs.Dispose();
    }

    private static async Task<OpenRegistry> AssembleAsync(
        RegistryServerOptions options, string directory, ICatalog catalog, ILoggerFactory logs)
    {
        try
        {
            return Assemble(options, directory, catalog, logs);
        }
        catch
        {
            await catalog.DisposeAsync();
            throw;
        }
    }

    private static OpenRegistry Assemble(RegistryServerOptions options, string directory, ICatalog catalog, ILoggerFactory logs)
    {
        var blobs = new FileBlobStore(
            new FileBlobStoreOptions { Directory = directory, VerifyReads = options.VerifyReads }, options.Clock, logs.CreateLogger<FileBlobStore>());
        var site = options.Site.Current;
        // Those elsewhere are the administrator's to make, with the owners they need.
        foreach (var own in new[] { site.InboxesDirectory, site.KeysDirectory }.Where(d => Path.GetFullPath(d).StartsWith($"{directory}/", StringComparison.Ordinal)))
            DurableFile.CreateDirectory(own);
        var inboxes = new Inboxes(catalog, options.Site, logs.CreateLogger<Inboxes>());
        var keys = new KeyDirectory(options.Clock, logs.CreateLogger<KeyDirectory>());
        var state = new RegistryState(
            blobs,
            catalog,
            options.Site,
            new Accounts(logs.CreateLogger<Accounts>()),
            new BearerTokens(TokenKey.Open(directory), options.Clock),
            new SignatureList(catalog, inboxes, keys, options.Clock),
            keys,
            logs.CreateLogger("Plomba.Registry"))
        {
            Open = options.Open,
            TrustDirectory = Path.Combine(directory, TrustPaths.Directory),
        };
        var registry = new OpenRegistry(
            state, blobs, new InboxWatch(inboxes, site.InboxesDirectory, logs.CreateLogger<InboxWatch>()), new UploadSweep(blobs, options.Clock), options.Site);
        registry.Refresh();
        return registry;
    }
}
