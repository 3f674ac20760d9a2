using System.Reflection;
using Plomba.Hosts.Adopting;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Adopting;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_code_of_a_take_overs_findings_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(PlombaProgram.Repository, "docs", "adopting.md"));
        Assert.All(
            typeof(AdoptionCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!),
            code => Assert.Contains($"| `{code}` |", page, StringComparison.Ordinal));
    }
}
