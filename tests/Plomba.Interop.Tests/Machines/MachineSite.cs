using Plomba.Files;
using Plomba.Testing;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>
/// The reference deployment under its own names and ports on machines of its own: a server where the makers work, a client
/// and a Kubernetes node, booted once for all tests.
/// </summary>
public sealed class MachineSite : IAsyncLifetime
{
    public const string Maker = "imagemaker", OtherMaker = "imagemaker2", User = "alice";
    public const string Owner = "Images Developer <images@example.org>", OtherOwner = "Build robot <robot@example.org>", Stranger = "Stranger <stranger@example.org>";
    public const string KeyFile = "/var/sigstore/keys/images-developer.pgp", SiteFile = "/etc/plomba/site.toml";

    /// <summary>A registry that no policy of the site knows, with an image in it.</summary>
    public const string Upstream = "10.77.0.5:5000";

    private const string Password = "correct horse", Passphrase = "a passphrase of the maker";

    private static readonly string Description = $$"""
        format = 1
        [site]
        name = "example"
        [registry]
        name = "registry.local"
        listen = ["0.0.0.0:80"]
        address = "10.77.0.2"
        data = "/var/lib/plomba"
        [signatures]
        name = "sigstore.local:81"
        listen = ["0.0.0.0:81"]
        address = "10.77.0.2"
        inboxes = "/var/sigstore/staging"
        extension = false
        [keys]
        directory = "/var/sigstore/keys"
        [groups]
        user = "podman"
        maker = "podman_dev"
        [access]
        passwords = "/etc/plomba/htpasswd"
        plain-http-passwords = true

        """;

    private MachineNetwork? network;

    public MachineNetwork Network => network!;

    public Machine Server { get; private set; } = null!;

    public Machine Client { get; private set; } = null!;

    public Machine Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(MachineNetwork.Missing() is not null, MachineNetwork.Missing() ?? "");
        foreach (var tool in new[] { "skopeo", "gpg", "htpasswd", "docker-registry" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        network = await MachineNetwork.StartAsync();
        var machines = await Task.WhenAll(Network.BootAsync("server", "10.77.0.2"), Network.BootAsync("client", "10.77.0.3"), Network.BootAsync("node", "10.77.0.4"), Network.BootAsync("upstream", "10.77.0.5"));
        (Server, Client, Node) = (machines[0], machines[1], machines[2]);
        await StartUpstreamAsync(machines[3]);
        await DescribeAsync();
        await MachineRoles.ApplyAsync(Server, "server", "developer");
        await MachineRoles.ApplyAsync(Server, "client", "--user", User);
        await Task.WhenAll(JoinAsync(Client, "client", "--user", User), JoinAsync(Node, "node"));
        await Task.WhenAll(Server.LingerAsync(User), Client.LingerAsync(User));
        await PrepareMakerAsync(Maker);
        await PushAsync("alt/alt", "signed", Owner);
    }

    public ValueTask DisposeAsync() => network?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Lines 2 and 3 of the working day: the maker pulls, tags and pushes; signed when a key is named.</summary>
    public async Task PushAsync(string repository, string content, string? signBy)
    {
        await UpstreamImageAsync(content);
        await Server.MustAsAsync(Maker, "podman", "pull", "--quiet", "--tls-verify=false", $"{Upstream}/{content}");
        await Server.MustAsAsync(Maker, "podman", "tag", $"{Upstream}/{content}", $"registry.local/{repository}");
        await Server.MustAsAsync(Maker, ["podman", "push", .. signBy is null ? Array.Empty<string>() : ["--sign-by", signBy], $"registry.local/{repository}"]);
    }

    /// <summary>Puts a small image that prints its own name into the foreign registry.</summary>
    public async Task UpstreamImageAsync(string content)
    {
        TinyImage.Write(Server.File($"/srv/{content}-{Guid.NewGuid():N}"), content);
        await Server.ScriptAsync($"for image in /srv/{content}-*; do skopeo --insecure-policy copy -q --dest-tls-verify=false dir:$image docker://{Upstream}/{content}:latest; rm -r $image; done");
    }

    /// <summary>The digest the registry has for <c>latest</c>.</summary>
    public async Task<string> DigestAsync(string repository) =>
        (await Server.MustAsync("sh", "-ec", $"skopeo inspect --no-creds --tls-verify=false --format '{{{{.Digest}}}}' docker://registry.local/{repository}")).Text.Trim();

    /// <summary>Line 7: a machine gets the site's files and one command.</summary>
    public async Task JoinAsync(Machine machine, params string[] roles)
    {
        await HandOverAsync(machine);
        await MachineRoles.ApplyAsync(machine, roles);
    }

    /// <summary>Copies the site and its keys, as an administrator does who joins a machine by files.</summary>
    public async Task HandOverAsync(Machine machine)
    {
        foreach (var path in (await Server.MustAsync("find", "/var/sigstore/keys", SiteFile, "-type", "f")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await machine.WriteAsync(path, await Server.ReadAsync(path));
    }

    /// <summary>Reboots server and client, and has the people who worked there log in again.</summary>
    public async Task RebootAsync()
    {
        await Server.RebootAsync();
        await Client.RebootAsync();
        await Task.WhenAll(Server.LingerAsync(User), Client.LingerAsync(User), LogInAsync(Maker));
    }

    private static async Task StartUpstreamAsync(Machine machine)
    {
        await machine.WriteAsync("/etc/upstream.yml", "version: 0.1\nstorage: { filesystem: { rootdirectory: /srv/registry } }\nhttp: { addr: 0.0.0.0:5000 }\n");
        await machine.MustAsync("systemd-run", "--quiet", "docker-registry", "serve", "/etc/upstream.yml");
    }

    // Line 1: keys made by the makers, admitted by the security administrator with their fingerprints.
    private async Task DescribeAsync()
    {
        await Server.WriteAsync(SiteFile, Description);
        foreach (var maker in new[] { Maker, OtherMaker })
        {
            await Server.MustAsync("useradd", "--create-home", maker);
            var line = (await Server.MustAsync("htpasswd", "-nbB", "-C", "5", maker, Password)).Text.Trim();
            await Server.ScriptAsync($"printf '%s\\n' '{line}' >>/etc/plomba/htpasswd; mkdir -p /var/sigstore/keys");
        }

        await MakeKeyAsync(Maker, Owner, Passphrase);
        await MakeKeyAsync(Maker, Stranger, "");
        await MakeKeyAsync(OtherMaker, OtherOwner, "");
        await AdmitAsync(Maker, Owner, "images-developer");
        await AdmitAsync(OtherMaker, OtherOwner, "build-robot");
        await Server.MustAsync("plomba", "site", "namespace", "add", "alt", "--maker", Maker, "--key", "images-developer", "--site", SiteFile);
        await Server.MustAsync("plomba", "site", "namespace", "add", "beta", "--maker", OtherMaker, "--key", "build-robot", "--site", SiteFile);
        // Pods of the Kubernetes namespace team-a run images of alt and no others, those of team-b images of beta.
        await Server.MustAsync("sed", "-i", "-e", "/^name *= \"alt\"/a kubernetes = [\"team-a\"]", "-e", "/^name *= \"beta\"/a kubernetes = [\"team-b\"]", SiteFile);
    }

    private Task<ChildResult> MakeKeyAsync(string maker, string owner, string passphrase) =>
        Server.MustAsAsync(maker, "gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-gen-key", owner, "rsa3072", "sign", "2y");

    private async Task AdmitAsync(string maker, string owner, string name)
    {
        var listing = (await Server.MustAsAsync(maker, "gpg", "--batch", "--with-colons", "--list-keys", owner)).Text;
        var fingerprint = listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        await Server.WriteAsync($"/root/{name}.asc", (await Server.MustAsAsync(maker, "gpg", "--batch", "--armor", "--export", owner)).Text);
        await Server.MustAsync("plomba", "site", "key", "add", $"/root/{name}.asc", "--name", name, "--fingerprint", fingerprint, "--site", SiteFile);
    }

    // A pinentry that a person would see, played by a script: it answers, and notes that it was asked.
    private async Task PrepareMakerAsync(string maker)
    {
        await Server.WriteAsync("/usr/local/bin/pinentry-played", $$"""
            #!/bin/sh
            echo OK
            while read -r command rest; do
                case $command in
                GETPIN) echo asked >>"$HOME/pinentry.log"; echo 'D {{Passphrase}}'; echo OK ;;
                BYE) echo OK; exit ;;
                *) echo OK ;;
                esac
            done
            """, "755");
        await Server.MustAsAsync(maker, "sh", "-ec", "echo pinentry-program /usr/local/bin/pinentry-played >.gnupg/gpg-agent.conf; gpgconf --kill gpg-agent");
        await LogInAsync(maker);
    }

    // What podman login leaves is below /run: it ends with the machine's run.
    private async Task LogInAsync(string maker)
    {
        await Server.LingerAsync(maker);
        for (var attempt = 0; ; attempt++)
        {
            // The server may have come up a moment ago.
            var login = await Server.RunAsAsync(maker, "podman", "login", "-u", maker, "-p", Password, "registry.local");
            if (login.ExitCode == 0)
                return;
            Assert.True(attempt < 50, login.Errors);
            await Task.Delay(100);
        }
    }
}

/// <summary>The tests that share the machines.</summary>
[CollectionDefinition(Name)]
public sealed class MachineSiteCollection : ICollectionFixture<MachineSite>
{
    public const string Name = "machines";
}
