using CsCheck;

namespace Plomba.Site.Tests.Reading;

public sealed class HostileInputTests
{
    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 400].Sample(bytes => Assert.Null(SiteFile.Parse(bytes, "/s").Site), iter: 3_000);

    [Fact]
    public void A_mistake_never_lies_behind_the_end_of_the_file()
    {
        var text = Sites.Reference.Remove(1281) + "\n, x\\=\\";
        Assert.All(Sites.Read(text).Findings, finding => Assert.InRange(finding.Line, 1, text.Count(c => c == '\n') + 1));
    }

    [Fact]
    public void A_damaged_site_never_throws_and_findings_lie_inside_the_file() =>
        Gen.Select(Gen.Int[0, Sites.Reference.Length - 1], Gen.Int[0, 40], Gen.Char["\"'[]{}=.,#\n\r\t\\\0 1ax-é"].Array[0, 8]).Sample((start, removed, put) =>
        {
            var text = Sites.Reference.Remove(start, Math.Min(removed, Sites.Reference.Length - start)).Insert(start, new string(put));
            var reading = Sites.Read(text);
            Assert.Equal(reading.Site is null, reading.HasErrors);
            Assert.All(reading.Findings, f => Assert.InRange(f.Line, 1, text.Count(c => c == '\n') + 1));
        }, iter: 5_000);

    [Theory]
    [InlineData("x = [", 20_000)]
    [InlineData("a.", 100_000)]
    [InlineData("[[namespace]]\n", 15_000)]
    [InlineData("[[namespace]]\nname=\"a\"\n", 10_000)]
    [InlineData("\"a\"=1\n", 30_000)]
    [InlineData("{", 200_000)]
    [InlineData("'''", 50_000)]
    [InlineData("a=1 b=2\n", 20_000)]
    public void A_file_of_repetitions_is_answered_in_time(string piece, int times)
    {
        var clock = TimeProvider.System.GetTimestamp();

        Assert.True(Sites.Read("format = 1\n" + string.Concat(Enumerable.Repeat(piece, times))).HasErrors);

        Assert.True(TimeProvider.System.GetElapsedTime(clock) < TimeSpan.FromSeconds(20));
    }
}
