using NetArchTest.Rules;

namespace Plomba.Tests;

/// <summary>Dependencies point one way: Language ← Images, Files ← Trust ← Transfer, Registry, Site ← Hosts ← the program.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Plomba.Language"] = [],
        ["Plomba.Files"] = ["Plomba.Language"],
        ["Plomba.Images"] = ["Plomba.Language"],
        ["Plomba.Trust"] = ["Plomba.Files", "Plomba.Images", "Plomba.Language"],
        ["Plomba.Transfer"] = ["Plomba.Files", "Plomba.Images", "Plomba.Language", "Plomba.Trust"],
        ["Plomba.Registry"] = ["Plomba.Files", "Plomba.Images", "Plomba.Language", "Plomba.Trust"],
        ["Plomba.Site"] = ["Plomba.Files", "Plomba.Images", "Plomba.Language", "Plomba.Trust"],
        ["Plomba.Hosts"] = ["Plomba.Files", "Plomba.Images", "Plomba.Language", "Plomba.Trust", "Plomba.Transfer", "Plomba.Site"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_the_design_allows(string project)
    {
        var assembly = System.Reflection.Assembly.Load(project);
        var refers = assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Plomba", StringComparison.Ordinal));
        Assert.Empty(refers.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Plomba.Images")]
    [InlineData("Plomba.Trust")]
    public void Words_and_decisions_know_nothing_of_networks_or_processes(string project)
    {
        var result = Types.InAssembly(System.Reflection.Assembly.Load(project))
            .ShouldNot()
            .HaveDependencyOnAny("System.Net.Http", "System.Net.Sockets", "Microsoft.AspNetCore", "Microsoft.Data.Sqlite", "System.Diagnostics.Process")
            .GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Storage_knows_nothing_of_http()
    {
        var result = Types.InAssembly(System.Reflection.Assembly.Load("Plomba.Registry"))
            .That().ResideInNamespace("Plomba.Registry.Blobs").Or().ResideInNamespace("Plomba.Registry.Catalog")
            .ShouldNot().HaveDependencyOnAny("Microsoft.AspNetCore", "System.Net.Http")
            .GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
