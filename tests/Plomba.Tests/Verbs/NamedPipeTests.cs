using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Testing;
using Plomba.Verbs.Key;

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
        "host join --file PIPE --root-sha256 0000000000000000000000000000000000000000000000000000000000000000",
        "serve --tls-certificate PIPE --tls-key PIPE --listen 127.0.0.1:0 --data DIR",
        "list-tags --cert-dir DIR docker://127.0.0.1:1/x",
    ];

    public async ValueTask InitializeAsync() => await ChildProcess.RunAsync("mkfifo", [_directory.Combine("pipe"), _directory.Combine("ca.crt")]);

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

    [Fact]
    public void A_developers_key_is_not_waited_for_either() =>
        Assert.Contains("named pipe", Assert.Throws<Failure>(() => KeyOptions.ReadBytes(_directory.Combine("pipe"))).Message, StringComparison.Ordinal);
}
