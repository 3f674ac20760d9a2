using System.Globalization;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Adopting;

/// <summary>The recipe's services really run (docker-registry, nginx), are taken over, and clients do not see the difference.</summary>
public sealed class AdoptedServiceTests
{
    private static readonly string[] Images = ["alt/signed", "alt/unsigned", "alt/wrong", "beta/theirs"];

    [Fact]
    public async Task The_same_clients_get_the_same_answers_from_the_adopted_site()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("docker-registry") && ChildProcess.IsInstalled("nginx"), "docker-registry and nginx are not installed");
        var (registry, web) = ($"127.0.0.1:{Port()}", RunningProgram.FreePort());
        await using var old = await HandMadeDeployment.CreateAsync(registry, $"http://127.0.0.1:{web}/sigstore/", web);
        using var maker = new ContainersHome(old.Gpg.Path);
        maker.Policy("""{"default":[{"type":"insecureAcceptAnything"}]}""");
        maker.Insecure(registry);
        maker.RegistriesD($"default-docker:\n  lookaside: {old.Lookaside}\n  lookaside-staging: file://{old.Old("var/sigstore/sigstore")}\n");
        using var client = new ContainersHome();
        client.Insecure(registry);
        client.RegistriesD(await File.ReadAllTextAsync(old.Old("etc/containers/registries.d/default.yaml")));
        client.Policy((await File.ReadAllTextAsync(old.Old("etc/containers/policy.json"))).Replace("/var/sigstore", old.Old("var/sigstore"), StringComparison.Ordinal));

        List<string> before;
        await using (await StartRegistryAsync(old))
        await using (await StartWebServerAsync(old))
        {
            foreach (var image in Images)
            {
                old.Image(image.Replace('/', '-'), image);
                string[] sign = image switch { "alt/unsigned" => [], "alt/signed" => ["--sign-by", old.Key], _ => ["--sign-by", old.OtherKey] };
                await maker.MustAsync("skopeo", ["copy", .. sign, $"dir:{Layout(old, image)}", $"docker://{registry}/{image}:latest"]);
            }

            before = await AnswersAsync(old, client);
        }

        Assert.Equal(["accepted", "A signature was required, but no signature exists", "Invalid GPG signature", "accepted"], before);
        var adopted = await old.AdoptAsync();
        Assert.True(adopted.ExitCode == 0, adopted.Errors + adopted.Text);

        await using var server = await RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", old.SiteFile], $"http://{registry}/healthz");
        foreach (var image in Images)
            await maker.MustAsync("skopeo", "copy", "--remove-signatures", "--preserve-digests", $"dir:{Layout(old, image)}", $"docker://{registry}/{image}:latest");
        Assert.Equal(before, await AnswersAsync(old, client));

        using var rendered = new ContainersHome();
        rendered.Insecure(registry);
        await Deployment.MustAsync("site", "render", "--for", "client", "--to", old.Combine("rendered"), "--site", old.SiteFile);
        rendered.Policy(await File.ReadAllTextAsync(old.Combine("rendered", "client/etc/containers/policy.json")));
        rendered.RegistriesD(await File.ReadAllTextAsync(old.Combine("rendered", "client/etc/containers/registries.d/plomba.yaml")));
        Assert.Equal(before, await AnswersAsync(old, rendered));
    }

    private static string Layout(HandMadeDeployment old, string image) => old.Combine(image.Replace('/', '-'));

    private static async Task<List<string>> AnswersAsync(HandMadeDeployment old, ContainersHome client)
    {
        var answers = new List<string>();
        foreach (var image in Images)
        {
            var pulled = await client.RunAsync("skopeo", "copy", $"docker://{old.Registry}/{image}:latest", $"dir:{old.Combine($"pulled-{Guid.NewGuid():N}")}");
            const string rejected = "Source image rejected: ";
            answers.Add(pulled.ExitCode == 0 ? "accepted" : pulled.Errors[(pulled.Errors.IndexOf(rejected, StringComparison.Ordinal) + rejected.Length)..].Split(':', '"', '\n')[0]);
        }

        return answers;
    }

    private static Task<RunningProgram> StartRegistryAsync(HandMadeDeployment old)
    {
        File.WriteAllText(old.Combine("registry.yml"), $"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {old.Combine("volume")}\nhttp:\n  addr: {old.Registry}\n");
        return RunningProgram.StartAsync("docker-registry", ["serve", old.Combine("registry.yml")], $"http://{old.Registry}/v2/");
    }

    private static Task<RunningProgram> StartWebServerAsync(HandMadeDeployment old)
    {
        File.WriteAllText(old.Combine("nginx.conf"), $$"""
            user root;
            daemon off;
            pid {{old.Combine("nginx.pid")}};
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{old.Combine("t1")}};
              proxy_temp_path {{old.Combine("t2")}};
              fastcgi_temp_path {{old.Combine("t3")}};
              uwsgi_temp_path {{old.Combine("t4")}};
              scgi_temp_path {{old.Combine("t5")}};
              server { listen 127.0.0.1:{{old.WebPort.ToString(CultureInfo.InvariantCulture)}}; location / { root {{old.Old("var/sigstore")}}; } }
            }

            """);
        return RunningProgram.StartAsync("nginx", ["-p", old.Combine(), "-c", old.Combine("nginx.conf")], $"http://127.0.0.1:{old.WebPort}/keys/imagemaker.pgp");
    }

    private static string Port() => RunningProgram.FreePort().ToString(CultureInfo.InvariantCulture);
}
