using System.Reflection;
using Plomba.Testing;

namespace Plomba.Site.Tests;

public sealed class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(PlombaProgram.Repository, "docs", "site.md"));

    [Fact]
    public void Every_code_of_a_finding_is_documented() =>
        Assert.All(
            typeof(FindingCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!),
            code => Assert.Contains($"`{code}`", Page, StringComparison.Ordinal));

    [Fact]
    public void Every_key_the_reader_knows_is_documented()
    {
        // The reader itself tells which keys it knows when it meets one that it does not.
        var tables = new[] { "site", "registry", "signatures", "keys", "groups", "access", "[key]", "[namespace]" };
        var text = "format = 1\n" + string.Concat(tables.Select(t => $"[{t}]\nxxxxxxxxxxxx = 1\n"));
        var unknown = Sites.Read(text).Findings.Where(f => f.Code == FindingCode.UnknownKey).ToList();

        Assert.Equal(tables.Length, unknown.Count);
        Assert.All(
            unknown.SelectMany(f => f.Text[(f.Text.IndexOf("known there: ", StringComparison.Ordinal) + "known there: ".Length)..].Split(", ")),
            key => Assert.True(Page.Contains($"`{key}`", StringComparison.Ordinal) || Page.Contains($".{key}`", StringComparison.Ordinal), key));
    }
}
