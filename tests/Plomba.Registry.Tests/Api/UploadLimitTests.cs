using Plomba.Registry.Api;

namespace Plomba.Registry.Tests.Api;

public sealed class UploadLimitTests
{
    [Fact]
    public void A_user_has_so_many_places_and_another_user_has_their_own()
    {
        var limit = new UploadLimit();
        for (var i = 0; i < UploadLimit.PerUser; i++)
            Assert.True(limit.TryEnter("alice"));
        Assert.False(limit.TryEnter("alice"));
        Assert.True(limit.TryEnter("bob"));
        limit.Leave("alice");
        Assert.True(limit.TryEnter("alice"));
        Assert.False(limit.TryEnter("alice"));
    }
}
