using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs;

/// <summary>A named pipe in the place of a file, which nobody ever writes to: no verb waits for it.</summary>
public sealed class NamedPipeTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Commands =>
    [
        "site check PIPE",
        "site show --site PIPE",
        "serve --site PIPE",
        "policy show --policy PIPE",
        "policy lint PIPE",
        "verify --policy PIPE dir:/nonexistent",
        "verify --site PIPE dir:/nonexistent",
        "key show PIPE",
        "site key add PIPE --name x --site PIPE",
        "host plan client --root DIR --site PIPE",
        "host check --root DIR --site PIPE",
        "manifest-digest PIPE",
    ];

    public async ValueTask InitializeAsync() => await ChildProcess.RunAsync("mkfifo", [_directory.Combine("pipe")]);

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task No_verb_waits_for_a_named_pipe(string command)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var arguments = command.Split(' ').Select(w => w switch { "PIPE" => _directory.Combine("pipe"), "DIR" => _directory.Path, _ => w });
        var result = await ChildProcess.RunAsync(PlombaProgram.Path, arguments, cancellation: patience.Token);
        Assert.Contains(result.ExitCode, new[] { 1, 2, 3 });
    }
}
