using System.Net;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Access;

namespace Plomba.Registry.Tests.Signatures;

public sealed class InboxTests(TwoKeys keys) : IClassFixture<TwoKeys>, IAsyncLifetime
{
    private readonly Digest _image = Digest.Sha256("an image of another registry"u8);
    private RunningRegistry _registry = null!;

    private string Inboxes => _registry.Site.Current.InboxesDirectory;

    public async ValueTask InitializeAsync() => _registry = await RunningRegistry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task What_is_written_into_an_inbox_is_served_to_the_next_request()
    {
        var signature = await keys.Gpg.SignAsync(keys.Alice, _image);
        Write("alice", 1, signature);
        Assert.Equal(signature, await ReadAsync(1));
    }

    [Fact]
    public async Task What_is_written_into_an_inbox_is_taken_without_any_request()
    {
        Write("alice", 1, await keys.Gpg.SignAsync(keys.Alice, _image));
        for (var attempt = 0; attempt < 100 && !JournalHasSignature(); attempt++)
            await Task.Delay(50);
        Assert.True(JournalHasSignature());

        bool JournalHasSignature() => Directory.EnumerateFiles(Path.Combine(_registry.DataDirectory, "journal"))
            .Any(file => File.ReadAllText(file).Contains(_image.Hex, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_maker_who_overwrites_a_file_adds_a_signature_and_takes_none_away()
    {
        var first = await keys.Gpg.SignAsync(keys.Alice, _image, "registry.local/alt/x:v1");
        Write("alice", 1, first);
        Assert.Equal(first, await ReadAsync(1));
        var second = await keys.Gpg.SignAsync(keys.Alice, _image, "registry.local/alt/x:v2");
        Write("alice", 1, second);
        Assert.Equal(second, await ReadAsync(2));
        Directory.Delete(Path.Combine(Inboxes, "alice"), recursive: true);
        Assert.Equal(first, await ReadAsync(1));
        Assert.Equal(second, await ReadAsync(2));
    }

    [Fact]
    public async Task Two_makers_sign_the_same_image()
    {
        var byAlice = await keys.Gpg.SignAsync(keys.Alice, _image);
        var byBob = await keys.Gpg.SignAsync(keys.Bob, _image);
        Write("alice", 1, byAlice);
        Assert.NotNull(await ReadAsync(1));
        Write("bob", 1, byBob);
        Assert.Equal(byAlice, await ReadAsync(1));
        Assert.Equal(byBob, await ReadAsync(2));
        Assert.Null(await ReadAsync(3));
    }

    [Fact]
    public async Task A_torn_file_waits_until_it_is_whole()
    {
        var signature = await keys.Gpg.SignAsync(keys.Alice, _image);
        Write("alice", 1, []);
        Assert.Null(await ReadAsync(1));
        Write("alice", 1, signature[..20]);
        Assert.Null(await ReadAsync(1));
        Write("alice", 1, signature);
        Assert.Equal(signature, await ReadAsync(1));
        Assert.True(File.Exists(PathOf("alice", 1)));
    }

    [Fact]
    public async Task A_signature_for_another_digest_stays_where_it_is()
    {
        Write("alice", 1, await keys.Gpg.SignAsync(keys.Alice, Digest.Sha256("other"u8)));
        Assert.Null(await ReadAsync(1));
        Assert.True(File.Exists(PathOf("alice", 1)));
    }

    [Fact]
    public async Task No_symbolic_link_is_followed()
    {
        using var outside = new TemporaryDirectory();
        var signature = await keys.Gpg.SignAsync(keys.Alice, _image);
        await File.WriteAllBytesAsync(outside.Combine("signature-1"), signature);
        var directory = Path.GetDirectoryName(PathOf("alice", 1))!;
        Directory.CreateDirectory(directory);
        File.CreateSymbolicLink(PathOf("alice", 1), outside.Combine("signature-1"));
        Assert.Null(await ReadAsync(1));
        Directory.Delete(directory, recursive: true);
        Directory.CreateSymbolicLink(directory, outside.Path);
        Assert.Null(await ReadAsync(1));
        Directory.Delete(Path.Combine(Inboxes, "alice"), recursive: true);
        Directory.CreateDirectory(outside.Combine("x", "alt", $"x@sha256={_image.Hex}"));
        await File.WriteAllBytesAsync(outside.Combine("x", "alt", $"x@sha256={_image.Hex}", "signature-1"), signature);
        Directory.CreateSymbolicLink(Path.Combine(Inboxes, "alice"), outside.Combine("x"));
        Assert.Null(await ReadAsync(1));
    }

    [Fact]
    public async Task A_named_pipe_does_not_stop_the_server()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf("alice", 1))!);
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", [PathOf("alice", 1)])).ExitCode);
        Assert.Null(await ReadAsync(1).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task The_owner_of_the_file_must_be_the_maker_or_root()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give files away");
        // Made elsewhere: an inbox is looked into as soon as something appears there.
        var signature = _registry.Directory.Combine("signature");
        await File.WriteAllBytesAsync(signature, await keys.Gpg.SignAsync(keys.Alice, _image));
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf("daemon", 1))!);
        await BringAsync("nobody");
        Assert.Null(await ReadAsync(1));
        await BringAsync("daemon");
        Assert.NotNull(await ReadAsync(1));

        async Task BringAsync(string owner)
        {
            Assert.Equal(0, (await ChildProcess.RunAsync("cp", [signature, $"{signature}.{owner}"])).ExitCode);
            Assert.Equal(0, (await ChildProcess.RunAsync("chown", [owner, $"{signature}.{owner}"])).ExitCode);
            Assert.Equal(0, (await ChildProcess.RunAsync("mv", [$"{signature}.{owner}", PathOf("daemon", 1)])).ExitCode);
        }
    }

    [Fact]
    public async Task Only_a_maker_of_the_namespace_signs_there()
    {
        var none = new HashSet<string>(StringComparer.Ordinal);
        _registry.Site.Current = _registry.Site.Current with
        {
            PasswordsFile = _registry.Directory.Combine("htpasswd"),
            Namespaces = [new NamespaceView("alt", new HashSet<string>(StringComparer.Ordinal) { "bob" }, none)],
        };
        Write("alice", 1, await keys.Gpg.SignAsync(keys.Alice, _image));
        Assert.Null(await ReadAsync(1));
        Write("bob", 1, await keys.Gpg.SignAsync(keys.Alice, _image));
        Assert.NotNull(await ReadAsync(1));
        Assert.Null(await ReadAsync(2));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("-rf")]
    [InlineData("a b")]
    public async Task A_directory_that_is_no_account_is_no_inbox(string maker)
    {
        var directory = maker == ".." ? Path.Combine(Inboxes, "..", "alt") : Path.Combine(Inboxes, maker, "alt");
        Directory.CreateDirectory(Path.Combine(directory, $"x@sha256={_image.Hex}"));
        await File.WriteAllBytesAsync(Path.Combine(directory, $"x@sha256={_image.Hex}", "signature-1"), await keys.Gpg.SignAsync(keys.Alice, _image));
        Assert.Null(await ReadAsync(1));
    }

    private string PathOf(string maker, int number) => Path.Combine(Inboxes, maker, "alt", $"x@sha256={_image.Hex}", $"signature-{number}");

    private void Write(string maker, int number, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(maker, number))!);
        File.WriteAllBytes(PathOf(maker, number), content);
    }

    private async Task<byte[]?> ReadAsync(int number)
    {
        using var answer = await _registry.SendAsync("GET", $"/sigstore/alt/x@sha256={_image.Hex}/signature-{number}");
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
