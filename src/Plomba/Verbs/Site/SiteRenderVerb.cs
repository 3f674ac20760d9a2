using System.CommandLine;
using System.Text;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Images;
using Plomba.Site;
using Plomba.Site.Checking;
using Plomba.Site.Names;
using Plomba.Site.Rendering;
using Plomba.Site.Rendering.Kubernetes;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site render</c>: prints or writes what is derived from a site that passes its check.</summary>
internal static class SiteRenderVerb
{
    private static readonly Option<string> For = new("--for")
    {
        Description = Text.Say("Whose files: a client's, a maker's, a node's, a server's, or all."),
        HelpName = "client|maker|node|server|all",
        DefaultValueFactory = _ => "all",
    };

    private static readonly Option<string?> Maker = new("--maker")
    {
        Description = Text.Say("The maker whose inbox stands in a maker's files (default: the first of the site)."),
        HelpName = "ACCOUNT",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = Text.Say("Write the files below this directory, in client/, maker/, node/, server/ and hosts (default: print them)."),
        HelpName = "DIR",
    };

    private static readonly Option<string?> KubernetesImage = new("--kubernetes-image")
    {
        Description = Text.Say("With --for node: print a ConfigMap and a DaemonSet that put the files on every node, by a container of this image, which has a shell."),
        HelpName = "IMAGE",
    };

    private static readonly VersionOptions Versions = new();

    private static readonly Option<bool> Force = new("--force") { Description = Text.Say("Replace files that differ.") };

    public static Command Create()
    {
        For.AcceptOnlyFromAmong("client", "maker", "node", "server", "all");
        var command = new Command("render", Text.Say("Print or write what is derived from a site.")) { For, Maker, To, Force, KubernetesImage, SiteOption.Site };
        Versions.AddTo(command);
        return command.Does((parsed, terminal, _) =>
        {
            var path = SiteOption.PathOf(parsed);
            var reading = SiteOption.Read(path, p => SiteCheck.Run(p, TimeProvider.System.GetUtcNow()));
            if (reading.Site is not { } site)
                throw SiteOption.Invalid(path, ExitCode.Refused);
            var request = new RenderingRequest { Versions = Versions.Read(parsed), KeyOf = key => PacketsOf(site, key) };
            if (parsed.GetValue(KubernetesImage) is { } image)
            {
                if (parsed.GetValue(For) != "node" || parsed.GetValue(To) is not null)
                    throw Failure.Usage(Text.Say("--kubernetes-image prints a node's files as Kubernetes objects"), Text.Say("Give it with --for node, and without --to."));
                if (!ImageReference.TryParse(image, out ImageReference? _))
                    throw Failure.Usage(Text.Say($"--kubernetes-image {image}: that is no name of an image"));
                terminal.WriteLine(NodeManifest.Render(site, image, request).TrimEnd());
                return Task.FromResult(ExitCode.Done);
            }

            var files = Render(site, parsed.GetValue(For)!, parsed.GetValue(Maker), request, terminal);
            if (parsed.GetValue(To) is { } directory)
                Write(files, directory, parsed.GetValue(Force), terminal);
            else
                Print(files, terminal);
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static IReadOnlyList<RenderedFile> Render(SiteDescription site, string role, string? named, RenderingRequest request, Terminal terminal)
    {
        if (role == "client")
            return [.. SiteRendering.ForClient(site, request), .. SiteRendering.ForEverybody(site)];
        if (role == "node")
            return [.. SiteRendering.ForNode(site, request), .. SiteRendering.ForEverybody(site)];
        if (role == "server")
            return SiteRendering.ForServer(site, request);
        var maker = MakerOf(site, named, terminal);
        if (role == "all")
            return SiteRendering.All(site, maker, request);
        return maker is { } account
            ? SiteRendering.ForMaker(site, account, request)
            : throw new Failure(Text.Say("the site has no makers"), Text.Say("Name one in a namespace: plomba site namespace set NAME --maker ACCOUNT."));
    }

    // The site passed its check a moment ago, so only a change in between can fail here.
    private static ReadOnlyMemory<byte> PacketsOf(SiteDescription site, SiteKey key) =>
        SiteKeyFile.TryRead(site, key, TimeProvider.System.GetUtcNow(), out var file, out var mistake) ? file.Binary : throw new Failure(mistake.Value.Text);

    private static AccountName? MakerOf(SiteDescription site, string? named, Terminal terminal)
    {
        var makers = site.Makers.ToList();
        if (named is not null)
        {
            return AccountName.TryParse(named, out var account, out _) && makers.Contains(account)
                ? account
                : throw Failure.Usage(Text.Say($"no namespace of the site has the maker {named}"), Text.Say($"Its makers are: {string.Join(", ", makers)}."));
        }

        if (makers.Count > 1)
            terminal.Say(Text.Say($"The maker's files are for {makers[0]}; --maker renders those of {string.Join(", ", makers.Skip(1))}."));
        return makers.Count == 0 ? null : makers[0];
    }

    private static void Print(IReadOnlyList<RenderedFile> files, Terminal terminal)
    {
        if (terminal.Json)
        {
            terminal.WriteJson(files.Select(SiteJson.Of).ToArray(), SiteJsonContext.Default.RenderedJsonArray);
            return;
        }

        foreach (var file in files)
        {
            terminal.WriteLine($"==> {file.Path} <==");
            terminal.WriteLine(Encoding.UTF8.GetString(file.Content.Span));
        }
    }

    // Everything is looked at before anything is written.
    private static void Write(IReadOnlyList<RenderedFile> files, string directory, bool force, Terminal terminal)
    {
        var targets = files.Select(f => (File: f, Path: Path.Combine(directory, f.Path))).ToList();
        var differing = targets.Where(t => Path.Exists(t.Path) && !IsSame(t.Path, t.File.Content.Span)).Select(t => t.Path).ToHashSet(StringComparer.Ordinal);
        if (differing.Count > 0 && !force)
            throw new Failure(Text.Say($"already there and different: {string.Join(", ", differing.Order(StringComparer.Ordinal))}"), Text.Say("Nothing was written. Replace them with --force."));
        foreach (var (file, path) in targets)
        {
            if (Path.Exists(path) && !differing.Contains(path))
            {
                terminal.Say(Text.Say($"{path} is as it should be"));
                continue;
            }

            SiteOption.Write(path, () =>
            {
                DurableFile.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                DurableFile.Write(path, file.Content.Span);
            });
            terminal.Say(differing.Contains(path) ? Text.Say($"{path} replaced") : Text.Say($"{path} written"));
        }
    }

    private static bool IsSame(string path, ReadOnlySpan<byte> content) =>
        File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
}
