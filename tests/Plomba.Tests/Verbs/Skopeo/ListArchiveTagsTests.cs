using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

public sealed class ListArchiveTagsTests : IDisposable
{
    private const string Manifest = "manifest.json";
    private const string Ordinary = """[{"Config":"a.json","RepoTags":["busybox:latest","docker.io/library/busybox:1","example.com:5000/a/b:v1"],"Layers":["x"]},{"RepoTags":null}]""";

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Manifests =>
    [
        Ordinary,
        """[{"RepoTags":["busybox:latest"]},{"RepoTags":["docker.io/library/busybox:latest"]},{"repotags":["x:1"]}]""",
        "[]", "null", "[null,{\"RepoTags\":[]}]", "{}", "[{", "", "[] x", """[{"RepoTags":["UPPER:x"]}]""", """[{"RepoTags":["foo"]}]""",
        """[{"RepoTags":["foo:x@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}]""",
        """[{"RepoTags":"x"}]""", """[{"RepoTags":[1]}]""", """[{"Config":1,"RepoTags":["a:b"]}]""", """[{"Layers":[{}],"RepoTags":["a:b"]}]""", """[{"RepoTags":[null]}]""",
        """[{"RepoTags":["a:1"],"RepoTags":["b:2"]}]""", """[{"RepoTags":["a:1"],"RepoTags":null}]""", """[{"RepoTags":["\u0061:1"]}]""",
        $"[]{new string(' ', 1_100_000)}",
    ];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task The_names_in_an_archive_are_those_that_skopeo_lists(string manifest)
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        await AgainstSkopeo.SameAsync("list-tags", $"docker-archive:{Write(TarEntryFormat.Ustar, File(Manifest, manifest))}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(":busybox:latest")]
    [InlineData(":@0")]
    [InlineData(":@9")]
    [InlineData(":@x")]
    [InlineData(":UPPER")]
    [InlineData("-that-is-not-there")]
    public async Task Which_image_of_the_archive_is_named_does_not_matter_if_it_can_be_one(string rest)
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        await AgainstSkopeo.SameAsync("list-tags", $"docker-archive:{Write(TarEntryFormat.Gnu, File(Manifest, Ordinary))}{rest}");
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Every_dialect_of_tar_is_read_and_a_link_to_the_manifest_followed_once(TarEntryFormat format)
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        var longName = format is TarEntryFormat.V7 ? "short" : $"{new string('d', 90)}/{new string('e', 90)}";
        await SameAsync(File(longName, "x"), File(Manifest, Ordinary));
        await SameAsync(File("./a/../manifest.json", Ordinary));
        await SameAsync(Link("real"), File("real", Ordinary));
        await SameAsync(File("real", Ordinary), Link("./real"));
        await SameAsync(Link("nowhere"));
        await SameAsync(Link(Manifest));
        await SameAsync((TarEntryType.Directory, Manifest, "", ""));
        await SameAsync((TarEntryType.HardLink, Manifest, "", "real"), File("real", Ordinary));
        await SameAsync(File("other", Ordinary));

        async Task SameAsync(params (TarEntryType, string, string, string)[] entries) => await AgainstSkopeo.SameAsync("list-tags", $"docker-archive:{Write(format, entries)}");
    }

    [Fact]
    public async Task Damaged_archives_are_refused_as_skopeo_refuses_them()
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        var whole = await System.IO.File.ReadAllBytesAsync(Write(TarEntryFormat.Ustar, File("first", new string('x', 600)), File(Manifest, Ordinary)), TestContext.Current.CancellationToken);
        var wrongSum = whole.ToArray();
        wrongSum[3] ^= 1;
        byte[][] contents = [[], new byte[300], new byte[512], new byte[1024], whole[..100], whole[..512], whole[..700], whole[..1600], whole[..2100], wrongSum, [.. whole, .. whole], Encoding.UTF8.GetBytes(new string('r', 4000)), [0x1f, 0x8b, 8], "BZh9rubbish"u8.ToArray()];
        foreach (var content in contents)
        {
            var archive = _directory.Combine("damaged");
            await System.IO.File.WriteAllBytesAsync(archive, content, TestContext.Current.CancellationToken);
            await AgainstSkopeo.SameAsync("list-tags", $"docker-archive:{archive}");
        }
    }

    [Fact]
    public async Task A_compressed_archive_is_read_and_one_in_an_unknown_compression_named()
    {
        var plain = Write(TarEntryFormat.Ustar, File(Manifest, Ordinary));
        var compressed = _directory.Combine("compressed");
        await using (var gzip = new GZipStream(System.IO.File.Create(compressed), CompressionLevel.Fastest))
            await gzip.WriteAsync(await System.IO.File.ReadAllBytesAsync(plain, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var expected = await PlombaProgram.RunAsync("list-tags", $"docker-archive:{plain}");
        Assert.Equal(0, expected.ExitCode);
        Assert.Equal(expected.Text, (await PlombaProgram.RunAsync("list-tags", $"docker-archive:{compressed}")).Text);

        await System.IO.File.WriteAllBytesAsync(compressed, [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0], TestContext.Current.CancellationToken);
        var refused = await PlombaProgram.RunAsync("list-tags", $"docker-archive:{compressed}");
        Assert.Equal((1, $"plomba: detecting compression for file \"{compressed}\": it is compressed with zstd, which is not read here: expand it first\n"), (refused.ExitCode, refused.Errors));
    }

    [Fact]
    public async Task Hostile_sizes_are_refused_before_memory_is_taken()
    {
        foreach (var (type, size) in ((char, string)[])[('x', "77777777777"), ('L', "77777777777"), ('0', "77777777777"), ('x', "-1"), ('0', "\u0080")])
        {
            var block = new byte[1024];
            Encoding.Latin1.GetBytes(Manifest, block);
            Encoding.Latin1.GetBytes(size, block.AsSpan(124));
            block[156] = (byte)type;
            block.AsSpan(148, 8).Fill((byte)' ');
            Encoding.Latin1.GetBytes(Convert.ToString(block.Take(512).Sum(b => b), 8), block.AsSpan(148));
            await System.IO.File.WriteAllBytesAsync(_directory.Combine("hostile"), block, TestContext.Current.CancellationToken);
            var result = await PlombaProgram.RunAsync("list-tags", $"docker-archive:{_directory.Combine("hostile")}");
            Assert.Equal(1, result.ExitCode);
            Assert.DoesNotContain("memory", result.Errors, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static (TarEntryType, string, string, string) File(string name, string content) => (TarEntryType.RegularFile, name, content, "");

    private static (TarEntryType, string, string, string) Link(string target) => (TarEntryType.SymbolicLink, Manifest, "", target);

    private string Write(TarEntryFormat format, params (TarEntryType Type, string Name, string Content, string Target)[] entries)
    {
        var path = _directory.Combine("archive");
        using var writer = new TarWriter(System.IO.File.Create(path), format);
        foreach (var (type, name, content, target) in entries)
        {
            var kind = format == TarEntryFormat.V7 && type == TarEntryType.RegularFile ? TarEntryType.V7RegularFile : type;
            TarEntry entry = format switch
            {
                TarEntryFormat.V7 => new V7TarEntry(kind, name),
                TarEntryFormat.Ustar => new UstarTarEntry(kind, name),
                TarEntryFormat.Pax => new PaxTarEntry(kind, name),
                _ => new GnuTarEntry(kind, name),
            };
            if (target.Length > 0)
                entry.LinkName = target;
            if (content.Length > 0)
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
            writer.WriteEntry(entry);
        }

        return path;
    }
}
