using System.Diagnostics.CodeAnalysis;
using CsCheck;
using Plomba.Images.Transports;

namespace Plomba.Images.Tests;

public sealed class ImageNameTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    // Paths are taken as they are: what a file system makes of them is tested with a real one elsewhere.
    private static readonly TransportEnvironment Environment = new(
        static (string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error) =>
        {
            resolved = path.StartsWith('/') ? path : "/srv/" + path;
            error = null;
            return true;
        },
        StoreLocation.System);

    [Theory]
    [InlineData("docker://busybox", "docker://busybox:latest", "docker.io/library/busybox:latest")]
    [InlineData("docker://a.example/b@@unknown-digest@@", "docker://a.example/b@@unknown-digest@@", "a.example/b")]
    [InlineData("atomic:a.example/ns/stream:v1", "atomic:a.example/ns/stream:v1", "a.example/ns/stream:v1")]
    [InlineData("dir:/a:b", "dir:/a:b", "/a:b")]
    [InlineData("oci:/a:v1", "oci:/a:v1", "/a")]
    [InlineData("oci:/a:@3", "oci:/a:@3", "/a")]
    [InlineData("oci-archive:/a.tar", "oci-archive:/a.tar:", "/a.tar")]
    [InlineData("docker-archive:a.tar:x", "docker-archive:a.tar:docker.io/library/x:latest", "")]
    [InlineData("docker-daemon:x:v1", "docker-daemon:x:v1", "docker.io/library/x:v1")]
    [InlineData("sif:/a.sif", "sif:/a.sif", "/a.sif")]
    [InlineData("tarball:a.tar:-", "tarball:a.tar:-", "")]
    [InlineData(
        "containers-storage:x",
        "containers-storage:[overlay@/var/lib/containers/storage+/run/containers/storage]docker.io/library/x:latest",
        "[overlay@/var/lib/containers/storage]docker.io/library/x:latest")]
    public void Every_transport_has_a_full_name_and_a_policy_identity(string text, string name, string identity)
    {
        Assert.True(ImageName.TryParse(text, Environment, out var reference, out _));
        Assert.Equal(name, reference.ImageName);
        Assert.Equal(identity, reference.PolicyIdentity);
        Assert.True(ImageName.TryParse(reference.ImageName, Environment, out var again, out _));
        Assert.Equal(reference, again);
    }

    [Fact]
    public void A_registry_image_is_looked_up_from_its_repository_to_the_widest_wildcard()
    {
        Assert.Equal(
            ["a.b.example:5000/ns/app", "a.b.example:5000/ns", "a.b.example:5000", "*.b.example", "*.example"],
            Parse("docker://a.b.example:5000/ns/app:v1").PolicyNamespaces);
        Assert.Equal(["a.example", "*.example"], Parse("docker://a.example/b@@unknown-digest@@").PolicyNamespaces);
    }

    [Fact]
    public void A_stored_image_is_looked_up_without_its_id_then_without_its_digest_then_by_store()
    {
        var reference = Parse($"containers-storage:[vfs@/s+/r:a=b,c=d]a.example/x:v1@sha256:{Hex}@{Hex}");
        Assert.Equal($"[vfs@/s+/r:a=b,c=d]a.example/x:v1@sha256:{Hex}@{Hex}", reference.Text);
        Assert.Equal($"[vfs@/s]a.example/x:v1@sha256:{Hex}@{Hex}", reference.PolicyIdentity);
        Assert.Equal(
            [$"[vfs@/s]a.example/x:v1@sha256:{Hex}", "[vfs@/s]a.example/x:v1", "[vfs@/s]a.example/x", "[vfs@/s]a.example", "[vfs@/s]", "[/s]"],
            reference.PolicyNamespaces);
    }

    [Theory]
    [InlineData("busybox", "Invalid image name \"busybox\", expected colon-separated transport:reference")]
    [InlineData("Docker://busybox", "Invalid image name \"Docker://busybox\", unknown transport \"Docker\"")]
    [InlineData("docker://a:v@sha256:" + Hex, "Docker references with both a tag and digest are currently not supported")]
    [InlineData("atomic:a.example/ns/s:v@sha256:" + Hex, "invalid image reference: a.example/ns/s:v@sha256:" + Hex + ", a digest is not possible here")]
    [InlineData("oci:/a:@-1", "Invalid source index @-1: must not be negative")]
    [InlineData("oci:/a:a---b", "Invalid image a---b")]
    [InlineData("oci-archive:/a:@0", "Invalid image @0")]
    [InlineData("docker-archive:a:@1\0", "Invalid source index @1\0: strconv.Atoi: parsing \"1\0\": invalid syntax")]
    [InlineData("docker-daemon:x", "docker-daemon: reference x has neither a tag nor a digest")]
    [InlineData("containers-storage:[]x", "invalid reference")]
    [InlineData("containers-storage:[a@b]x", "path name is not absolute")]
    [InlineData("containers-storage:x@y", "\"y\" does not look like an image ID or digest: invalid reference")]
    public void A_name_that_cannot_be_is_refused_with_its_reason(string text, string message)
    {
        Assert.False(ImageName.TryParse(text, Environment, out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData("registry.example/app", "docker://registry.example/app:latest")]
    [InlineData("localhost:5000/app:v1", "docker://localhost:5000/app:v1")]
    [InlineData("localhost/app", "docker://localhost/app:latest")]
    [InlineData("dir:/a.b/c", "dir:/a.b/c")]
    public void On_the_command_line_a_registry_stands_for_docker(string text, string name)
    {
        Assert.True(ImageName.TryParseArgument(text, Environment, out var reference, out _));
        Assert.Equal(name, reference.ImageName);
    }

    [Theory]
    [InlineData("app:v1", "\"app:v1\" names no registry: write registry.example/app:v1, or docker://docker.io/library/app:v1")]
    [InlineData("http://a.example/x", "Invalid image name \"http://a.example/x\", unknown transport \"http\"")]
    public void On_the_command_line_a_short_name_is_refused_with_both_ways_to_write_it(string text, string message)
    {
        Assert.False(ImageName.TryParseArgument(text, Environment, out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void No_text_makes_a_transport_throw_and_full_names_survive_a_round_trip()
    {
        string[] pieces = ["a", "a.example", "/", ":", "//", "@", "@1", "[", "]", "+", "sha256:", Hex, "v1", "-", "--", ".", "..", "\n", "é"];
        var rest = Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 8].Select(string.Concat);
        Gen.Select(Gen.Int[0, Transport.All.Count - 1], rest).Sample((index, text) =>
        {
            var transport = Transport.All[index];
            _ = transport.CheckScope(text);
            if (transport.Parse(text, Environment).Reference is not { DockerReference: null or { Domain.Length: > 0 } } reference)
                return;
            Assert.True(ImageName.TryParse(reference.ImageName, Environment, out var again, out var error), $"{reference}: {error}");
            Assert.Equal(reference.PolicyIdentity, again.PolicyIdentity);
        });
    }

    private static TransportReference Parse(string text) =>
        ImageName.TryParse(text, Environment, out var reference, out var error) ? reference : throw new ArgumentException(error.Message, nameof(text));
}
