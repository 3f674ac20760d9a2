using Plomba.Registry.Access;

namespace Plomba.Registry.Tests.Access;

public sealed class TokenScopeTests
{
    [Theory]
    [InlineData("repository:alt/alt:pull", "alt/alt=Pull")]
    [InlineData("repository:alt/alt:pull,push", "alt/alt=Pull, Push")]
    [InlineData("repository:alt/alt:*", "alt/alt=All")]
    [InlineData("repository:a:pull repository:b:push", "a=Pull;b=Push")]
    [InlineData("repository(plugin):a:pull", "a=Pull")]
    [InlineData("registry:catalog:*", "=Pull")]
    [InlineData("registry:catalog:pull", "")]
    [InlineData("repository:UPPER:pull", "")]
    [InlineData("repository:../etc:pull", "")]
    [InlineData("repository:host:5000/a:pull", "")]
    [InlineData("repository:a:fly", "")]
    [InlineData("repository:a:", "")]
    [InlineData("repository", "")]
    [InlineData(":::", "")]
    [InlineData("", "")]
    public void Scopes_are_read_and_what_grants_nothing_is_skipped(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', TokenScope.Parse([text]).Select(s => $"{s.Repository}={s.Rights}")));

    [Fact]
    public void A_thousand_scopes_are_not_looked_at() =>
        Assert.Equal(TokenScope.Maximum, TokenScope.Parse([string.Concat(Enumerable.Repeat("repository:a:pull ", 1000))]).Count);
}
