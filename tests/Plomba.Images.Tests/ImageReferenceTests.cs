using CsCheck;

namespace Plomba.Images.Tests;

public sealed class ImageReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox", "busybox")]
    [InlineData("ns/app:v1", "docker.io/ns/app:v1", "ns/app:v1")]
    [InlineData("index.docker.io/app", "docker.io/library/app", "app")]
    [InlineData("example.com:5000/a/b:v@sha256:" + Hex, "example.com:5000/a/b:v@sha256:" + Hex, "example.com:5000/a/b:v@sha256:" + Hex)]
    [InlineData("localhost/a", "localhost/a", "localhost/a")]
    [InlineData("EXAMPLE.com/a", "EXAMPLE.com/a", "EXAMPLE.com/a")]
    public void A_name_is_normalised_and_has_a_familiar_form(string input, string text, string familiar)
    {
        Assert.True(ImageReference.TryParse(input, out var reference));
        Assert.Equal(text, reference.Text);
        Assert.Equal(familiar, reference.Familiar);
    }

    [Theory]
    [InlineData(null, "invalid reference format")]
    [InlineData("", "invalid reference format")]
    [InlineData("a\n", "invalid reference format")]
    [InlineData(" a", "invalid reference format")]
    [InlineData("example.com/а", "invalid reference format")]
    [InlineData("example.com/a:١", "invalid reference format")]
    [InlineData("[::1]:5000/a", "invalid reference format")]
    [InlineData("example.com/É", "invalid reference format: repository name must be lowercase")]
    [InlineData("example.com/Ns/a", "invalid reference format: repository name must be lowercase")]
    [InlineData(Hex, "invalid repository name (" + Hex + "), cannot specify 64-byte hexadecimal strings")]
    [InlineData("a@md5:d41d8cd98f00b204e9800998ecf8427e", "unsupported digest algorithm")]
    [InlineData("a@sha512:" + Hex, "invalid checksum digest length")]
    public void A_text_that_is_no_reference_is_refused_in_the_reference_implementations_words(string? input, string message)
    {
        Assert.False(ImageReference.TryParse(input, out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_name_may_have_255_bytes_and_not_one_more()
    {
        var longest = "example.com/" + new string('a', 255 - "example.com/".Length);
        Assert.True(ImageReference.TryParse(longest, out _));
        Assert.False(ImageReference.TryParse(longest + "a", out _, out var error));
        Assert.Equal(ReferenceProblem.TooLong, error.Problem);
    }

    [Fact]
    public void Domains_are_compared_with_their_case_and_their_port()
    {
        Assert.NotEqual(Parse("EXAMPLE.com/a"), Parse("example.com/a"));
        Assert.NotEqual(Parse("example.com:443/a"), Parse("example.com/a"));
        Assert.Equal(Parse("busybox"), Parse("docker.io/library/busybox"));
    }

    [Fact]
    public void Only_a_name_alone_gets_the_default_tag()
    {
        Assert.Equal("docker.io/library/a:latest", Parse("a").WithDefaultTag().Text);
        Assert.Equal("docker.io/library/a:v1", Parse("a:v1").WithDefaultTag().Text);
        Assert.Equal("docker.io/library/a@sha256:" + Hex, Parse("a@sha256:" + Hex).WithDefaultTag().Text);
        Assert.Equal("docker.io/library/a", Parse("a:v1@sha256:" + Hex).WithoutTagAndDigest().Text);
    }

    [Fact]
    public void The_canonical_form_is_required_where_asked_for()
    {
        Assert.True(ImageReference.TryParseCanonical("docker.io/library/a:v1", out _, out _));
        Assert.False(ImageReference.TryParseCanonical("a:v1", out var reference, out var error));
        Assert.Null(reference);
        Assert.Equal("repository name must be canonical", error.Message);
    }

    [Fact]
    public void No_text_makes_the_parser_throw_and_what_it_accepts_survives_a_round_trip() =>
        GenText.Sample(text =>
        {
            if (ImageReference.TryParseRaw(text, out var raw, out _))
                Assert.Equal(text, raw.Text);
            if (ImageReference.TryParse(text, out var reference) && reference.Domain.Length > 0)
            {
                Assert.True(ImageReference.TryParseCanonical(reference.Text, out var again, out _));
                Assert.Equal(reference, again);
            }
        });

    // Texts near the grammar: pieces that occur in references, glued at random, and sometimes anything at all.
    private static readonly string[] Pieces =
    [
        "a", "b1", "A", "library", "localhost", "docker.io", "index.docker.io", "example.com", ".", "_", "__", "-", "/", "/", ":", "5000",
        "@", "@sha256:" + Hex, "é", "\n", " ",
    ];

    private static readonly Gen<string> GenText = Gen.OneOf(
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i])
            .Array[0, 9].Select(string.Concat),
        Gen.String[0, 80]);

    private static ImageReference Parse(string text) =>
        ImageReference.TryParse(text, out var reference) ? reference : throw new ArgumentException(text, nameof(text));
}
