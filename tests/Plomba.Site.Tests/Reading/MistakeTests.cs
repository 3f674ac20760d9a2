using System.Text;

namespace Plomba.Site.Tests.Reading;

public sealed class MistakeTests
{
    private const string Key = "[[key]]\nname = \"k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"\n";

    // What is appended to the minimal site (whose last table is [registry], line 6 comes next), and what must be found.
    [Theory]
    [InlineData("colour = 1", "6:1: error unknown-key", "no key of [registry]: known there: name, listen")]
    [InlineData("adress = \"192.0.2.1\"", "6:1: error unknown-key", "did you mean \"address\"?")]
    [InlineData("verify_reads = \"always\"", "6:1: error unknown-key", "did you mean \"verify-reads\"?")]
    [InlineData("gate = \"enforce\"", "6:1: error unknown-key", "\"gate\" is no key")]
    [InlineData("[registri]", "6:2: error unknown-key", "did you mean \"registry\"?")]
    [InlineData("[[namespace]]\nname = \"a\"\nkey = [\"k\"]", "8:1: error unknown-key", "did you mean \"keys\"?")]
    [InlineData("listen = \"127.0.0.1:5000\"", "6:10: error wrong-type", "listen is a string here and must be a list of strings")]
    [InlineData("listen = [5000]", "6:11: error wrong-type", "this is a number")]
    [InlineData("data = 5", "6:8: error wrong-type", "data is a number here and must be a string")]
    [InlineData("data = 2026-01-01", "6:8: error wrong-type", "a date")]
    [InlineData("tls = true", "6:7: error wrong-type", "must be a table")]
    [InlineData("[key]\nname = \"k\"", "6:1: error wrong-type", "[[key]] with two brackets")]
    [InlineData("[signatures]\nextension = \"yes\"", "7:13: error wrong-type", "must be true or false")]
    [InlineData("name = \"x:1\"", "6:1: error duplicate", "stands at line 5 already")]
    [InlineData("[site]\nname = \"t\"", "6:2: error duplicate", "[site] stands at line 2 already")]
    [InlineData("[[site]]\nname = \"t\"", "6:3: error duplicate", "written another way at line 2")]
    [InlineData("registry = 1", "6:1: error unknown-key", "no key of [registry]")]
    [InlineData("tls = { certificate = \"/c\", key = \"/k\" }\n[registry.tls]", "7:11: error duplicate", "[tls] stands at line 6 already")]
    [InlineData("listen = []", "6:10: error empty-list", "write listen = [\"127.0.0.1:5000\"]")]
    [InlineData("listen = [\"5000\"]", "6:11: error bad-value", "write IP:port")]
    [InlineData("listen = [\":5000\"]", "6:11: error bad-value", "write IP:port")]
    [InlineData("listen = [\"localhost:5000\"]", "6:11: error bad-value", "write IP:port")]
    [InlineData("listen = [\"127.0.0.1:0\"]", "6:11: error bad-value", "write IP:port")]
    [InlineData("listen = [\"127.0.0.1:65536\"]", "6:11: error bad-value", "write IP:port")]
    [InlineData("listen = [\"::1:80\"]", "6:11: error bad-value", "write IP:port")]
    [InlineData("listen = [\"systemd:signatures\"]", "6:11: error bad-value", "named systemd:registry")]
    [InlineData("listen = [\"127.0.0.1:1\", \"127.0.0.1:1\"]", "6:26: error duplicate", "twice")]
    [InlineData("address = \"999.1.0.1\"", "6:11: error bad-value", "write an IP address")]
    [InlineData("address = \"127.1\"", "6:11: error bad-value", "write an IP address")]
    [InlineData("address = \"192.0.2.10:80\"", "6:11: error bad-value", "without a port")]
    [InlineData("address = \"0.0.0.0\"", "6:11: error bad-value", "no machine has this address")]
    [InlineData("address = \"192.0.2.10\"", "6:11: error bad-value", "localhost needs none")]
    [InlineData("data = \"\"", "6:8: error bad-value", "cannot be empty")]
    [InlineData("data = \"/\"", "6:8: error bad-value", "root directory")]
    [InlineData("data = \"~/data\"", "6:8: error bad-value", "stand for nothing")]
    [InlineData("data = \"file:///x\"", "6:8: error bad-value", "not a URL")]
    [InlineData("data = \"/a\\nb\"", "6:8: error bad-value", "no control characters")]
    [InlineData("verify-reads = \"never\"", "6:16: error bad-value", "write \"changed\" or \"always\"")]
    [InlineData("tls = { certificate = \"/c\" }", "6:7: error missing", "[tls] has no key: TLS needs both")]
    [InlineData("tls = { key = \"/k\" }", "6:7: error missing", "[tls] has no certificate")]
    [InlineData("listen = [\"0.0.0.0:5000\"]", "6:10: error no-accounts", "passwords")]
    [InlineData("[signatures]\nlisten = [\"[::]:81\"]", "7:10: error no-accounts", "passwords")]
    [InlineData("[signatures]\nlisten = [\"127.0.0.1:5000\"]", "7:10: error duplicate", "serves signatures and keys there")]
    [InlineData("[groups]\nuser = \"Podman\"", "7:8: error bad-value", "lower-case")]
    [InlineData("[[key]]\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"", "6:1: error missing", "name")]
    [InlineData("[[key]]\nname = \"k\"", "6:1: error missing", "40 hex digits")]
    [InlineData("[[key]]\nname = \"k\"\nfingerprint = \"01234567\"", "8:15: error bad-value", "key ids are never enough")]
    [InlineData("[[key]]\nname = \"../k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"", "7:8: error bad-value", "name of a key")]
    [InlineData(Key + Key, "10:8: error duplicate", "another name")]
    [InlineData(Key + "[[key]]\nname = \"k2\"\nfingerprint = \"0123456789abcdef0123456789abcdef01234567\"\n", "11:15: error duplicate", "this is the key k already")]
    [InlineData(Key + "owner = \"a\\nb\"", "9:9: error bad-value", "one line")]
    [InlineData("[[namespace]]\nmakers = [\"m\"]", "6:1: error missing", "repository-path prefix")]
    [InlineData("[[namespace]]\nname = \"\"", "7:8: error registry-wide", "registry-wide = true")]
    [InlineData("[[namespace]]\nname = \"a\"\nregistry-wide = true", "8:17: error registry-wide", "leave it out")]
    [InlineData("[[namespace]]\nname = \"a/\"", "7:8: error bad-value", "without the slash")]
    [InlineData("[[namespace]]\nname = \"a/*\"", "7:8: error bad-value", "without *")]
    [InlineData("[[namespace]]\nname = \"Alt\"", "7:8: error bad-value", "lower-case")]
    [InlineData("[[namespace]]\nname = \"a\"\n[[namespace]]\nname = \"a\"", "9:8: error duplicate", "described at line 6 already")]
    [InlineData("[[namespace]]\nname = \"a\"\nkeys = []", "8:8: error empty-list", "keys = [] says nothing")]
    [InlineData("[[namespace]]\nname = \"a\"\nmakers = []", "8:10: error empty-list", "makers = [] says nothing")]
    [InlineData("[[namespace]]\nname = \"a\"\nkeys = [\"kk\"]\n" + Key, "8:9: error undefined-key", "did you mean \"k\"?")]
    [InlineData("[[namespace]]\nname = \"a\"\nkeys = [\"images\"]", "8:9: error undefined-key", "plomba site key add")]
    [InlineData("[[namespace]]\nname = \"a\"\nmakers = [\"a:b\"]", "8:11: error bad-value", "an account begins")]
    [InlineData("[[namespace]]\nname = \"a\"\nrequire = \"both\"", "8:11: error bad-value", "\"any\" or \"all\"")]
    [InlineData("[[namespace]]\nname = \"a\"\nidentity = \"loose\"", "8:12: error bad-value", "\"exact\" or \"repository\"")]
    [InlineData("x = ", "6:5: error syntax", "KEY = VALUE")]
    [InlineData("x = \"a", "6:6: error syntax", "KEY = VALUE")]
    [InlineData("x = \"\\ud800\"", "6:7: error syntax", "Unicode")]
    [InlineData("x = \"\\", "6:", "KEY = VALUE")]
    [InlineData("x = \"\"\"a", "6:", "KEY = VALUE")]
    public void A_mistake_is_reported_with_its_place_and_what_to_write(string added, string start, string says)
    {
        var found = Sites.Read(Sites.Minimal + added).Findings.Where(f => f.Severity == FindingSeverity.Error).ToList();

        var only = Assert.Single(found).Describe("f");
        Assert.StartsWith("f:" + start, only, StringComparison.Ordinal);
        Assert.Contains(says, only, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry", "dot or a port")]
    [InlineData("Registry.local", "lower case")]
    [InlineData("http://registry.local", "no scheme")]
    [InlineData("registry.local/alt", "no path")]
    [InlineData("registry.local:", "host or host:port")]
    [InlineData("registry.local:0", "1 to 65535")]
    [InlineData("registry.local:080", "1 to 65535")]
    [InlineData("registry.local:65536", "1 to 65535")]
    [InlineData("registry.local:99999999999", "1 to 65535")]
    [InlineData("[::1]:5000", "IPv6")]
    [InlineData("::1", "IPv6")]
    [InlineData("registry..local", "host or host:port")]
    [InlineData("-registry.local", "host or host:port")]
    [InlineData("registry.local.", "host or host:port")]
    [InlineData("registry_x.local", "host or host:port")]
    [InlineData("*.local", "host or host:port")]
    [InlineData("999.1.2.3", "IPv4")]
    [InlineData("1.2.3:5000", "IPv4")]
    [InlineData("docker.io", "Docker Hub")]
    [InlineData("registry.local ", "host or host:port")]
    [InlineData("registry.local\\n", "host or host:port")]
    [InlineData("регистр.local", "host or host:port")]
    public void A_name_that_image_names_cannot_hold_is_refused(string name, string says)
    {
        var reading = Sites.Read($"format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"{name}\"\n");

        var error = Assert.Single(reading.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal((5, 8, "bad-value"), (error.Line, error.Column, error.Code));
        Assert.Contains(says, error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, 1, "the first line must be: format = 1")]
    [InlineData("# only a comment\n", 1, 1, "the first line must be: format = 1")]
    [InlineData("[site]\nname = \"s\"\n", 1, 1, "the first line must be: format = 1")]
    [InlineData("site.name = \"s\"\nformat = 1\n[registry]\nname = \"localhost:5000\"\n", 2, 1, "before everything else")]
    [InlineData("format = 2\ncolour = 1\n", 1, 10, "reads format = 1, not 2")]
    [InlineData("format = \"1\"\n", 1, 10, "write format = 1")]
    public void A_file_without_its_format_first_is_never_valid(string text, int line, int column, string says)
    {
        var reading = Sites.Read(text);

        Assert.Null(reading.Site);
        Assert.Contains(reading.Findings, f => f.Code == FindingCode.Format && f.Line == line && f.Column == column && f.Text.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void No_beginning_of_a_file_opens_what_the_whole_file_closes()
    {
        var whole = Sites.Valid(Sites.Reference);
        for (var length = 0; length < Sites.Reference.Length; length++)
        {
            if (Sites.Read(Sites.Reference[..length]).Site is not { } site)
                continue;
            Assert.True(site.Access.Passwords is not null || site.Registry.Listen.All(l => !l.IsOffLoopback));
            Assert.All(site.Namespaces.Zip(whole.Namespaces), n => Assert.True(n.First.Keys.Count == 0 || n.First.Keys.SequenceEqual(n.Second.Keys)));
        }
    }

    [Fact]
    public void What_toml_forbids_is_refused_even_where_its_meaning_could_be_guessed()
    {
        var reading = Sites.Read("format = 1\nsite.name = \"s\"\n[site]\n[registry]\nname = \"localhost:5000\"\n");

        var error = Assert.Single(reading.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal((3, FindingCode.Duplicate), (error.Line, error.Code));
    }

    [Fact]
    public void All_mistakes_come_in_one_run_in_the_order_of_the_file()
    {
        var reading = Sites.Read("""
            format = 1
            [site]
            name = "Example"
            [registry]
            name = "registry.local:99999"
            listen = ["0.0.0.0:80"]
            this is no TOML
            data = 7
            [signatures]
            extention = true
            [[key]]
            name = "k"
            fingerprint = "12"
            [[namespace]]
            name = "alt"
            keys = []
            makers = ["a b"]
            """);

        Assert.Equal(
            ["3 bad-value", "5 bad-value", "7 syntax", "8 wrong-type", "10 unknown-key", "13 bad-value", "16 empty-list", "17 bad-value"],
            reading.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => $"{f.Line} {f.Code}"));
    }

    [Fact]
    public void A_site_that_lets_other_machines_in_without_accounts_is_refused_beside_other_mistakes()
    {
        var reading = Sites.Read(Sites.Minimal + "listen = [\"0.0.0.0:5000\"]\ncolour = 1\n");

        Assert.Contains(reading.Findings, f => f.Code == FindingCode.NoAccounts);
        Assert.Contains(reading.Findings, f => f.Code == FindingCode.UnknownKey);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_at_their_place()
    {
        var reading = SiteFile.Parse([.. Encoding.UTF8.GetBytes("format = 1\n# пло"), 0xff, .. "\n"u8], "/s");

        var error = Assert.Single(reading.Findings);
        Assert.Equal((FindingCode.Encoding, 2, 6), (error.Code, error.Line, error.Column));
    }

    [Fact]
    public void A_byte_order_mark_is_refused()
    {
        var reading = SiteFile.Parse([0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Sites.Minimal)], "/s");

        Assert.Equal(FindingCode.Encoding, Assert.Single(reading.Findings).Code);
    }

    [Fact]
    public void A_huge_file_is_refused_unread()
    {
        var reading = Sites.Read(Sites.Minimal + new string('#', SiteFile.MaximumSize));

        Assert.Equal(FindingCode.TooLarge, Assert.Single(reading.Findings).Code);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var reading = Sites.Read(Sites.Minimal + "x = " + new string('[', 100_000));

        Assert.Equal(FindingCode.Syntax, Assert.Single(reading.Findings).Code);
    }

    [Fact]
    public void Nothing_of_the_file_breaks_a_line_of_the_report_or_reaches_the_terminal_as_an_escape()
    {
        var reading = Sites.Read(Sites.Minimal + "\"evil\\u001b[2J\\nname\" = 1\n[site.\"\\u009b\"]\n");

        Assert.NotEmpty(reading.Findings);
        Assert.All(reading.Findings, f => Assert.DoesNotContain(f.Text, char.IsControl));
    }
}
