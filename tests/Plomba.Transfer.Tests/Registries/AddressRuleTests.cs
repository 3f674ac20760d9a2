using System.Net;
using Plomba.Transfer.Registries.Http;

namespace Plomba.Transfer.Tests.Registries;

public sealed class AddressRuleTests
{
    [Theory]
    [InlineData("203.0.113.7", "198.51.100.1", true)]
    [InlineData("203.0.113.7", "10.0.0.1", false)]
    [InlineData("203.0.113.7", "127.0.0.1", false)]
    [InlineData("203.0.113.7", "::1", false)]
    [InlineData("203.0.113.7", "fd00::1", false)]
    [InlineData("203.0.113.7", "::ffff:192.168.1.1", false)]
    [InlineData("192.168.1.1", "10.0.0.1", true)]
    [InlineData("192.168.1.1", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "198.51.100.1", true)]
    [InlineData("127.0.0.1", "169.254.1.1", false)]
    [InlineData("127.0.0.1", "fe80::1", false)]
    [InlineData("127.0.0.1", "0.0.0.0", false)]
    [InlineData("127.0.0.1", "255.255.255.255", false)]
    public void Nobody_is_sent_further_inside_than_configuration_led(string configured, string named, bool isAllowed)
    {
        var rule = new AddressRule();
        rule.Trust(IPAddress.Parse(configured));
        Assert.Equal(isAllowed, rule.Allowed([IPAddress.Parse(named)]).Length == 1);
    }

    [Fact]
    public void Before_configuration_led_anywhere_only_the_public_is_open()
    {
        var rule = new AddressRule();
        Assert.Equal([IPAddress.Parse("198.51.100.1")], rule.Allowed([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("198.51.100.1")]));
    }
}
