using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Trust.Tests.Tuf;

public sealed class MetadataFormTests
{
    private static readonly DateTimeOffset Expires = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"b":[1,true,null,"x"],"a":{"d":-2,"c":""}}""", """{"a":{"c":"","d":-2},"b":[1,true,null,"x"]}""")]
    [InlineData("""{"a":"line\nbreak \u00e9 \"\\\/"}""", "{\"a\":\"line\nbreak é \\\"\\\\/\"}")]
    public void The_canonical_form_sorts_members_and_escapes_quotes_and_backslashes_only(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(TufJson.Canonical(JsonDocument.Parse(json).RootElement)));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    [InlineData("\"\\ud800\"")]
    public void What_has_no_canonical_form_is_refused(string value) =>
        Assert.Throws<FormatException>(() => TufJson.Canonical(JsonDocument.Parse($"[{value}]").RootElement));

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var secret = SigstoreSecretKey.CreateEd25519();
        Assert.True(TufKey.TryMake(secret, out var key, out _));
        var root = new RootMetadata(7, Expires)
        {
            Keys = ImmutableSortedDictionary.Create<string, TufKey?>(StringComparer.Ordinal).Add(key.Id, key),
            Roles = TufRoles.All.ToImmutableDictionary(r => r, _ => new RoleKeys([key.Id], 1)),
        };
        var file = SignedMetadata.WithoutSignatures(root).SignedBy(secret, key.Id);
        Assert.True(SignedMetadata.TryRead(file.Bytes, TufRole.Root, out var read, out _));
        var again = Assert.IsType<RootMetadata>(read.Content);
        Assert.Equal((7, Expires, true), (again.Version, again.Expires, again.ConsistentSnapshot));
        Assert.All(TufRoles.All, role => Assert.True(again.HasSameKeys(root, role)));
        Assert.True(again.IsSigned(TufRole.Root, read));
        Assert.Equal(file.Bytes.ToArray(), read.SignedBy(secret, key.Id).Bytes.ToArray());
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("keys/../../x")]
    [InlineData("keys//x")]
    [InlineData("keys/")]
    [InlineData(".hidden")]
    [InlineData("keys/.x")]
    [InlineData("a\\b")]
    [InlineData("a%2fb")]
    [InlineData("a b")]
    [InlineData("x\u0000")]
    [InlineData("é")]
    [InlineData("")]
    public void A_target_path_that_could_lead_elsewhere_is_none(string path) => Assert.False(TargetPath.TryParse(path, out _));

    [Theory]
    [InlineData("version", "0", "version is no whole number")]
    [InlineData("version", "1.0", "version is no whole number")]
    [InlineData("_type", "\"root\"", "it is no timestamp metadata")]
    [InlineData("spec_version", "\"2.0.0\"", "another version of the specification")]
    [InlineData("expires", "\"tomorrow\"", "expires is no time")]
    [InlineData("meta", "{}", "there is no \"snapshot.json\"")]
    [InlineData("meta", """{"snapshot.json":{"version":1,"hashes":{"md5":"00"}}}""", "there is no sha256 or sha512")]
    public void Metadata_with_a_wrong_member_is_refused(string member, string value, string why)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_type"] = "\"timestamp\"",
            ["spec_version"] = "\"1.0.31\"",
            ["version"] = "1",
            ["expires"] = "\"2030-01-02T03:04:05Z\"",
            ["meta"] = """{"snapshot.json":{"version":1}}""",
        };
        Assert.Equal("", Refusal(Signed(members)));
        members[member] = value;
        Assert.Contains(why, Refusal(Signed(members)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"signed":{},"signed":{},"signatures":[]}""")]
    [InlineData("""{"signatures":[{"keyid":"a","sig":"00"},{"keyid":"a","sig":"00"}],"signed":SIGNED}""")]
    [InlineData("""{"signatures":{},"signed":SIGNED}""")]
    [InlineData("""{"signed":SIGNED}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    [InlineData("""{"signatures":[],"signed":{"_type":"\ud800"}}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public void A_file_of_another_form_is_refused(string text)
    {
        const string signed = """{"_type":"timestamp","spec_version":"1.0.31","version":1,"expires":"2030-01-02T03:04:05Z","meta":{"snapshot.json":{"version":1}}}""";
        Assert.NotEqual("", Refusal(text.Replace("SIGNED", signed, StringComparison.Ordinal)));
    }

    private static string Signed(Dictionary<string, string> members) =>
        "{\"signatures\":[],\"signed\":{" + string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}")) + "}}";

    private static string Refusal(string text) => SignedMetadata.TryRead(Encoding.UTF8.GetBytes(text), TufRole.Timestamp, out _, out var why) ? "" : why;
}
