using System.Text;

namespace Plomba.Site.Tests;

/// <summary>Sites the tests start from.</summary>
internal static class Sites
{
    /// <summary>The reference deployment, with comments of every kind.</summary>
    public const string Reference = """
        # The reference deployment.
        format = 1                        # first

        [site]
        name = "example"

        [registry]
        name    = "registry.local"        # what users type
        listen  = ["0.0.0.0:80"]
        address = "192.0.2.10"
        data    = "/var/lib/plomba"

        [signatures]
        name      = "sigstore.local:81"
        listen    = ["0.0.0.0:81"]
        address   = "192.0.2.10"
        inboxes   = "/var/sigstore/staging"
        extension = true

        [keys]
        directory = "/var/sigstore/keys"  # the same everywhere

        [groups]
        user  = "podman"
        maker = "podman_dev"

        [access]
        passwords = "/etc/plomba/htpasswd"
        plain-http-passwords = true

        # ---- public keys ----
        [[key]]
        name        = "images-developer"
        fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"   # full
        owner       = "Images Developer <images@example.org>"

        [[key]]                           # before the rotation
        name        = "images-developer-2025"
        fingerprint = "89ABCDEF0123456789ABCDEF0123456789ABCDEF"

        [[key]]
        name        = "build-robot"
        fingerprint = "FEDCBA9876543210FEDCBA9876543210FEDCBA98"

        # ---- namespaces ----
        [[namespace]]
        name   = "alt"                    # alt/x, alt/x/y
        makers = ["imagemaker", "imagemaker2"]
        keys   = ["images-developer", "images-developer-2025"]
        require = "any"

        [[namespace]]
        name   = "beta"
        makers = ["imagemaker2"]
        keys   = ["build-robot"]
        # the end

        """;

    /// <summary>The smallest valid site: nothing but names.</summary>
    public const string Minimal = """
        format = 1
        [site]
        name = "s"
        [registry]
        name = "localhost:5000"

        """;

    /// <summary>Reads a text as if it were <c>/etc/plomba/site.toml</c>.</summary>
    public static SiteReading Read(string text) => SiteFile.Parse(Encoding.UTF8.GetBytes(text), "/etc/plomba/site.toml");

    /// <summary>Reads a text that must be valid.</summary>
    public static SiteDescription Valid(string text)
    {
        var reading = Read(text);
        Assert.True(reading.Site is not null, string.Join('\n', reading.Findings.Select(f => f.Describe("site.toml"))));
        return reading.Site;
    }
}
