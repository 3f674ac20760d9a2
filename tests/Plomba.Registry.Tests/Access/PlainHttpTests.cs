using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Registry.Access;
using Plomba.Registry.Api;
using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests.Access;

public sealed class PlainHttpTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Accounts _accounts = new(NullLogger<Accounts>.Instance);

    [Theory]
    [InlineData("192.0.2.1", false, false, false)]
    [InlineData("192.0.2.1", true, false, true)]
    [InlineData("192.0.2.1", false, true, true)]
    [InlineData("127.0.0.1", false, false, true)]
    [InlineData("::1", false, false, true)]
    [InlineData("::ffff:127.0.0.1", false, false, true)]
    [InlineData("::ffff:192.0.2.1", false, false, false)]
    public async Task A_password_is_taken_over_plain_HTTP_from_this_machine_or_when_the_site_says_so(
        string from, bool https, bool allowed, bool taken)
    {
        var site = Site(allowed);
        await File.WriteAllTextAsync(site.PasswordsFile!, $"maker:{BCrypt.Net.BCrypt.HashPassword("secret", 4)}\n");
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        http.Request.IsHttps = https;
        var answer = await Authentication.PasswordAsync(http, site, _accounts, new BasicCredentials("maker", "secret"));
        Assert.Equal(taken ? "maker" : null, answer.Caller?.Account);
        Assert.Equal(taken ? null : ApiError.PasswordInClear, answer.Error);
    }

    [Theory]
    [InlineData("0.0.0.0:0", false, false, false)]
    [InlineData("[::]:0", false, false, false)]
    [InlineData("192.0.2.1:0", false, false, false)]
    [InlineData("0.0.0.0:0", true, false, true)]
    [InlineData("0.0.0.0:0", false, true, true)]
    [InlineData("127.0.0.1:0", false, false, true)]
    [InlineData("127.8.9.1:0", false, false, true)]
    [InlineData("[::1]:0", false, false, true)]
    public void Without_accounts_only_this_machine_is_answered(string address, bool accounts, bool open, bool may)
    {
        Assert.True(Listener.TryParse(address, out var listener));
        var site = Site(plain: false) with { PasswordsFile = accounts ? "/etc/htpasswd" : null };
        foreach (var signatures in new[] { false, true })
        {
            var options = new RegistryServerOptions
            {
                DataDirectory = _directory.Path,
                Site = new TestSite(site),
                Open = open,
                Listen = signatures ? [Listener.Standard] : [listener],
                SignaturesListen = signatures ? [listener] : [],
            };
            Assert.Equal(may, Exposure.Check(options, site) is null);
        }
    }

    public void Dispose()
    {
        _accounts.Dispose();
        _directory.Dispose();
    }

    private SiteView Site(bool plain) => new()
    {
        BaseUrl = "http://registry.local",
        PasswordsFile = _directory.Combine("htpasswd"),
        PlainHttpPasswords = plain,
        KeysDirectory = _directory.Path,
        InboxesDirectory = _directory.Path,
    };
}
