using System.Text;
using Plomba.CommandLine;
using Plomba.Files;

namespace Plomba.SelfTest.OnMachine;

/// <summary>
/// Makes a machine for a trial out of this one: the same programs, and a configuration, accounts, homes and a store of
/// its own. Works only in mount, network and process namespaces that are the trial's alone; they end with the trial.
/// </summary>
internal sealed class PrivateMachine(string directory, CancellationToken cancellation)
{
    private const UnixFileMode Shared = (UnixFileMode)0b1_111_111_111;

    // What the trial writes; /tmp last, for the directory of the trial may lie below it.
    private static readonly (string Place, UnixFileMode Mode)[] Own =
    [
        ("/etc", DurableFile.DefaultDirectoryMode), ("/var", DurableFile.DefaultDirectoryMode), ("/home", DurableFile.DefaultDirectoryMode),
        ("/root", DurableFile.PrivateDirectoryMode), ("/run", DurableFile.DefaultDirectoryMode), ("/tmp", Shared),
    ];

    // What programs need of a system's configuration to start at all.
    private static readonly string[] Kept = ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"];

    private static readonly (string Path, string Content, UnixFileMode Mode)[] Files =
    [
        ("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", DurableFile.DefaultMode),
        ("/etc/group", "root:x:0:\nnogroup:x:65534:\n", DurableFile.DefaultMode),
        ("/etc/shadow", "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n", DurableFile.PrivateMode),
        ("/etc/gshadow", "root:*::\nnogroup:*::\n", DurableFile.PrivateMode),
        ("/etc/subuid", "", DurableFile.DefaultMode),
        ("/etc/subgid", "", DurableFile.DefaultMode),
        ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\ngshadow: files\nhosts: files\n", DurableFile.DefaultMode),
        ("/etc/hosts", "127.0.0.1 localhost\n", DurableFile.DefaultMode),
        ("/etc/hostname", "self-test\n", DurableFile.DefaultMode),
        ("/etc/containers/policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""", DurableFile.DefaultMode),
        ("/etc/containers/registries.conf", "", DurableFile.DefaultMode),
        ("/etc/containers/containers.conf", "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n", DurableFile.DefaultMode),
        ("/etc/containers/storage.conf", "[storage]\ndriver = \"vfs\"\nrunroot = \"/run/containers/storage\"\ngraphroot = \"/var/lib/containers/storage\"\n", DurableFile.DefaultMode),
    ];

    /// <summary>Builds it in the directory, and lets it stand in the place of this machine's.</summary>
    /// <param name="keep">On the disk, where it stays; else in memory.</param>
    public async Task BuildAsync(bool keep)
    {
        if (!keep)
            await MustAsync("mount", "-t", "tmpfs", "-o", "mode=0755", "plomba-self-test", directory);
        foreach (var (place, mode) in Own.Append(("/var/tmp", Shared)))
        {
            DurableFile.CreateDirectory(directory + place);
            File.SetUnixFileMode(directory + place, mode); // whatever the umask is
        }

        foreach (var (path, content, mode) in Files)
        {
            DurableFile.CreateDirectory(Path.GetDirectoryName(directory + path)!);
            DurableFile.Write(directory + path, Encoding.UTF8.GetBytes(content), mode);
        }

        foreach (var path in Kept.Where(Path.Exists))
            await MustAsync("cp", "-a", path, directory + path);
        foreach (var (place, _) in Own)
            await MustAsync("mount", "--bind", directory + place, place);
        // Among themselves, as on a booted system: rootless podman expects it.
        await MustAsync("mount", "--make-rshared", "/");
        await MustAsync("ip", "link", "set", "lo", "up");
    }

    private async Task MustAsync(string program, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(program, arguments, cancellation: cancellation);
        if (result.ExitCode != 0)
            throw new Failure(Text.Say($"{program} ended with {result.ExitCode}: {result.Errors.Trim()}"), Text.Say("The test needs root, and a system that allows namespaces and mounts."));
    }
}
