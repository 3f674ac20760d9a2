using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.Api;

/// <summary>The packages work for somebody who has nothing but them: the samples of docs/library.md, in a fresh project.</summary>
public sealed class PackedLibraryTests
{
    private const string Image = "registry.example.org/team/app:1.0";

    [Fact]
    public async Task A_fresh_project_verifies_an_image_with_the_packed_packages()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PLOMBA_LONG") is { Length: > 0 }, "packing and building take longer than half a minute (./test.sh --long)");
        Assert.SkipUnless(ChildProcess.IsInstalled("dotnet") && ChildProcess.IsInstalled("gpg"), "dotnet or gpg is not installed");
        using var directory = new TemporaryDirectory(prefix: "consumer");
        await PackAsync(directory);
        await LayOutImageAsync(directory);
        await WriteProjectAsync(directory);
        var built = await DotnetAsync(directory, "build", "-v", "quiet", "--nologo");
        Assert.True(built.ExitCode == 0, built.Text);
        var run = await ChildProcess.RunAsync(directory.Combine("app", "bin", "Debug", "net10.0", "app"), [directory.Path]);
        Assert.True(run.ExitCode == 0, run.Text + run.Errors);
        Assert.Contains($"docker://{Image}: accepted", run.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(directory.Combine("feed", "Plomba.Trust.0.1.0.nupkg")));
    }

    private static async Task PackAsync(TemporaryDirectory directory)
    {
        foreach (var project in new[] { "Plomba.Language", "Plomba.Files", "Plomba.Images", "Plomba.Trust" })
        {
            // What these tests were built with is packed; packing must not build into the same directories.
            var packed = await ChildProcess.RunAsync(
                "dotnet",
                ["pack", Path.Combine(PlombaProgram.Repository, "src", project), "--no-build", "-c", "Debug", "-o", directory.Combine("feed"), "-v", "quiet", "--nologo"]);
            Assert.True(packed.ExitCode == 0, packed.Text);
        }
    }

    private static async Task LayOutImageAsync(TemporaryDirectory directory)
    {
        await using var gpg = new GpgHome();
        var key = await gpg.CreateKeyAsync("Maker <maker@example.org>", "ed25519");
        var manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""");
        await File.WriteAllBytesAsync(directory.Combine("manifest.json"), manifest);
        await File.WriteAllBytesAsync(directory.Combine("key.pgp"), await gpg.ExportAsync(key));
        await File.WriteAllBytesAsync(directory.Combine("signature-1"), await gpg.SignAsync(new SignedPayload(Digest.Sha256(manifest), Image, null, null).Write(), key));
        await File.WriteAllTextAsync(
            directory.Combine("policy.json"),
            $$"""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"{{directory.Combine("key.pgp")}}"}]}""");
    }

    private static async Task WriteProjectAsync(TemporaryDirectory directory)
    {
        Directory.CreateDirectory(directory.Combine("app"));
        await File.WriteAllTextAsync(directory.Combine("app", "app.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Plomba.Trust" Version="0.1.0" />
                <AssemblyAttribute Include="System.Runtime.Versioning.SupportedOSPlatformAttribute"><_Parameter1>linux</_Parameter1></AssemblyAttribute>
              </ItemGroup>
            </Project>
            """);
        // Packages of others are taken from where the build of these tests put them; ours from the feed alone.
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(directory.Combine("app", "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{directory.Combine("packages")}" /></config>
              <packageSources><clear /><add key="feed" value="{directory.Combine("feed")}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="built" value="{packages}" /></fallbackPackageFolders>
            </configuration>
            """);
        await File.WriteAllTextAsync(directory.Combine("app", "Program.cs"), Sample());
    }

    // The blocks of docs/library.md in their order, with the names of this test's files.
    private static string Sample()
    {
        var blocks = File.ReadAllText(Path.Combine(PlombaProgram.Repository, "docs", "library.md")).Split("```csharp\n").Skip(1).Select(b => b.Split("```")[0]).ToList();
        var code = string.Join('\n', blocks.Take(2)) + "\nConsole.Write(VerdictText.Explain(verdict));\nreturn verdict.ExitCode;\n";
        var lines = code.Split('\n').ToLookup(l => l.StartsWith("using ", StringComparison.Ordinal));
        var program = string.Join('\n', [.. lines[true], "Environment.CurrentDirectory = args[0];", .. lines[false]]);
        return program.Replace("/etc/containers/policy.json", "policy.json", StringComparison.Ordinal);
    }

    private static Task<ChildResult> DotnetAsync(TemporaryDirectory directory, params string[] arguments) => ChildProcess.RunAsync(
        "sh", ["-c", "cd \"$1\" && shift && exec dotnet \"$@\"", "sh", directory.Combine("app"), .. arguments]);
}
