using CsCheck;
using Plomba.Images;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.Trust.Tests.Configuration;

public sealed class SignatureStoresTests
{
    private const string Store = "/var/lib/containers/sigstore";

    [Fact]
    public void The_entry_that_plomba_writes_gives_the_reference_deployments_urls()
    {
        var stores = Load("""
            docker:
              registry.local:
                lookaside: http://sigstore.local:81/sigstore
                lookaside-staging: file:///var/sigstore/staging/anna
            """);
        var image = Reference("registry.local/alt/alt:latest");
        var digest = Digest.Sha256("x"u8);
        Assert.Equal(
            $"http://sigstore.local:81/sigstore/alt/alt@sha256={digest.Hex}/signature-1",
            stores.ForReading(image, Store).Repository!.Signature(digest, 1).ToString());
        Assert.Equal(
            $"/var/sigstore/staging/anna/alt/alt@sha256={digest.Hex}/signature-2",
            stores.ForWriting(image, Store).Repository!.Signature(digest, 2).Path);
        Assert.Equal("/etc/containers/registries.d/a.yaml", stores.ForReading(image, Store).File);
    }

    [Fact]
    public void A_setting_that_an_entry_lacks_is_looked_for_in_the_wider_ones()
    {
        var stores = Load("""
            default-docker:
              lookaside: https://default.example
            docker:
              example.com:
                use-sigstore-attachments: true
              example.com/ns:
                lookaside-staging: file:///staging
            """);
        var image = Reference("example.com/ns/app:1");
        Assert.Equal("https://default.example", stores.ForReading(image, Store).TopLevel);
        Assert.Equal("file:///staging", stores.ForWriting(image, Store).TopLevel);
        Assert.True(stores.UsesSigstoreAttachments(image));
    }

    [Theory]
    [InlineData("docker:\n  a.example:\n    lookaside: [x]\n", "3:16: a text is expected here, not a seq")]
    [InlineData("docker:\n  a.example:\n    lookaside: x\n    lookaside: y\n", "4:5: mapping key \"lookaside\" already defined at line 3")]
    [InlineData("docker:\n  a.example:\0\n    lookaside: x\n", "2:13: yaml: control characters are not allowed")]
    [InlineData("docker:\n  a.example:\n    lookaside: x\n# \u001b[2J", "4:3: yaml: control characters are not allowed")]
    [InlineData("docker:\n \ta.example:\n \t  lookaside: x\n", "2:3: yaml: found character that cannot start any token")]
    [InlineData("docker: nothing\n", "1:9: a mapping is expected here, not a scalar")]
    [InlineData("docker:\n  a.example:\n    use-sigstore-attachments: maybe\n", "3:31: true or false is expected here")]
    public void A_mistake_is_reported_with_file_line_and_column(string yaml, string expected)
    {
        var files = new HandedFiles().Add("/etc/containers/registries.d/a.yaml", yaml);
        Assert.Null(SignatureStores.Load("/etc/containers/registries.d", files, out var mistake));
        Assert.Equal($"/etc/containers/registries.d/a.yaml:{expected}", mistake!.ToString());
    }

    [Fact]
    public void The_users_directory_hides_the_systems()
    {
        var environment = new TrustEnvironment("/home/anna", IsRoot: false, _ => null);
        var files = new HandedFiles().AddDirectory("/etc/containers/registries.d");
        Assert.Equal("/etc/containers/registries.d", SignatureStores.Locate(null, environment, files));
        files.AddDirectory("/home/anna/.config/containers/registries.d");
        Assert.Equal("/home/anna/.config/containers/registries.d", SignatureStores.Locate(null, environment, files));
        Assert.Equal("/given", SignatureStores.Locate("/given", environment, files));
        Assert.Equal("/home/anna/.local/share/containers/sigstore", SignatureStores.DefaultStore(environment));
    }

    [Theory]
    [InlineData("https://u:p%40x@h.example:8443/a%20b/c%2Fd?q=1#f", "https://u:p%40x@h.example:8443/a%20b/c/d/ns/app?q=1#f", "/a b/c/d/ns/app")]
    [InlineData("file:///path with space", "file:///path%20with%20space/ns/app", "/path with space/ns/app")]
    [InlineData("file:/one/slash", "file:/one/slash/ns/app", "/one/slash/ns/app")]
    [InlineData("https://h.example/base/", "https://h.example/base//ns/app", "/base//ns/app")]
    [InlineData("https://h.example/../x", "https://h.example/../x/ns/app", "/../x/ns/app")]
    public void A_repository_is_appended_to_the_decoded_path(string text, string expected, string path)
    {
        Assert.True(StoreUrl.TryParse(text, out var url, out var error), error);
        Assert.True(RepositoryName.TryParse("ns/app", out var repository));
        var below = url.Below(repository);
        Assert.Equal(expected, below.ToString());
        Assert.Equal(path, below.Path);
    }

    [Theory]
    [InlineData("http://h.example:port/", "parse \"http://h.example:port/\": invalid port \":port\" after host")]
    [InlineData("https://h.example/%zz", "parse \"https://h.example/%zz\": invalid URL escape \"%zz\"")]
    [InlineData("1:2", "parse \"1:2\": first path segment in URL cannot contain colon")]
    [InlineData("http://a b@h/", "parse \"http://a b@h/\": net/url: invalid userinfo")]
    public void What_is_no_url_is_refused_with_the_references_words(string text, string expected)
    {
        Assert.False(StoreUrl.TryParse(text, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Tabs_are_blanks_where_they_are_no_indentation()
    {
        var stores = Load("docker: {\n\ta.example: {\tlookaside:\tfile:///a }}\ndefault-docker:\t{ lookaside: \"file:///b\n\tc\" }\n");
        Assert.Equal("file:///a", stores.ForReading(Reference("a.example/ns/app:v1"), Store).TopLevel);
        Assert.Equal("file:///b c", stores.ForReading(Reference("b.example/ns/app:v1"), Store).TopLevel);
    }

    [Fact]
    public void A_url_for_messages_does_not_show_its_password()
    {
        Assert.True(StoreUrl.TryParse("https://anna:secret@h.example/x", out var url, out _));
        Assert.Equal("https://h.example/x", url.Shown);
    }

    [Fact]
    public void Aliases_cannot_make_a_small_file_mean_a_huge_one()
    {
        var lines = new List<string> { "a0: &a0", "  k: v" };
        for (var i = 1; i < 60; i++)
            lines.AddRange([$"a{i}: &a{i}", $"  <<: [*a{i - 1}, *a{i - 1}]"]);
        lines.AddRange(["docker:", "  example.com:", "    <<: *a59"]);
        var files = new HandedFiles().Add("/d/a.yaml", string.Join('\n', lines));
        Assert.Null(SignatureStores.Load("/d", files, out var mistake));
        Assert.Contains("more than", mistake!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.OneOf("docker", ":", " ", "\n", "  ", "- ", "[", "]", "{", "}", "&a", "*a", "<<", "\"", "'", "|", ">", "---", "\t", "#", "lookaside", "!", "%", "?")
                .Array[0, 40].Select(parts => System.Text.Encoding.UTF8.GetBytes(string.Concat(parts))))
        .Sample(bytes =>
        {
            var files = new HandedFiles().Add("/d/a.yaml", bytes);
            _ = SignatureStores.Load("/d", files, out _);
        }, iter: 5000);

    [Fact]
    public void No_text_makes_the_url_reader_throw() => Gen.String.Select(Gen.OneOf("", "https://", "file:", "//", "?", "#", "%"), (text, start) => start + text)
        .Sample(text =>
        {
            if (StoreUrl.TryParse(text, out var url, out _))
                _ = url.ToString();
        }, iter: 5000);

    private static SignatureStores Load(string yaml)
    {
        var files = new HandedFiles().Add("/etc/containers/registries.d/a.yaml", yaml);
        var stores = SignatureStores.Load("/etc/containers/registries.d", files, out var mistake);
        Assert.True(stores is not null, mistake?.ToString());
        return stores;
    }

    private static ImageReference Reference(string text)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        return reference;
    }
}
