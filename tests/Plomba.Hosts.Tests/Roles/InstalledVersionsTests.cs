using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Roles;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Tests.Roles;

/// <summary>Programs that are asked which version they are: root's own only, and not for long.</summary>
public sealed class InstalledVersionsTests : IDisposable
{
    private readonly TemporaryDirectory? _directory = TestMachine.IsPrivileged ? new("/root") : null;
    private readonly MachineRoot _root = MachineRoot.Open("/").Require();

    public void Dispose()
    {
        _root.Dispose();
        _directory?.Dispose();
    }

    [Fact]
    public async Task A_program_of_roots_tells_its_version() =>
        Assert.Equal(new ReleaseVersion(4, 9), await AskAsync("echo podman version 4.9.4-rhel"));

    [Fact]
    public async Task A_program_that_somebody_else_could_exchange_is_not_run()
    {
        Assert.Null(await AskAsync("touch \"$0.ran\"; echo podman version 4.9.4", path => File.SetUnixFileMode(path, (UnixFileMode)0b111_111_101)));
        Assert.Null(await AskAsync("touch \"$0.ran\"; echo podman version 4.9.4", path => File.SetUnixFileMode(Path.GetDirectoryName(path)!, (UnixFileMode)0b111_101_111)));
        Assert.False(File.Exists(_directory!.Combine("podman.ran")));
    }

    [Fact]
    public async Task A_program_that_does_not_answer_is_not_waited_for() => Assert.Null(await AskAsync("sleep 600"));

    private async Task<ReleaseVersion?> AskAsync(string script, Action<string>? change = null)
    {
        Assert.SkipUnless(_directory is not null, "only root has programs of its own");
        var path = _directory.Combine("podman");
        DurableFile.Write(path, System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"), (UnixFileMode)0b111_101_101);
        change?.Invoke(path);
        return await InstalledVersions.AskAsync(_root, [MachinePath.Parse(_directory.Path)], "podman", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
    }
}
