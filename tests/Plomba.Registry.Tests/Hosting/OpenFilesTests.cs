using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests.Hosting;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(0, 16)]
    [InlineData(256, 16)]
    [InlineData(1024, 384)]
    [InlineData(20_000, 9_872)]
    [InlineData(524_288, 20_000)]
    [InlineData(ulong.MaxValue, 20_000)]
    public void Connections_leave_descriptors_for_files(ulong limit, int connections) =>
        Assert.Equal(connections, OpenFiles.ConnectionsFor(limit));

    [Fact]
    public void This_process_may_have_connections() => Assert.InRange(OpenFiles.Connections(), 16, 20_000);
}
