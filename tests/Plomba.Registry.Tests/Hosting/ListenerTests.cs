using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests.Hosting;

public sealed class ListenerTests
{
    [Theory]
    [InlineData("127.0.0.1:5000")]
    [InlineData("0.0.0.0:80")]
    [InlineData("[::]:443")]
    [InlineData("[::1]:0")]
    [InlineData("systemd:registry")]
    public void An_address_with_a_port_or_a_socket_s_name_is_taken(string text)
    {
        Assert.True(Listener.TryParse(text, out var listener));
        Assert.Equal(text, listener.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5000")]
    [InlineData(":5000")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("127.1:5000")]
    [InlineData("localhost:5000")]
    [InlineData("::1:5000")]
    [InlineData("systemd:")]
    [InlineData("systemd:a b")]
    [InlineData("unix:/run/x")]
    public void Anything_else_is_not(string? text) => Assert.False(Listener.TryParse(text, out _));
}
