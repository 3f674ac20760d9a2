using static Plomba.Interop.Tests.Adopting.HandMadeDeployment;

namespace Plomba.Interop.Tests.Adopting;

/// <summary>Every maker of the recipe's deployment can write into keys and signatures: whatever lies there is data, never a way.</summary>
public sealed class HostileAdoptTests : IAsyncLifetime
{
    private const string Digest = "sha256=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private HandMadeDeployment old = null!;

    public async ValueTask InitializeAsync() => old = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (old is not null)
            await old.DisposeAsync();
    }

    [Theory]
    [InlineData("alt/x@" + Digest, "dir")]
    [InlineData("alt/x@" + Digest + "/signature-1", "file")]
    [InlineData("alt/up", "dir")]
    public async Task A_planted_link_is_not_followed(string path, string kind)
    {
        var secret = old.Image("secret", "secret");
        var signed = await old.SignAsync("other/real", secret, old.Key);
        var link = old.Old($"var/sigstore/sigstore/{path}");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, kind == "file" ? signed : Path.GetDirectoryName(signed)!);
        await MustAsync("chown", "-h", "1001:1000", link);
        await BlockedAsync(path);
    }

    [Fact]
    public async Task A_pipe_a_socket_and_a_device_are_never_opened()
    {
        Directory.CreateDirectory(old.Old($"var/sigstore/sigstore/alt/x@{Digest}"));
        await MustAsync("mkfifo", old.Old($"var/sigstore/sigstore/alt/x@{Digest}/signature-1"), old.Old("var/sigstore/keys/pipe.pgp"));
        await MustAsync("mknod", old.Old($"var/sigstore/sigstore/alt/x@{Digest}/signature-2"), "c", "1", "5");
        var findings = await old.FindingsAsync();
        foreach (var place in new[] { $"/var/sigstore/sigstore/alt/x@{Digest}/signature-1", $"/var/sigstore/sigstore/alt/x@{Digest}/signature-2" })
            Assert.Contains(findings, f => f.What == "blocked not-a-signature" && f.Place == place);
        Assert.Contains(findings, f => f.What == "blocked unreadable" && f.Place == "/var/sigstore/keys/pipe.pgp");
    }

    [Theory]
    [InlineData("<html>200</html>")]
    [InlineData("")]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\n=x\n-----END PGP MESSAGE-----\n")]
    public async Task What_is_no_signature_is_not_imported(string content)
    {
        old.Write($"var/sigstore/sigstore/alt/x@{Digest}/signature-1", content);
        await BlockedAsync($"alt/x@{Digest}/signature-1");
        Assert.False(Directory.Exists(Path.Combine(old.To, "data", "journal")));
    }

    [Fact]
    public async Task A_signature_copied_beside_another_digest_is_not_imported()
    {
        var signature = await old.SignAsync("alt/alt", old.Image("image", "one"), old.Key);
        old.Write($"var/sigstore/sigstore/alt/alt@{Digest}/signature-1", "");
        File.Copy(signature, old.Old($"var/sigstore/sigstore/alt/alt@{Digest}/signature-1"), overwrite: true);
        await BlockedAsync($"alt/alt@{Digest}/signature-1");
    }

    [Fact]
    public async Task A_file_without_end_is_not_read_to_its_end()
    {
        old.Write($"var/sigstore/sigstore/alt/x@{Digest}/signature-1", "");
        foreach (var file in new[] { $"var/sigstore/sigstore/alt/x@{Digest}/signature-1", "var/sigstore/keys/big.pgp" })
            await MustAsync("truncate", "-s", "100G", old.Old(file));
        var findings = await old.FindingsAsync();
        Assert.Contains(findings, f => f.What == "blocked not-a-signature" && f.Text.Contains("larger than", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.What == "blocked unreadable" && f.Place == "/var/sigstore/keys/big.pgp");
    }

    [Theory]
    [InlineData("alt/$(touch pwned)")]
    [InlineData("alt/\u001b[2J")]
    [InlineData("alt/a\nb = \"c\"")]
    [InlineData("alt/x@sha256=short")]
    [InlineData("alt/X@" + Digest)]
    [InlineData("alt/x@md5=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_hostile_name_reaches_neither_the_terminal_nor_the_site(string name)
    {
        old.Write($"var/sigstore/sigstore/{name}/signature-1", "x");
        old.Write($"var/sigstore/keys/{name.Replace('/', '-')}.pgp", "x");
        var adopted = await old.AdoptAsync();
        Assert.Equal(3, adopted.ExitCode);
        Assert.DoesNotContain('\u001b', adopted.Text + adopted.Errors);
        Assert.DoesNotContain("\nb = ", adopted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("pwned", await File.ReadAllTextAsync(old.SiteFile), StringComparison.Ordinal);
        Assert.False(File.Exists("pwned"));
        await Deployment.MustAsync("site", "check", old.SiteFile);
    }

    [Fact]
    public async Task A_key_that_links_out_of_the_root_is_not_read()
    {
        await File.WriteAllBytesAsync(old.Combine("outside.pgp"), await old.Gpg.ExportAsync(old.Key));
        foreach (var (name, owner) in new[] { ("planted", "1001"), ("roots", "0") })
        {
            File.CreateSymbolicLink(old.Old($"var/sigstore/keys/{name}.pgp"), old.Combine("outside.pgp"));
            await MustAsync("chown", "-h", $"{owner}:1000", old.Old($"var/sigstore/keys/{name}.pgp"));
        }

        var findings = await old.FindingsAsync();
        foreach (var name in new[] { "planted", "roots" })
            Assert.Contains(findings, f => f.What is "blocked unreadable" or "blocked key-missing" && f.Place == $"/var/sigstore/keys/{name}.pgp");
    }

    [Fact]
    public async Task A_policy_in_place_of_which_stands_a_pipe_ends_the_take_over()
    {
        File.Delete(old.Old("etc/containers/policy.json"));
        await MustAsync("mkfifo", old.Old("etc/containers/policy.json"));
        Assert.Contains(await old.FindingsAsync(), f => f.What == "blocked unreadable" && f.Place == "/etc/containers/policy.json");
    }

    [Fact]
    public async Task A_home_that_links_to_another_place_is_left_alone()
    {
        Directory.CreateDirectory(old.Old("home/user"));
        File.CreateSymbolicLink(old.Old("home/user/.config"), "/home/imagemaker/.config");
        await MustAsync("chown", "-h", "1003:1000", old.Old("home/user/.config"));
        Assert.DoesNotContain(await old.FindingsAsync(), f => f.What == "warning client-open");
    }

    [Fact]
    public async Task A_running_server_of_the_new_data_is_not_disturbed()
    {
        await old.SignAsync("alt/alt", old.Image("image", "one"), old.Key);
        Assert.Equal(0, (await old.AdoptAsync()).ExitCode);
        var port = Plomba.Testing.RunningProgram.FreePort();
        await using var server = await Plomba.Testing.RunningProgram.StartAsync(
            Plomba.Testing.PlombaProgram.Path, ["serve", "--data", Path.Combine(old.To, "data"), "--listen", $"127.0.0.1:{port}"], $"http://127.0.0.1:{port}/healthz");
        await old.SignAsync("alt/more", old.Image("more", "two"), old.Key);
        var busy = await old.AdoptAsync();
        Assert.Equal(1, busy.ExitCode);
        Assert.Contains("a server is using the data", busy.Errors, StringComparison.Ordinal);
    }

    // Named in the plan, exit 3, and nothing else of the deployment is lost by it.
    private async Task BlockedAsync(string path)
    {
        var adopted = await old.AdoptAsync();
        Assert.Equal(3, adopted.ExitCode);
        Assert.Contains(adopted.Text.Split('\n'), l => l.StartsWith($"BLOCKED not-a-signature /var/sigstore/sigstore/{path}: ", StringComparison.Ordinal));
        await Deployment.MustAsync("site", "check", old.SiteFile);
    }
}
