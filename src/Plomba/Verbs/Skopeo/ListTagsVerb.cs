using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Transfer;
using Plomba.Transfer.Layouts;
using Plomba.Transfer.Registries;
using Plomba.Trust;

namespace Plomba.Verbs.Skopeo;

/// <summary><c>plomba list-tags docker://REPOSITORY</c>, or <c>docker-archive:FILE</c></summary>
internal static class ListTagsVerb
{
    private const string Docker = "docker";
    private const string Archive = "docker-archive";

    private static readonly JsonWriterOptions Layout = new() { Indented = true, IndentSize = 4, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var source = new Argument<string>("SOURCE-IMAGE") { Description = Text.Say("docker://REPOSITORY, without tag and digest, or docker-archive:FILE.") };
        var (access, stores, logins) = (new AccessOptions(isMissingEmpty: true), new StoreOptions(isMissingEmpty: true), new LoginOptions());
        var command = new Command("list-tags", Text.Say("List the tags of a repository or of an archive (as skopeo's).")) { source };
        access.AddTo(command);
        stores.AddTo(command);
        logins.AddTo(command);
        return command.DoesAsSkopeo(async (parsed, terminal, cancellation) =>
        {
            var text = parsed.GetRequiredValue(source);
            var reached = logins.Read(parsed, access.Read(parsed), access.IsAnonymous(parsed), terminal);
            terminal.Output.Write(TransportOf(text) switch
            {
                Docker => await OfRepositoryAsync(RepositoryIn(text), reached, stores.Read(parsed, Machine.TrustEnvironment, site: null), cancellation),
                Archive => OfArchive(text, cancellation),
                var other => throw new Failure($"Unsupported transport '{other}' for tag listing. Only supported: {Docker}, {Archive}"),
            });
            return ExitCode.Done;
        });
    }

    private static string TransportOf(string text) => text.Split(':', 2) is [var name, _] && Transport.Find(name) is { } transport
        ? transport.Name
        : throw new Failure($"Invalid {QuotedText.Of(text)}: does not specify a transport");

    private static ImageReference RepositoryIn(string text)
    {
        const string prefix = $"{Docker}://";
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
            throw new Failure($"docker: image reference {text} does not start with {prefix}");
        if (!ImageReference.TryParse(text[prefix.Length..], out var name, out var error))
            throw new Failure(error.Message);
        return name.IsNameOnly ? name : throw new Failure("No tag or digest allowed in reference");
    }

    private static async Task<string> OfRepositoryAsync(ImageReference name, RegistryAccess access, IRegistryConfiguration registries, CancellationToken cancellation)
    {
        using var clients = new RegistryClients(access);
        try
        {
            // The last route is the registry itself: a mirror's tags are another question.
            var route = registries.RoutesTo(name.WithDefaultTag())[^1];
            if (route.BlockedBy is { } prefix)
                throw new Failure($"Error listing repository tags: registry {prefix} is blocked in registries.conf");
            if (!RegistryHost.TryParse(name.Domain, out var host))
                throw new Failure($"\"{name.Domain}\" is no host name");
            return Render(name, await clients.For(host, route.IsInsecure).GetTagsAsync(name.Path, cancellation));
        }
        catch (TransferException e)
        {
            throw new Failure($"Error listing repository tags: {e.Message}");
        }
    }

    private static string OfArchive(string text, CancellationToken cancellation)
    {
        if (!ImageName.TryParse(text, TransportEnvironment.WithoutPaths, out var image, out var error))
            throw new Failure(error.Message);
        try
        {
            return Render(null, DockerArchiveTags.Read((DockerArchiveImage)image, LocalFile.OpenRead, cancellation));
        }
        catch (TransferException e)
        {
            throw new Failure(e.Message);
        }
    }

    private static string Render(ImageReference? repository, IReadOnlyList<string>? tags)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Layout))
        {
            json.WriteStartObject();
            if (repository is not null)
                json.WriteString("Repository", repository.Name);
            if (tags is null)
                json.WriteNull("Tags");
            else
                WriteTags(json, tags);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    private static void WriteTags(Utf8JsonWriter json, IReadOnlyList<string> tags)
    {
        json.WriteStartArray("Tags");
        foreach (var tag in tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
    }
}
