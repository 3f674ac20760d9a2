using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Tests.Machines;

public sealed class MachinePathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("//etc//./x/", "/etc/x")]
    [InlineData("/etc/../../x", "/x")]
    public void A_path_is_cleaned(string text, string clean) => Assert.Equal(clean, MachinePath.Parse(text).Text);

    [Theory]
    [InlineData("etc/x")]
    [InlineData("")]
    [InlineData("/a\0b")]
    public void What_is_no_absolute_path_is_refused(string text) => Assert.False(MachinePath.TryParse(text, out _, out _));

    [Fact]
    public void A_name_has_255_bytes_at_most()
    {
        Assert.True(MachinePath.TryParse("/" + new string('x', 255), out _, out _));
        Assert.False(MachinePath.TryParse("/" + new string('ж', 128), out _, out _));
    }

    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/a", "/a", false)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/a", "/", true)]
    public void Below_is_by_names_not_by_letters(string path, string directory, bool isIn) =>
        Assert.Equal(isIn, MachinePath.Parse(path).IsIn(MachinePath.Parse(directory)));

    [Fact]
    public void Bytes_that_are_no_text_are_printed_and_read_back()
    {
        Assert.False(MachinePath.TryParse("/a\ud800b", out _, out _));
        var path = MachinePath.Parse("/\udcff\udc80");
        Assert.Equal(@"/\xff\x80", path.ToString());
        Assert.True(MachinePath.TryParsePrinted(path.ToString(), out var back));
        Assert.Equal(path, back);
    }

    [Fact]
    public void Below_does_not_lead_out() => Assert.Throws<FormatException>(() => MachinePath.Parse("/a/b").Below("../c"));

    [Theory]
    [InlineData("/a\nb\u001b[31m", @"/a\x0ab\x1b[31m")]
    [InlineData("/привет", "/привет")]
    [InlineData(@"/a\b", @"/a\x5cb")]
    [InlineData("/a\u202eb", @"/a\xe2\x80\xaeb")]
    [InlineData("/😀x", "/😀x")]
    public void It_is_printed_on_one_line_and_read_back(string text, string printed)
    {
        var path = MachinePath.Parse(text);
        Assert.Equal(printed, path.ToString());
        Assert.True(MachinePath.TryParsePrinted(printed, out var back));
        Assert.Equal(path, back);
    }
}
