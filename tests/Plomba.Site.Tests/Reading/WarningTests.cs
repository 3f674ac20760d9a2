namespace Plomba.Site.Tests.Reading;

public sealed class WarningTests
{
    [Theory]
    [InlineData("plain-http", 9, 11)]
    [InlineData("plain-http-passwords", 29, 24)]
    public void The_reference_deployment_is_warned_about_plain_http(string code, int line, int column)
    {
        var warning = Assert.Single(Sites.Read(Sites.Reference).Findings, f => f.Code == code);

        Assert.Equal((FindingSeverity.Warning, line, column), (warning.Severity, warning.Line, warning.Column));
    }

    [Theory]
    [InlineData("", "no-namespaces")]
    [InlineData("[[namespace]]\nname = \"a\"", "no-keys no-makers")]
    [InlineData("[[namespace]]\nname = \"\"\nregistry-wide = true\nmakers = [\"m\"]", "no-keys registry-wide")]
    [InlineData("[[key]]\nname = \"k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"", "no-namespaces unused-key")]
    [InlineData("listen = [\"127.0.0.1:5001\"]", "no-namespaces port-not-listened")]
    [InlineData("listen = [\"systemd:registry\"]", "no-namespaces")]
    [InlineData("listen = [\"0.0.0.0:5000\"]\n[access]\npasswords = \"p\"", "no-namespaces passwords-refused plain-http")]
    [InlineData("listen = [\"0.0.0.0:5000\"]\ntls = { certificate = \"c\", key = \"k\" }\n[access]\npasswords = \"p\"", "no-namespaces")]
    [InlineData("listen = [\"0.0.0.0:5000\"]\ntls = { certificate = \"c\", key = \"k\" }\n[access]\npasswords = \"p\"\n[keys]\ndirectory = \"keys\"", "no-namespaces relative-path")]
    [InlineData("[signatures]\nname = \"localhost:81\"", "no-namespaces port-not-listened")]
    [InlineData("listen = [\"127.0.0.1:80\", \"127.0.0.1:5000\"]\n[signatures]\nname = \"localhost:80\"", "default-port no-namespaces")]
    public void What_is_valid_but_odd_is_a_warning(string added, string codes)
    {
        var reading = Sites.Read(Sites.Minimal + added);

        Assert.NotNull(reading.Site);
        Assert.Equal(codes, string.Join(' ', reading.Findings.Select(f => f.Code).Order()));
    }
}
