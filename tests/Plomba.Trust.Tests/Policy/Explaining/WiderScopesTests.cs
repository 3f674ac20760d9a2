using System.Diagnostics.CodeAnalysis;
using Plomba.Images.Transports;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Trust.Tests.Policy.Explaining;

public sealed class WiderScopesTests
{
    private static readonly TransportEnvironment Here = new(AsIs, StoreLocation.System);

    [Theory]
    [InlineData("docker://registry.example.com:5000/ns/sub/app:v1")]
    [InlineData("docker://busybox")]
    [InlineData("docker://localhost/a@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("atomic:example.com/ns/stream:tag")]
    [InlineData("docker-daemon:example.com/ns/app:v1")]
    [InlineData("dir:/var/lib/images/one")]
    [InlineData("containers-storage:[overlay@/var/lib/s]registry.example.com/ns/app:v1")]
    public void The_scopes_above_an_identity_are_those_the_image_is_looked_up_by(string name)
    {
        Assert.True(ImageName.TryParse(name, Here, out var image, out var error), error?.Message);
        var mine = WiderScopes.Of(image.Transport, image.PolicyIdentity);
        Assert.Equal(image.PolicyNamespaces.Append(""), mine);
    }

    [Fact]
    public void Each_rule_stands_below_the_one_that_would_apply_without_it()
    {
        var policy = SignaturePolicy.Of(new Reject())
            .With("docker", "", new InsecureAcceptAnything())
            .With("docker", "*.example.com", new Reject())
            .With("docker", "a.example.com:5000", new Reject())
            .With("docker", "a.example.com:5000/ns/app:v1", new Reject())
            .With("docker", "b.example.org/ns", new Reject())
            .With("dir", "/a/b", new Reject())
            .With("dir", "/a", new Reject());
        Assert.Equal(
            [
                "0 default", "1 dir /a", "2 dir /a/b", "1 all of docker", "2 docker *.example.com", "3 docker a.example.com:5000",
                "4 docker a.example.com:5000/ns/app:v1", "2 docker b.example.org/ns",
            ],
            PolicyTable.Of(policy).Select(r => $"{r.Depth} {r.Name}"));
    }

    private static bool AsIs(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error)
    {
        (resolved, error) = (path, null);
        return true;
    }
}
