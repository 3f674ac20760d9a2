namespace Plomba.Fuzzing.Tests;

/// <summary>Something that eats foreign bytes.</summary>
/// <param name="Name">In the list of tests.</param>
/// <param name="Seeds">Valid inputs and nearly valid ones.</param>
/// <param name="Tokens">Pieces that mean something to it.</param>
/// <param name="Read">Reads; says what came out in few words. Inputs that give new words are kept and changed further.</param>
internal sealed record Parser(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Tokens, Func<byte[], string> Read)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
