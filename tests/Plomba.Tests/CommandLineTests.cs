using Plomba.Testing;

namespace Plomba.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("no-such-verb")]
    [InlineData("--output", "xml")]
    [InlineData("--command-timeout", "soon")]
    public async Task A_wrong_command_line_is_exit_2_with_one_clear_line(params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("plomba: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("there is no verb bogus", "bogus")]
    [InlineData("there is no verb host chek", "host", "chek", "--root", "/")]
    public async Task A_verb_that_does_not_exist_is_named(string message, params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"plomba: {message}\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_goes_to_stdout()
    {
        var result = await PlombaProgram.RunAsync("--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Usage:", result.Text, StringComparison.Ordinal);
    }
}
