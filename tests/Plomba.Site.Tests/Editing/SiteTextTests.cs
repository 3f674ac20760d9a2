using CsCheck;
using Plomba.Site.Editing;
using Plomba.Site.Names;

namespace Plomba.Site.Tests.Editing;

public sealed class SiteTextTests
{
    private const string Fingerprint40 = "AAAABBBBCCCCDDDDEEEEFFFF0000111122223333";

    [Fact]
    public void A_namespace_is_appended_and_everything_before_it_stays()
    {
        var text = new SiteText(Sites.Reference).AddNamespace(Namespace("team/base"), Change(["m1", "m2"], ["build-robot"], KeyRequirement.All)).Text;

        Assert.Equal(
            Sites.Reference + "\n[[namespace]]\nname = \"team/base\"\nmakers = [\"m1\", \"m2\"]\nkeys = [\"build-robot\"]\nrequire = \"all\"\n",
            text);
        Assert.Equal(KeyRequirement.All, Sites.Valid(text).Namespaces[2].Require);
    }

    [Fact]
    public void The_whole_registry_is_appended_with_its_acknowledgement()
    {
        var site = Sites.Valid(new SiteText(Sites.Reference).AddNamespace(NamespaceName.Whole, Change(["m"], [], null)).Text);

        Assert.Equal(NamespaceName.Whole, site.Namespaces[2].Name);
    }

    [Fact]
    public void Setting_lists_changes_those_values_alone()
    {
        var text = new SiteText(Sites.Reference).SetNamespace(Namespace("alt"), Change(["boss"], ["build-robot"], KeyRequirement.All))!.Text;

        Assert.Equal(
            Sites.Reference
                .Replace("[\"imagemaker\", \"imagemaker2\"]", "[\"boss\"]", StringComparison.Ordinal)
                .Replace("[\"images-developer\", \"images-developer-2025\"]", "[\"build-robot\"]", StringComparison.Ordinal)
                .Replace("require = \"any\"", "require = \"all\"", StringComparison.Ordinal),
            text);
    }

    [Fact]
    public void What_is_not_written_yet_goes_below_the_name()
    {
        const string site = Sites.Minimal + "[[namespace]]\nname = \"a\" # the first\n# no makers yet";

        Assert.Equal(
            Sites.Minimal + "[[namespace]]\nname = \"a\" # the first\nrequire = \"all\"\nmakers = [\"m\"]\n# no makers yet",
            new SiteText(site).SetNamespace(Namespace("a"), Change(["m"], [], KeyRequirement.All))!.Text);
    }

    [Fact]
    public void Comments_inside_a_list_stay_with_their_entries()
    {
        const string before = Sites.Minimal + "[[namespace]]\nname = \"a\"\nmakers = [ # people\n  # the team\n  \"anna\", # leads\n\t\"bert\",\n  'carl' # new\n] # end\n";

        Assert.Equal(
            Sites.Minimal + "[[namespace]]\nname = \"a\"\nmakers = [ # people\n  # the team\n  \"anna\", # leads\n  \"carl\", # new\n  \"dora\",\n] # end\n",
            new SiteText(before.Replace("'carl'", "\"carl\"", StringComparison.Ordinal)).SetNamespace(Namespace("a"), Change(["dora", "carl", "anna"], [], null))!.Text);
    }

    [Fact]
    public void A_list_whose_comments_could_get_lost_is_not_edited()
    {
        const string before = Sites.Minimal + "[[namespace]]\nname = \"a\"\nmakers = [\"anna\", # leads\n\"bert\"]\n";

        Assert.Null(new SiteText(before).SetNamespace(Namespace("a"), Change(["dora"], [], null)));
    }

    [Fact]
    public void A_namespace_is_removed_with_its_lines_and_no_others()
    {
        var text = new SiteText(Sites.Reference).RemoveNamespace(Namespace("alt"))!.Text;

        Assert.DoesNotContain("name   = \"alt\"", text, StringComparison.Ordinal);
        Assert.Contains("# ---- namespaces ----\n\n[[namespace]]\nname   = \"beta\"", text, StringComparison.Ordinal);
        Assert.EndsWith("# the end\n", text, StringComparison.Ordinal);
        Assert.Equal(["beta"], Sites.Valid(text).Namespaces.Select(n => n.Name.Text));
    }

    [Fact]
    public void A_key_is_added_behind_the_last_key()
    {
        var text = Add(new SiteText(Sites.Reference), "Anna \"the boss\" \\o/ <a@x>").Text;

        Assert.Contains(
            "fingerprint = \"FEDCBA9876543210FEDCBA9876543210FEDCBA98\"\n\n[[key]]\nname = \"k\"\nfingerprint = \"" + Fingerprint40
            + "\"\nowner = \"Anna \\\"the boss\\\" \\\\o/ <a@x>\"\n\n# ---- namespaces ----\n",
            text,
            StringComparison.Ordinal);
        Assert.Equal("Anna \"the boss\" \\o/ <a@x>", Sites.Valid(text).Keys[3].Owner);
    }

    [Fact]
    public void The_first_key_goes_to_the_end() =>
        Assert.Equal(
            Sites.Minimal + $"\n[[key]]\nname = \"k\"\nfingerprint = \"{Fingerprint40}\"\n",
            Add(new SiteText(Sites.Minimal), null).Text);

    [Fact]
    public void A_file_without_its_last_line_end_gets_it_first() =>
        Assert.Equal(
            Sites.Minimal + $"# end\n\n[[key]]\nname = \"k\"\nfingerprint = \"{Fingerprint40}\"\n",
            Add(new SiteText(Sites.Minimal + "# end"), null).Text);

    [Fact]
    public void Windows_line_ends_stay_windows_line_ends()
    {
        var text = Add(new SiteText(Sites.Reference.ReplaceLineEndings("\r\n")), null).AddNamespace(Namespace("n"), Change(["m"], ["k"], null)).Text;

        Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Sites.Valid(text);
    }

    [Fact]
    public void What_is_written_inline_is_not_edited()
    {
        var text = new SiteText("format = 1\nnamespace = [{ name = \"a\" }]\nkey = []\n[site]\nname = \"s\"\n[registry]\nname = \"localhost:5000\"\n");

        Assert.Null(text.SetNamespace(Namespace("a"), Change(["m"], [], null)));
        Assert.Null(text.RemoveNamespace(Namespace("a")));
        Assert.Null(text.RemoveKey(Key("k")));
    }

    [Fact]
    public void Adding_and_removing_again_gives_the_very_same_bytes()
    {
        var original = new SiteText(Sites.Reference);

        Assert.Equal(Sites.Reference, original.AddNamespace(Namespace("n"), Change(["m"], ["build-robot"], null)).RemoveNamespace(Namespace("n"))!.Text);
        Assert.Equal(Sites.Reference, Add(original, "Owner").RemoveKey(Key("k"))!.Text);
    }

    [Fact]
    public void Whatever_the_file_looks_like_an_edit_keeps_every_line_it_does_not_mean() =>
        Gen.Select(Pick("# c", "", "   # indented \t", "# [[namespace]]", "#name = \"alt\""), Gen.Int[0, 60], Pick("alt", "beta"), Gen.Int[0, 3], Gen.Bool).Sample((line, at, name, kind, windows) =>
        {
            var lines = Sites.Reference.Split('\n').ToList();
            lines.Insert(Math.Min(at, lines.Count), line);
            lines.Insert(0, line);
            var before = string.Join(windows ? "\r\n" : "\n", lines);
            Sites.Valid(before);
            var text = new SiteText(before);
            var after = (kind switch
            {
                0 => text.SetNamespace(Namespace(name), Change(["other"], [], KeyRequirement.All))!,
                1 => text.RemoveNamespace(Namespace(name))!,
                2 => text.AddNamespace(Namespace("new"), Change(["other"], ["build-robot"], null)),
                _ => Add(text, null),
            }).Text;
            Sites.Valid(after);
            var (first, second) = (before.Split('\n'), after.Split('\n'));
            var start = first.Zip(second).TakeWhile(p => p.First == p.Second).Count();
            var end = first.Reverse().Zip(second.Reverse()).TakeWhile(p => p.First == p.Second).Count();

            // All that changed lies in one stretch, and on removal the stretch is the block.
            Assert.True(first.Length - start - end <= 8, after);
            Assert.True(second.Length - start - end <= 8, after);
        }, iter: 500);

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static SiteText Add(SiteText text, string? owner) =>
        text.AddKey(Key("k"), Trust.Keys.Fingerprint.TryParse(Fingerprint40, out var fingerprint) ? fingerprint : default, owner);

    private static NamespaceName Namespace(string text) => NamespaceName.TryParse(text, out var name, out _) ? name : default;

    private static KeyName Key(string text) => KeyName.TryParse(text, out var name, out _) ? name : default;

    private static NamespaceChange Change(string[] makers, string[] keys, KeyRequirement? require) => new(
        [.. makers.Select(m => AccountName.TryParse(m, out var name, out _) ? name : default)],
        [.. keys.Select(Key)],
        require);
}
