using Plomba.Testing;
using Plomba.Transfer.Registries;

namespace Plomba.Transfer.Tests.Registries;

public sealed class ContentTypeTests(ITestOutputHelper output)
{
    [Fact]
    public void Content_types_are_simplified_as_recorded() => Vectors.Check(
        "auth/content-type.jsonl",
        vector =>
        {
            var found = ContentType.Simplify(vector.GetProperty("input").GetString()) ?? "";
            return found == vector.GetProperty("result").GetString() ? Outcome.Pass : Outcome.Fail(found);
        },
        output);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no type at all")]
    public void What_cannot_be_read_is_no_type(string? header) => Assert.Null(ContentType.Simplify(header));
}
