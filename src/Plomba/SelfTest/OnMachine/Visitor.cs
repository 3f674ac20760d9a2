using Plomba.CommandLine;
using Plomba.Files;

namespace Plomba.SelfTest.OnMachine;

/// <summary>The ordinary user of the trial's machine, whom the client's role is for.</summary>
internal sealed class Visitor
{
    /// <summary>The account's name.</summary>
    public const string Name = "visitor";

    private readonly string[] become;

    private Visitor(string uid, string gid, string home)
    {
        Home = home;
        RuntimeDirectory = $"/run/user/{uid}";
        become =
        [
            "--reuid", uid, "--regid", gid, "--init-groups", "--inh-caps=-all", "--reset-env", "env", "--chdir", home, $"HOME={home}", $"XDG_RUNTIME_DIR={RuntimeDirectory}",
            "LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ];
    }

    /// <summary>Its home directory.</summary>
    public string Home { get; }

    private string RuntimeDirectory { get; }

    /// <summary>The user as the machine now knows it.</summary>
    public static async Task<Visitor> FindAsync(CancellationToken cancellation)
    {
        var account = (await ChildProcess.RunAsync("getent", ["passwd", Name], cancellation: cancellation)).Text.Trim().Split(':');
        if (account.Length < 7)
            throw new Failure(Text.Say($"there is no user {Name} after the role was applied"));
        var visitor = new Visitor(account[2], account[3], account[5]);
        DurableFile.CreateDirectory("/run/user");
        DurableFile.CreateDirectory(visitor.RuntimeDirectory, DurableFile.PrivateDirectoryMode);
        await ChildProcess.RunAsync("chown", [$"{account[2]}:{account[3]}", visitor.RuntimeDirectory], cancellation: cancellation);
        return visitor;
    }

    /// <summary>Runs a program as this user, in its home, with nothing of our environment.</summary>
    public Task<ChildResult> RunAsync(IEnumerable<string> command, CancellationToken cancellation) =>
        ChildProcess.RunAsync("setpriv", [.. become, .. command], cancellation: cancellation);
}
