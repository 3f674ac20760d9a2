using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;
using Plomba.Registry.PushWorker;

// DATA ACKNOWLEDGEMENTS ROUND: pushes until it is killed.
var (data, acknowledgements) = (args[0], args[1]);
var round = int.Parse(args[2], CultureInfo.InvariantCulture);
var opening = await JournaledCatalog.OpenAsync(
    new CatalogOptions { Directory = data, SegmentSize = 64 * 1024 }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance);
if (opening is not CatalogOpening.Opened { Catalog: { WritesRefused: null } catalog })
{
    Console.Error.WriteLine(opening);
    return 1;
}

using var blobs = new FileBlobStore(new FileBlobStoreOptions { Directory = data }, TimeProvider.System, NullLogger<FileBlobStore>.Instance);
using var written = new Acknowledgements(acknowledgements);
written.Add($"process {Environment.ProcessId}");
await Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(() => new Pusher(blobs, catalog, written, round, client).RunAsync())));
return 0;
