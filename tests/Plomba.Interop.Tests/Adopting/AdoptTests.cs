using static Plomba.Interop.Tests.Adopting.HandMadeDeployment;

namespace Plomba.Interop.Tests.Adopting;

/// <summary><c>plomba site adopt</c> reads the recipe's deployment, takes over what it can, and names the rest.</summary>
public sealed class AdoptTests : IAsyncLifetime
{
    private HandMadeDeployment old = null!;

    public async ValueTask InitializeAsync() => old = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (old is not null)
            await old.DisposeAsync();
    }

    [Fact]
    public async Task The_recipes_deployment_becomes_a_valid_site_and_stays_as_it_is()
    {
        var signature = await old.SignAsync("alt/alt", old.Image("image", "one"), old.Key);
        var before = await old.FilesAsync();
        var adopted = await old.AdoptAsync();
        Assert.True(adopted.ExitCode == 0, adopted.Errors + adopted.Text);
        Assert.Equal(before, await old.FilesAsync());

        var site = await File.ReadAllTextAsync(old.SiteFile);
        foreach (var line in new[]
        {
            "name = \"registry.local\"   # /etc/containers/policy.json",
            "listen = [\"0.0.0.0:80\"]",
            "address = \"192.0.2.10\"   # /etc/hosts",
            "name = \"sigstore.local:81\"   # /etc/containers/registries.d/default.yaml",
            "listen = [\"0.0.0.0:81\"]",
            "[[key]]   # /var/sigstore/keys/imagemaker.pgp",
            $"fingerprint = \"{old.OtherKey}\"",
            "owner = \"Images Developer <images@example.org>\"",
        })
            Assert.Contains(line + "\n", site, StringComparison.Ordinal);
        Assert.Contains("name = \"alt\"\nmakers = [\"imagemaker\"]\nkeys = [\"imagemaker\"]\n", site, StringComparison.Ordinal);
        Assert.Contains("name = \"beta\"\nmakers = [\"imagemaker2\"]\nkeys = [\"imagemaker2\"]\n", site, StringComparison.Ordinal);
        await Deployment.MustAsync("site", "check", old.SiteFile);
        Assert.Equal(await File.ReadAllBytesAsync(old.Old("var/sigstore/keys/imagemaker.pgp")), await File.ReadAllBytesAsync(Path.Combine(old.To, "keys", "imagemaker.pgp")));
        Assert.Contains(Convert.ToBase64String(await File.ReadAllBytesAsync(signature)), await JournalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_asks_for_nothing()
    {
        await old.SignAsync("alt/alt", old.Image("image", "one"), old.Key);
        Assert.Equal(0, (await old.AdoptAsync()).ExitCode);
        var (site, journal) = (await File.ReadAllTextAsync(old.SiteFile), await JournalAsync());
        var again = await Deployment.PlombaAsync("site", "adopt", "--root", old.Root, "--to", old.To);
        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Contains("Signatures taken over: 0; there already: 1.", again.Errors, StringComparison.Ordinal);
        Assert.Equal((site, journal), (await File.ReadAllTextAsync(old.SiteFile), await JournalAsync()));
    }

    [Fact]
    public async Task Without_a_confirmed_fingerprint_nothing_is_written()
    {
        var unconfirmed = await Deployment.PlombaAsync("site", "adopt", "--root", old.Root, "--to", old.To);
        Assert.Equal(3, unconfirmed.ExitCode);
        Assert.Contains(old.Key, unconfirmed.Text, StringComparison.Ordinal);
        var other = await Deployment.PlombaAsync("site", "adopt", "--root", old.Root, "--to", old.To, "--fingerprint", new string('A', 40));
        Assert.Equal(3, other.ExitCode);
        Assert.False(Directory.Exists(old.To));
    }

    [Fact]
    public async Task Another_site_in_the_place_is_never_overwritten()
    {
        Directory.CreateDirectory(old.To);
        await File.WriteAllTextAsync(old.SiteFile, "mine\n");
        Assert.Equal(1, (await old.AdoptAsync()).ExitCode);
        Assert.Equal("mine\n", await File.ReadAllTextAsync(old.SiteFile));
        Assert.False(Directory.Exists(Path.Combine(old.To, "keys")));
    }

    [Fact]
    public async Task The_weaknesses_of_the_recipe_are_findings()
    {
        await old.SignAsync("alt/alt", old.Image("image", "one"), old.Key);
        Directory.CreateDirectory(old.Old("home/user/.config/containers"));
        await MustAsync("chmod", "000", old.Old("home/user/.config/containers"));
        var findings = await old.FindingsAsync();
        await MustAsync("chmod", "755", old.Old("home/user/.config/containers"));
        foreach (var (what, place) in new[]
        {
            ("warning keys-writable", "/var/sigstore/keys"),
            ("warning signatures-writable", "/var/sigstore/sigstore"),
            ("warning maker-in-wheel", "/etc/group"),
            ("warning client-unreadable", "/home/user/.config/containers"),
            ("note default-docker", "/etc/containers/registries.d/default.yaml"),
            ("note crio", "/etc/crio/crio.conf.d/00-default.conf"),
            ("note old-service", "/usr/lib/systemd/system/registry.service"),
            ("note old-service", "/etc/nginx/sites-enabled.d/sigstore.conf"),
            ("note volume", "/var/lib/containers/storage/volumes/registry/_data"),
            ("note unprotected", ""),
        })
            Assert.Contains(findings, f => f.What == what && f.Place == place);
        Assert.Contains(findings, f => f.What == "note volume" && f.Text.Contains("3 MiB", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.What.StartsWith("blocked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lookaside_without_its_port_is_a_finding_and_the_site_has_the_port()
    {
        old.Write("etc/containers/registries.d/default.yaml", "default-docker:\n  lookaside: http://sigstore.local/sigstore/\n");
        Assert.Contains(await old.FindingsAsync(), f => f.What == "warning lookaside-port" && f.Text.Contains("sigstore.local:81", StringComparison.Ordinal));
        Assert.Contains("name = \"sigstore.local:81\"", await File.ReadAllTextAsync(old.SiteFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_overwritten_is_found_by_the_signatures_it_left()
    {
        await old.SignAsync("alt/alt", old.Image("image", "one"), old.Key);
        await File.WriteAllBytesAsync(old.Old("var/sigstore/keys/imagemaker.pgp"), await old.Gpg.ExportAsync(old.OtherKey));
        Assert.Contains(await old.FindingsAsync(), f => f.What == "warning key-replaced" && f.Text.Contains("here any more: 1 (", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_with_TLS_needs_its_certificate_named()
    {
        old.Write("etc/containers/registries.conf", "unqualified-search-registries = []\n");
        Assert.Contains(await old.FindingsAsync(), f => f.What == "blocked tls");
        Assert.Equal(3, (await old.AdoptAsync()).ExitCode);
    }

    [Fact]
    public async Task What_hides_the_systems_files_from_root_and_CRI_O_is_a_finding()
    {
        old.Write("root/.config/containers/policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        old.Write("etc/crio/crio.conf.d/10-own.conf", "[crio.image]\nsignature_policy = \"/etc/crio/policy.json\"\n");
        var findings = await old.FindingsAsync();
        Assert.Contains(findings, f => f.What == "warning root-shadows" && f.Place == "/root/.config/containers/policy.json");
        Assert.Contains(findings, f => f.What == "warning crio" && f.Place == "/etc/crio/crio.conf.d/10-own.conf");
    }

    [Theory]
    [InlineData("999.1.0.1 registry.local sigstore.local\n", "999.1.0.1 is no address")]
    [InlineData("192.0.2.1 registry.local\n192.0.2.2 registry.local\n", "several addresses")]
    public async Task Addresses_that_lead_nowhere_are_findings(string hosts, string text)
    {
        old.Write("etc/hosts", hosts);
        Assert.Contains(await old.FindingsAsync(), f => f.What == "warning hosts-address" && f.Text.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_exact_names_of_hosts_lines_count()
    {
        old.Write("etc/hosts", "192.0.2.66 registry.local.evil.org evil-registry.local\n");
        Assert.Equal(0, (await old.AdoptAsync()).ExitCode);
        Assert.DoesNotContain("192.0.2.66", await File.ReadAllTextAsync(old.SiteFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_demands_every_makers_signature_stays_one_and_is_a_finding()
    {
        old.Policy(Rule("registry.local", "imagemaker.pgp", "imagemaker2.pgp"));
        Assert.Contains(await old.FindingsAsync(), f => f.What == "warning all-keys");
        var site = await File.ReadAllTextAsync(old.SiteFile);
        Assert.Contains("registry-wide = true", site, StringComparison.Ordinal);
        Assert.Contains("require = \"all\"", site, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Rules => new()
    {
        { """ "docker.io/library":[{"type":"insecureAcceptAnything"}] """, "another registry" },
        { """ "registry.local/open":[{"type":"insecureAcceptAnything"}] """, "accepts unsigned images" },
        { """ "registry.local/cosign":[{"type":"sigstoreSigned","keyPath":"/k.pub"}] """, "other signatures" },
        { """ "registry.local/x:tag":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/var/sigstore/keys/imagemaker.pgp"}] """, "one image alone" },
        { """ "registry.local/m":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/var/sigstore/keys/imagemaker.pgp","signedIdentity":{"type":"exactRepository","dockerRepository":"a.b/c"}}] """, "signedIdentity" },
        { """ "registry.local/gone":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/var/sigstore/keys/gone.pgp"}] """, "gone.pgp" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_rule_that_no_site_can_say_is_named_and_ends_with_exit_3(string rule, string text)
    {
        old.Policy($"{Rule("registry.local/alt", "imagemaker.pgp")},{rule}");
        var adopted = await old.AdoptAsync();
        Assert.Equal(3, adopted.ExitCode);
        Assert.Contains(adopted.Text.Split('\n'), l => l.StartsWith("BLOCKED ", StringComparison.Ordinal) && l.Contains(text, StringComparison.Ordinal));
        await Deployment.MustAsync("site", "check", old.SiteFile);
    }

    [Fact]
    public async Task Garbage_secrets_and_several_keys_in_a_file_are_not_taken_over()
    {
        old.Write("var/sigstore/keys/imagemaker.pgp", "<html>404</html>");
        await File.WriteAllBytesAsync(old.Old("var/sigstore/keys/secret.pgp"), (await old.Gpg.GpgAsync("--batch", "--export-secret-keys", "--armor", old.Key)).Output);
        await File.WriteAllBytesAsync(old.Old("var/sigstore/keys/two.pgp"), (await old.Gpg.GpgAsync("--batch", "--export", "--armor")).Output);
        var findings = await old.FindingsAsync();
        foreach (var name in new[] { "imagemaker", "secret", "two" })
            Assert.Contains(findings, f => f.What == "blocked key-file" && f.Place == $"/var/sigstore/keys/{name}.pgp");
        Assert.Equal(["imagemaker2.pgp"], Directory.GetFiles(Path.Combine(old.To, "keys")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{", "policy.json")]
    [InlineData("""{"default":[]}""", "policy.json")]
    public async Task A_policy_that_cannot_be_read_stops_the_take_over(string policy, string place)
    {
        old.Write("etc/containers/policy_2024-01-01_00:00:00", policy);
        var findings = await old.FindingsAsync();
        Assert.Contains(findings, f => f.What == "blocked unreadable" && f.Place.EndsWith(place, StringComparison.Ordinal));
        Assert.Equal(3, (await old.AdoptAsync()).ExitCode);
    }

    [Fact]
    public async Task A_user_who_is_no_maker_and_accepts_anything_is_a_finding()
    {
        old.Write("home/user/.config/containers/policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        var findings = await old.FindingsAsync();
        Assert.Contains(findings, f => f.What == "warning client-open" && f.Place.StartsWith("/home/user/", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Place.StartsWith("/home/imagemaker/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_registries_need_a_name_to_be_told()
    {
        old.Policy($"{Rule("registry.local/alt", "imagemaker.pgp")},{Rule("other.local", "imagemaker2.pgp")}");
        Assert.Contains(await old.FindingsAsync(), f => f.What == "blocked registry-name");
        Assert.False(Directory.Exists(old.To));
        Assert.Equal(3, (await old.AdoptAsync("--name", "registry.local")).ExitCode); // the other registry's rule is lost
        Assert.Contains("name = \"registry.local\"   # --name", await File.ReadAllTextAsync(old.SiteFile), StringComparison.Ordinal);
    }

    private async Task<string> JournalAsync() =>
        string.Concat(await Task.WhenAll(Directory.GetFiles(Path.Combine(old.To, "data", "journal")).Order(StringComparer.Ordinal).Select(f => File.ReadAllTextAsync(f))));
}
