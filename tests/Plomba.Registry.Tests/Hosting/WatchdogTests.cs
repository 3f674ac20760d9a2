using System.Globalization;
using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests.Hosting;

public sealed class WatchdogTests
{
    [Fact]
    public void It_beats_twice_as_often_as_asked() => Assert.Equal(TimeSpan.FromSeconds(30), Watchdog.IntervalOf("60000000", null));

    [Fact]
    public void It_beats_for_its_own_process_alone()
    {
        Assert.NotNull(Watchdog.IntervalOf("60000000", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        Assert.Null(Watchdog.IntervalOf("60000000", "1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("99999999999999999999")]
    public void Nobody_who_watches_is_no_watchdog(string? microseconds) => Assert.Null(Watchdog.IntervalOf(microseconds, null));
}
