using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Registry.Access;

namespace Plomba.Registry.Tests.Access;

public sealed class AccountsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Accounts _accounts = new(NullLogger<Accounts>.Instance);

    private string PasswordsFile => _directory.Combine("htpasswd");

    [Fact]
    public async Task A_password_made_by_htpasswd_is_right()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("htpasswd"), "htpasswd is not installed");
        var made = await ChildProcess.RunAsync("htpasswd", ["-nbB", "maker", "päss wörd"]);
        await File.WriteAllTextAsync(PasswordsFile, made.Text);
        Assert.Equal(PasswordVerdict.Accepted, await CheckAsync("maker", "päss wörd"));
        Assert.Equal(PasswordVerdict.Refused, await CheckAsync("maker", "pass word"));
        Assert.Equal(PasswordVerdict.Refused, await CheckAsync("maker", ""));
        Assert.Equal(PasswordVerdict.Refused, await CheckAsync("nobody", "päss wörd"));
    }

    [Fact]
    public async Task A_changed_file_counts_at_once()
    {
        Write("maker", "old");
        Assert.Equal(PasswordVerdict.Accepted, await CheckAsync("maker", "old"));
        Write("maker", "new and longer", cost: 5);
        File.SetLastWriteTimeUtc(PasswordsFile, File.GetLastWriteTimeUtc(PasswordsFile).AddSeconds(1));
        Assert.Equal(PasswordVerdict.Refused, await CheckAsync("maker", "old"));
        Assert.Equal(PasswordVerdict.Accepted, await CheckAsync("maker", "new and longer"));
    }

    [Fact]
    public async Task Without_the_file_nobody_can_log_in() =>
        Assert.Equal(PasswordVerdict.Refused, await CheckAsync("maker", "x"));

    [Fact]
    public async Task A_right_password_is_hashed_once()
    {
        Write("maker", "secret", cost: 11);
        await CheckAsync("maker", "secret");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            Assert.Equal(PasswordVerdict.Accepted, await CheckAsync("maker", "secret"));
        Assert.True(watch.ElapsedMilliseconds < 3000, $"{watch.ElapsedMilliseconds} ms for 100 checks");
    }

    [Theory]
    [InlineData("costly")]
    [InlineData("cheap")]
    public async Task An_unknown_account_takes_the_time_of_a_known_one(string account)
    {
        await File.WriteAllTextAsync(
            PasswordsFile, $"cheap:{BCrypt.Net.BCrypt.HashPassword("x", 4)}\ncostly:{BCrypt.Net.BCrypt.HashPassword("y", 9)}\n");
        await CheckAsync(account, "warm up");
        var (known, unknown) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < 12; i++)
        {
            known = Math.Min(known, await TimeAsync(account, i));
            unknown = Math.Min(unknown, await TimeAsync("nobody", i));
        }

        Assert.InRange(unknown / known, 0.4, 2.5);

        async Task<double> TimeAsync(string user, int i)
        {
            var watch = Stopwatch.StartNew();
            await CheckAsync(user, $"wrong {i}");
            return watch.Elapsed.TotalMilliseconds;
        }
    }

    [Fact]
    public async Task A_flood_of_passwords_is_turned_away()
    {
        Write("maker", "secret", cost: 8);
        var checks = Enumerable.Range(0, 200).Select(i => CheckAsync("maker", $"guess {i}").AsTask()).ToList();
        var verdicts = await Task.WhenAll(checks);
        Assert.Contains(PasswordVerdict.Busy, verdicts);
        Assert.DoesNotContain(PasswordVerdict.Accepted, verdicts);
        Assert.Equal(PasswordVerdict.Accepted, await CheckAsync("maker", "secret"));
    }

    [Fact]
    public async Task A_flood_from_one_place_keeps_nobody_else_out()
    {
        Write("maker", "secret", cost: 9);
        var flood = Enumerable.Range(0, 200).Select(i => CheckAsync("maker", $"guess {i}").AsTask()).ToList();
        Assert.Equal(PasswordVerdict.Accepted, await CheckAsync("maker", "secret", "192.0.2.2"));
        Assert.DoesNotContain(PasswordVerdict.Accepted, await Task.WhenAll(flood));
    }

    public void Dispose()
    {
        _accounts.Dispose();
        _directory.Dispose();
    }

    private void Write(string user, string password, int cost = 4) =>
        File.WriteAllText(PasswordsFile, $"{user}:{BCrypt.Net.BCrypt.HashPassword(password, cost)}\n");

    private ValueTask<PasswordVerdict> CheckAsync(string user, string password, string client = "192.0.2.1") =>
        _accounts.CheckAsync(PasswordsFile, new BasicCredentials(user, password), client, CancellationToken.None);
}
