using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Tests.Reading;

public sealed class TrustTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 4).Select(_ => NewKey())];

    [Fact]
    public void Administrators_threshold_and_online_keys_are_read()
    {
        var trust = Sites.Valid(Site($"""
            administrators = ["alice {Keys[0]}", "bob {Keys[1]}", "carol {Keys[2]}"]
            threshold = 2
            online = ["server {Keys[3]}"]
            """)).Trust!;
        Assert.Equal(["alice", "bob", "carol"], trust.Administrators.Select(a => a.Name.Text));
        Assert.Equal(Keys[..3], trust.Administrators.Select(a => a.Key.Text));
        Assert.Equal((2, $"server {Keys[3]}"), (trust.Threshold, Assert.Single(trust.Online).ToString()));
    }

    [Fact]
    public void One_administrator_is_enough_and_none_is_no_trust_bundle()
    {
        Assert.Equal(1, Sites.Valid(Site($"administrators = [\"alice {Keys[0]}\"]")).Trust!.Threshold);
        Assert.Null(Sites.Valid(Sites.Minimal).Trust);
    }

    [Fact]
    public void A_site_whose_every_key_is_needed_is_warned_about()
    {
        var findings = Sites.Read(Site($"administrators = [\"alice {Keys[0]}\", \"bob {Keys[1]}\"]\nthreshold = 2")).Findings;
        Assert.Contains(findings, f => f.Code == FindingCode.NoSpareKey);
    }

    [Theory]
    [InlineData("threshold = 1", FindingCode.Missing)]
    [InlineData("administrators = []", FindingCode.EmptyList)]
    [InlineData("administrators = [\"alice KEY0\"]\nthreshold = 2", FindingCode.Value)]
    [InlineData("administrators = [\"alice KEY0\"]\nthreshold = 0", FindingCode.Value)]
    [InlineData("administrators = [\"alice KEY0\"]\nthreshold = \"1\"", FindingCode.WrongType)]
    [InlineData("administrators = [\"KEY0\"]", FindingCode.Value)]
    [InlineData("administrators = [\"alice KEY0 more\"]", FindingCode.Value)]
    [InlineData("administrators = [\"alice AAAA\"]", FindingCode.Value)]
    [InlineData("administrators = [\"alice KEY0\", \"bob KEY0\"]", FindingCode.Duplicate)]
    [InlineData("administrators = [\"alice KEY0\", \"alice KEY1\"]", FindingCode.Duplicate)]
    [InlineData("administrators = [\"alice KEY0\"]\nonline = [\"server KEY0\"]", FindingCode.Duplicate)]
    [InlineData("administrators = [\"alice KEY0\"]\nadmins = []", FindingCode.UnknownKey)]
    public void A_mistake_is_found(string lines, string code)
    {
        var reading = Sites.Read(Site(lines.Replace("KEY0", Keys[0], StringComparison.Ordinal).Replace("KEY1", Keys[1], StringComparison.Ordinal)));
        Assert.Contains(reading.Findings, f => f.Severity == FindingSeverity.Error && f.Code == code);
        Assert.Null(reading.Site);
    }

    private static string Site(string lines) => $"{Sites.Minimal}[trust]\n{lines}\n";

    private static string NewKey()
    {
        using var secret = SigstoreSecretKey.CreateEd25519();
        return TufKey.TryMake(secret, out var key, out _) ? key.Text : throw new InvalidOperationException();
    }
}
