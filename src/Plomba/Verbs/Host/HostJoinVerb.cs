using System.CommandLine;
using System.Security.Cryptography;
using Plomba.CommandLine;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Machines;
using Plomba.Trust.Tuf;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host join</c>: from now on the machine follows the trust bundle of a site.</summary>
internal static class HostJoinVerb
{
    private static readonly Argument<string?> Url = new("URL")
    {
        Description = Text.Say("Where the trust bundle is: https://registry.example.org/trust/"),
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> RootDigest = new("--root-sha256")
    {
        Description = Text.Say("The sha256 of the site's root metadata, as an administrator told you."),
        HelpName = "HEX",
    };

    private static readonly Option<string?> BundleFile = new("--file")
    {
        Description = Text.Say("A trust bundle that was carried here: a directory, or a tar archive of one."),
        HelpName = "BUNDLE",
    };

    private static readonly Option<bool> Refresh = new("--refresh")
    {
        Description = Text.Say("Take what is new in the joined site and apply the machine's roles again; raise the alarm when there was no news for too long."),
    };

    private static readonly JoinedRoles Roles = new();

    public static Command Create()
    {
        var command = new Command("join", Text.Say("Follow a site's keys and policies, as its administrators sign them; exit 3 when what comes is not to be trusted."))
        {
            Url, RootDigest, BundleFile, Refresh, HostRoot.Option,
        };
        Roles.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            using var root = HostRoot.Open(parsed);
            Roles.Require(parsed);
            using var membership = Open(root);
            var report = new JoinReport(terminal, root, TimeProvider.System.GetUtcNow());
            return parsed.GetValue(Refresh)
                ? await RefreshAsync(parsed, terminal, root, membership, report, cancellation)
                : await JoinAsync(parsed, terminal, root, membership, report, cancellation);
        });
    }

    /// <summary>The machine's membership, for this process alone.</summary>
    /// <exception cref="Failure">Another process has it.</exception>
    internal static Membership Open(MachineRoot root) =>
        Membership.Open(root, TimeProvider.System).TryGet(out var membership, out var error)
            ? membership
            : throw new Failure(error.Message, Text.Say("Wait until it has ended, and run this again."));

    private static async Task<int> JoinAsync(ParseResult parsed, Terminal terminal, MachineRoot root, Membership membership, JoinReport report, CancellationToken cancellation)
    {
        if (parsed.GetValue(Url) is null == parsed.GetValue(BundleFile) is null)
            throw Failure.Usage(Text.Say("join takes either a URL or --file BUNDLE"), "plomba host join URL --root-sha256 HEX");
        if (membership.HasJoined)
            throw Failure.Refused(Text.Say("the machine has joined a site already"), Text.Say("Take what is new with --refresh, or leave that site first: plomba host leave"));
        using var source = await OpenAsync(parsed.GetValue(Url), parsed.GetValue(BundleFile), cancellation);
        var pin = parsed.GetValue(RootDigest) is { } given ? ParseDigest(given) : await ConfirmAsync(source.Value, terminal, cancellation);
        var joined = report.Require(await membership.JoinAsync(source.Value, pin, cancellation));
        if (!terminal.Json)
            report.Show(joined);
        return await Roles.ShowAsync(parsed, root, terminal, json => JoinReport.Write(json, joined), cancellation);
    }

    private static async Task<int> RefreshAsync(ParseResult parsed, Terminal terminal, MachineRoot root, Membership membership, JoinReport report, CancellationToken cancellation)
    {
        if (parsed.GetValue(Url) is not null || parsed.GetValue(RootDigest) is not null || Roles.IsNamed(parsed))
            throw Failure.Usage(Text.Say("--refresh asks where the machine has joined"), Text.Say("Leave the site to join another: plomba host leave"));
        if (!membership.HasJoined)
            throw new Failure(Text.Say("the machine has not joined a site"), "plomba host join URL --root-sha256 HEX");
        var url = JoinedSite.TryRead(root, out var site, out var why) ? site.Url?.ToString() : throw new Failure(why!);
        if (url is null && parsed.GetValue(BundleFile) is null)
            throw report.Overdue() ?? new Failure(Text.Say("the machine joined with files that were carried here"), Text.Say("Carry newer ones: plomba host join --refresh --file BUNDLE"));
        using var source = await OpenAsync(parsed.GetValue(BundleFile) is null ? url : null, parsed.GetValue(BundleFile), cancellation);
        report.Write(report.Require(await membership.RefreshAsync(source.Value, cancellation)));
        // Within the lock: a slower run must not apply what a faster one has superseded.
        return await RoleUpdate.RunAsync(root, site.Site, terminal, cancellation);
    }

    private static async Task<OpenBundle> OpenAsync(string? url, string? file, CancellationToken cancellation)
    {
        if (url is not null)
            return new OpenBundle(new HttpBundle(HttpBundle.ParseUrl(url) ?? throw Failure.Usage(Text.Say($"{url} is no URL of a trust bundle"), "https://registry.example.org/trust/")));
        if (Directory.Exists(file))
            return new OpenBundle(DirectoryBundle.Open(file).TryGet(out var directory, out var error) ? directory : throw new Failure(error.Message));
        var (archive, why) = await ArchiveBundle.ReadAsync(file!, cancellation);
        return new OpenBundle(archive ?? throw new Failure(why!));
    }

    private static string ParseDigest(string text)
    {
        var hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text[7..] : text;
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigit)
            ? hex.ToLowerInvariant()
            : throw Failure.Usage(Text.Say($"--root-sha256 {text}: a sha256 has 64 hex digits"), Text.Say("plomba site publish prints it."));
    }

    private static async Task<string> ConfirmAsync(IBundleSource source, Terminal terminal, CancellationToken cancellation)
    {
        if (await source.FetchAsync("root.json", TufRole.Root.MaximumLength(), cancellation) is not Plomba.Hosts.Joining.BundleFile.Content { Bytes: var bytes })
            throw new Failure(Text.Say("there is no root.json, or it cannot be fetched"), Text.Say("Look at the URL, or at the files."));
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        if (!Terminal.IsInteractive)
        {
            throw Failure.Refused(
                Text.Say($"the site's root {digest} is not confirmed"), Text.Say("Compare it with what an administrator told you, and give it with --root-sha256."));
        }

        return terminal.Confirm(Text.Say($"The site's root is\n  {string.Join(' ', digest.Chunk(8).Select(c => new string(c)))}\nIs this what an administrator told you?"))
            ? digest
            : throw Failure.Refused(Text.Say("the site's root was not confirmed"), Text.Say("Nothing was written."));
    }

    private sealed record OpenBundle(IBundleSource Value) : IDisposable
    {
        public void Dispose() => (Value as IDisposable)?.Dispose();
    }
}
