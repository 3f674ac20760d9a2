using System.Globalization;
using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>Prints how long a check of a large machine takes; it asserts the answer, not the time.</summary>
public sealed class CheckFigures(MakerKeys keys, ITestOutputHelper output)
{
    [Fact]
    public async Task A_machine_with_50_users_and_500_signed_images()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PLOMBA_LONG") is { Length: > 0 }, "only with PLOMBA_LONG: five hundred signatures are made first");
        using var machine = HealthyMachine.Create(keys);
        var (passwd, members) = (new StringBuilder(machine.Read("/etc/passwd")), new List<string> { "bob", "carol" });
        for (var user = 0u; user < 49; user++)
        {
            var (name, uid) = ($"user{user.ToString(CultureInfo.InvariantCulture)}", 2000 + user);
            passwd.Append(CultureInfo.InvariantCulture, $"{name}:x:{uid}:{uid}::/home/{name}:/bin/sh\n");
            members.Add(name);
            machine.MakeDirectory($"/home/{name}", uid, 0b111_000_000);
            machine.MakeDirectory($"/home/{name}/.config/containers", 0, 0b101_101_101);
            machine.Root.SetAttributes(HealthyMachine.Path($"/home/{name}/.config/containers"), new(Owner.Root, (UnixFileMode)0b101_101_101, Immutable: true));
            await FillAsync(machine, $"/home/{name}/.local/share/containers/storage", uid, name);
        }

        await FillAsync(machine, $"{HealthyMachine.ClientHome}/.local/share/containers/storage", 1002, "carol");
        machine.Write("/etc/passwd", passwd.ToString());
        machine.Write("/etc/group", machine.Read("/etc/group").Replace("podman:x:501:bob,carol", $"podman:x:501:{string.Join(',', members)}", StringComparison.Ordinal));
        try
        {
            for (var run = 0; run < 3; run++)
            {
                var start = TimeProvider.System.GetTimestamp();
                var result = await ChildProcess.RunAsync(PlombaProgram.Path, ["host", "check", "--root", machine.Real("/")]);
                output.WriteLine($"{result.Errors.Trim()}: {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.00} s");
                Assert.Equal((0, ""), (result.ExitCode, result.Text));
                Assert.Contains("500", result.Errors, StringComparison.Ordinal);
            }
        }
        finally
        {
            foreach (var name in members.Skip(2))
                machine.Root.SetAttributes(HealthyMachine.Path($"/home/{name}/.config/containers"), new(Owner.Root, (UnixFileMode)0b101_101_101));
        }
    }

    private async Task FillAsync(HealthyMachine machine, string graphRoot, uint owner, string name)
    {
        var store = machine.StoreOf(graphRoot, owner);
        for (var image = 0; image < 10; image++)
        {
            var reference = $"registry.local/alt/{name}:v{image.ToString(CultureInfo.InvariantCulture)}";
            store.Add(reference, [reference], await keys.SignAsync(reference, reference));
        }

        store.Save();
        machine.Give(graphRoot, owner);
    }
}
