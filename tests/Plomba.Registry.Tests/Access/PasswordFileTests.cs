using Plomba.Registry.Access;

namespace Plomba.Registry.Tests.Access;

public sealed class PasswordFileTests
{
    private const string Bcrypt = "$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe";

    [Theory]
    [InlineData("$2y$")]
    [InlineData("$2a$")]
    [InlineData("$2b$")]
    public void Every_kind_of_bcrypt_counts(string prefix)
    {
        var file = PasswordFile.Parse($"# comment\n\nmaker:{prefix}{Bcrypt[4..]}\n");
        Assert.Equal("maker", Assert.Single(file.Hashes).Key);
        Assert.Empty(file.Complaints);
    }

    [Theory]
    [InlineData("$apr1$abc$def", "MD5")]
    [InlineData("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "SHA-1")]
    [InlineData("$6$rounds=5000$abc$def", "SHA-crypt")]
    [InlineData("plaintext", "not bcrypt")]
    [InlineData("$2y$31$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe", "cost 31")]
    [InlineData("$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6!FuA2/mHZFpe", "damaged")]
    [InlineData("$2x$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe", "not bcrypt")]
    public void An_account_with_another_hash_cannot_log_in_and_is_named(string hash, string why)
    {
        var file = PasswordFile.Parse($"good:{Bcrypt}\nmaker:{hash}\n");
        Assert.Equal("good", Assert.Single(file.Hashes).Key);
        var complaint = Assert.Single(file.Complaints);
        Assert.Contains("account maker", complaint, StringComparison.Ordinal);
        Assert.Contains(why, complaint, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_line_of_an_account_counts()
    {
        var other = Bcrypt.Replace('A', 'B');
        Assert.Equal(Bcrypt, PasswordFile.Parse($"maker:{Bcrypt}\nmaker:{other}\n").Hashes["maker"]);
    }

    [Fact]
    public void A_line_that_is_none_is_reported_by_its_number() =>
        Assert.Contains("line 2", Assert.Single(PasswordFile.Parse($"maker:{Bcrypt}\nnonsense\n").Complaints), StringComparison.Ordinal);
}
