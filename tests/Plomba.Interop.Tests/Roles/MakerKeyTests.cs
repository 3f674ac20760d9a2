using System.Globalization;
using System.Text;
using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Roles;
using Plomba.Interop.Tests.Clients;
using Plomba.Transfer.Signing;

namespace Plomba.Interop.Tests.Roles;

/// <summary>The key of a maker is made by gpg as the maker, in the maker's own home.</summary>
public sealed class MakerKeyTests
{
    [Fact]
    public async Task A_key_is_made_once_belongs_to_the_maker_and_has_its_passphrase()
    {
        await using var user = await CreateAsync();
        var account = await AccountOf(user);
        Assert.True(NewKey.TryCreate("Images Developer", "images@example.org", NewKeyAlgorithm.Ed25519, NewKey.DefaultLifetime, out var key, out _));

        var made = await new MakerKey(account).CreateAsync(key, "a passphrase"u8.ToArray(), TestContext.Current.CancellationToken);
        var again = await new MakerKey(account).CreateAsync(key, "another"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal((null, true), (made.Failure, made.IsNew));
        Assert.Equal((made.Fingerprint, false), (again.Fingerprint, again.IsNew));
        var home = account.Home!.Value.Text;
        Assert.NotEmpty(Directory.EnumerateFiles($"{home}/.gnupg/private-keys-v1.d"));
        var owners = await ChildProcess.RunAsync("find", [home, "!", "-user", user.Name]);
        Assert.DoesNotContain(".gnupg", owners.Text, StringComparison.Ordinal);
        Assert.NotEqual(0, (await SignAsync(account, "another")).ExitCode); // first: the agent remembers the right one
        Assert.Equal(0, (await SignAsync(account, "a passphrase")).ExitCode);
    }

    [Fact]
    public async Task A_secret_key_is_imported_and_a_public_one_is_not_taken()
    {
        await using var user = await CreateAsync();
        var account = await AccountOf(user);
        await using var gpg = new Testing.GpgHome();
        var fingerprint = await gpg.CreateKeyAsync("Second <second@example.org>", "ed25519");
        var secret = (await gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--export-secret-keys", fingerprint)).Output;

        var refused = await new MakerKey(account).ImportAsync(await gpg.ExportAsync(fingerprint), TestContext.Current.CancellationToken);
        var garbage = await new MakerKey(account).ImportAsync("garbage"u8.ToArray(), TestContext.Current.CancellationToken);
        var imported = await new MakerKey(account).ImportAsync(secret, TestContext.Current.CancellationToken);

        Assert.Null(refused.Fingerprint);
        Assert.Null(garbage.Fingerprint);
        Assert.Equal((fingerprint, null), (imported.Fingerprint, imported.Failure));
        Assert.Equal(0, (await SignAsync(account, "")).ExitCode);
    }

    private static Task<OrdinaryUser> CreateAsync()
    {
        Assert.SkipUnless(UserId.Effective == 0, "only root becomes another user");
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        Assert.SkipUnless(OrdinaryUser.Missing.Length == 0, $"not installed: {OrdinaryUser.Missing}");
        return OrdinaryUser.CreateAsync();
    }

    private static async Task<UserAccount> AccountOf(OrdinaryUser user)
    {
        using var root = MachineRoot.Open("/").Require();
        var accounts = (await AccountFiles.ReadAsync(root, TimeProvider.System, [], TestContext.Current.CancellationToken)).Require();
        return accounts.Users.Single(u => u.Name == user.Name);
    }

    private static Task<ChildResult> SignAsync(UserAccount account, string passphrase) => ChildProcess.RunAsync(
        "setpriv",
        [
            "--reuid", account.Id.ToString(CultureInfo.InvariantCulture), "--regid", account.GroupId.ToString(CultureInfo.InvariantCulture), "--init-groups", "--reset-env",
            "gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--output", "-", "--sign", "/etc/hostname",
        ],
        Encoding.UTF8.GetBytes(passphrase + "\n"));
}
