using System.Text;
using Plomba.Trust.Configuration.Crio;

namespace Plomba.Trust.Tests.Configuration.Crio;

public sealed class CrioImageSettingsTests
{
    [Fact]
    public void A_later_file_wins_and_its_lists_replace_the_earlier_ones()
    {
        var first = Read("[crio.image]\nsignature_policy = \"/a\"\npause_image = \"p\"\ninsecure_registries = [\"a\", \"b\"]\n");
        var second = Read("[crio]\nroot = \"/x\"\n[crio.image]\nsignature_policy_dir = \"/d\"\ninsecure_registries = [\"c\"]\n");

        var both = first.Then(second);

        Assert.Equal(("/a", "/d", "p"), (both.SignaturePolicy, both.SignaturePolicyDirectory, both.PauseImage));
        Assert.Equal(["c"], both.InsecureRegistries!);
        Assert.Equal(["a", "b"], first.Then(CrioImageSettings.None).InsecureRegistries!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n[crio.runtime]\nlog_level = 3\n")]
    public void What_is_not_written_is_null(string text) => Assert.Equal(CrioImageSettings.None, Read(text));

    [Theory]
    [InlineData("[crio.image\n")]
    [InlineData("[crio]\nimage = 3\n")]
    [InlineData("[crio.image]\nsignature_policy = 3\n")]
    [InlineData("[crio.image]\ninsecure_registries = [1]\n")]
    [InlineData("[crio.image]\ninsecure_registries = \"a\"\n")]
    public void A_file_that_CRI_O_would_not_start_with_is_a_mistake_with_its_line(string text)
    {
        Assert.False(CrioImageSettings.TryRead(Encoding.UTF8.GetBytes(text), out _, out var mistake));
        Assert.StartsWith("line ", mistake, StringComparison.Ordinal);
    }

    private static CrioImageSettings Read(string text) =>
        CrioImageSettings.TryRead(Encoding.UTF8.GetBytes(text), out var settings, out var mistake) ? settings : throw new InvalidDataException(mistake);
}
