namespace Plomba.Images.Tests;

public sealed class DigestTests
{
    [Theory]
    [InlineData("sha256:", DigestError.Format)]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e", DigestError.Algorithm)]
    [InlineData("sha256:abc", DigestError.Length)]
    [InlineData("sha256:../../../../etc/passwd", DigestError.Length)]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../etc/passwd", DigestError.Format)]
    public void A_text_that_is_no_digest_is_refused_with_its_reason(string text, DigestError expected)
    {
        Assert.False(Digest.TryParse(text, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Upper_case_and_a_trailing_newline_are_refused()
    {
        var good = Digest.Sha256("x"u8).Text;
        Assert.True(Digest.TryParse(good, out _));
        Assert.False(Digest.TryParse(good + "\n", out _));
        Assert.False(Digest.TryParse("sha256:" + good[7..].ToUpperInvariant(), out _));
    }
}
