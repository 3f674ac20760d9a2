using System.Text;
using Plomba.Trust.Json;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class CanonicalJsonTests
{
    // The examples of RFC 8785, §3.2.2 and appendix B, and the borders between the layouts of numbers.
    [Theory]
    [InlineData("[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]", "[333333333.3333333,1e+30,4.5,0.002,1e-27]")]
    [InlineData("[0, -0, 5e-324, -5e-324, 1.7976931348623157e308]", "[0,0,5e-324,-5e-324,1.7976931348623157e+308]")]
    [InlineData("[9007199254740992, -9007199254740992, 295147905179352830000, 9.999999999999997e22, 1e23]", "[9007199254740992,-9007199254740992,295147905179352830000,9.999999999999997e+22,1e+23]")]
    [InlineData("[999999999999999900000, 1e21, 0.000001, 0.0000009999999999999997, 1674251859]", "[999999999999999900000,1e+21,0.000001,9.999999999999997e-7,1674251859]")]
    [InlineData("[1424953923781206.25]", "[1424953923781206.2]")]
    [InlineData("{\"b\": true, \"a\": [null, false, \"\\u0041\\/\\u000f\\n\\\"\\\\\"]}", "{\"a\":[null,false,\"A/\\u000f\\n\\\"\\\\\"],\"b\":true}")]
    [InlineData("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}", "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    public void Values_have_one_form(string json, string expected)
    {
        Assert.True(CanonicalJson.TryWrite(Read(json), out var canonical, out var error), error);
        Assert.Equal(expected, Encoding.UTF8.GetString(canonical));
    }

    [Theory]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("[1e999]")]
    [InlineData("1")]
    public void What_has_no_canonical_form_is_refused(string json) => Assert.False(CanonicalJson.TryWrite(Read(json), out _, out _));

    private static JsonNode Read(string json) => JsonTreeReader.Read(Encoding.UTF8.GetBytes(json), out var mistake) ?? throw new FormatException($"{mistake}");
}
