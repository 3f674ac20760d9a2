using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Images;
using Plomba.Transfer;
using Plomba.Transfer.Registries;

namespace Plomba.Verbs.Skopeo;

/// <summary><c>plomba list-tags docker://REPOSITORY</c></summary>
internal static class ListTagsVerb
{
    private const string Prefix = "docker://";

    private static readonly JsonWriterOptions Layout = new() { Indented = true, IndentSize = 4, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var repository = new Argument<string>("SOURCE-IMAGE") { Description = Text.Say("docker://REPOSITORY, without tag and digest.") };
        var creds = new Option<string?>("--creds") { Description = Text.Say("The login, which everybody on this machine can read meanwhile; better podman login."), HelpName = "USER[:PASSWORD]" };
        var (access, stores) = (new AccessOptions(), new StoreOptions());
        var command = new Command("list-tags", Text.Say("List the tags of a repository (as skopeo's).")) { repository, creds };
        access.AddTo(command);
        stores.AddTo(command);
        return command.DoesAsSkopeo(async (parsed, terminal, cancellation) =>
        {
            var name = Read(parsed.GetRequiredValue(repository));
            using var clients = new RegistryClients(access.Read(parsed) with { Login = Login(parsed.GetValue(creds), terminal) });
            try
            {
                // The last route is the registry itself: a mirror's tags are another question.
                var route = stores.Read(parsed, Machine.TrustEnvironment, site: null).RoutesTo(name.WithDefaultTag())[^1];
                if (route.BlockedBy is { } prefix)
                    throw new Failure($"Error listing repository tags: registry {prefix} is blocked in registries.conf");
                if (!RegistryHost.TryParse(name.Domain, out var host))
                    throw new Failure($"\"{name.Domain}\" is no host name");
                var tags = await clients.For(host, route.IsInsecure).GetTagsAsync(name.Path, cancellation);
                terminal.Output.Write(Render(name, tags));
            }
            catch (TransferException e)
            {
                throw new Failure($"Error listing repository tags: {e.Message}");
            }

            return ExitCode.Done;
        });
    }

    private static (string User, string Password)? Login(string? creds, Terminal terminal)
    {
        if (creds is null)
            return null;
        terminal.Say(Text.Say("--creds shows the password to everybody on this machine: podman login keeps it in a file"));
        var parts = creds.Split(':', 2);
        if (parts[0].Length == 0)
            throw new Failure(Text.Say("--creds names no user"));
        return (parts[0], parts.Length > 1 ? parts[1] : terminal.ReadSecret(Text.Say($"Password of {parts[0]}")) ?? "");
    }

    private static ImageReference Read(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new Failure(text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                ? $"Unsupported transport '{text[..colon]}' for tag listing. Only supported: docker"
                : $"Invalid image name \"{text}\", expected colon-separated transport:reference");
        }

        if (!ImageReference.TryParse(text[Prefix.Length..], out var name, out var error))
            throw new Failure($"Invalid image name \"{text}\": {error.Message}");
        return name.IsNameOnly ? name : throw new Failure("No tag or digest allowed in reference");
    }

    private static string Render(ImageReference name, IReadOnlyList<string> tags)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Layout))
        {
            json.WriteStartObject();
            json.WriteString("Repository", name.Name);
            json.WriteStartArray("Tags");
            foreach (var tag in tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }
}
