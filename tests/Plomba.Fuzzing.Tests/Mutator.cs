using System.Buffers.Binary;

namespace Plomba.Fuzzing.Tests;

/// <summary>Makes inputs out of inputs.</summary>
/// <param name="parser">Whose tokens are used.</param>
/// <param name="random">Decides everything.</param>
internal sealed class Mutator(Parser parser, Random random)
{
    private const int Longest = 4 * 1024 * 1024 - 1;

    private static readonly long[] Numbers = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>A changed copy of <paramref name="input"/>, sometimes joined with <paramref name="other"/>.</summary>
    public byte[] Change(byte[] input, byte[] other)
    {
        for (var times = 1 + random.Next(5); times > 0; times--)
            input = Once(input, other);
        return input.Length > Longest ? input[..Longest] : input;
    }

    /// <summary>An input of nearly 4 MiB: a piece of <paramref name="input"/> or a token over and over, in its middle or on its own.</summary>
    public byte[] Grow(byte[] input)
    {
        var piece = random.Next(2) == 0 || input.Length == 0 ? Pick(parser.Tokens) : Slice(input);
        if (piece.Length == 0)
            piece = [0];
        var count = (Longest - input.Length) / piece.Length;
        var many = new byte[count * piece.Length];
        for (var at = 0; at < many.Length; at += piece.Length)
            piece.CopyTo(many, at);
        var place = random.Next(input.Length + 1);
        return random.Next(4) == 0 ? many : [.. input[..place], .. many, .. input[place..]];
    }

    private byte[] Once(byte[] input, byte[] other)
    {
        var at = random.Next(input.Length + 1);
        switch (random.Next(9))
        {
            case 0 when input.Length > 0:
                var flipped = (byte[])input.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1 when input.Length > 0:
                var set = (byte[])input.Clone();
                set[random.Next(set.Length)] = (byte)random.Next(256);
                return set;
            case 2:
                return [.. input[..at], .. Pick(parser.Tokens), .. input[at..]];
            case 3:
                return input[..at];
            case 4:
                var end = random.Next(at, input.Length + 1);
                return [.. input[..at], .. input[end..]];
            case 5:
                return [.. input[..at], .. Slice(input), .. input[at..]];
            case 6:
                return [.. input[..at], .. other[random.Next(other.Length + 1)..]];
            case 7 when input.Length >= sizeof(long):
                return WithNumber(input);
            default:
                // A token in place of what stands there keeps lengths right more often than an insertion.
                var token = Pick(parser.Tokens);
                return [.. input[..at], .. token, .. input[Math.Min(at + token.Length, input.Length)..]];
        }
    }

    private byte[] WithNumber(byte[] input)
    {
        var copy = (byte[])input.Clone();
        var number = Pick(Numbers);
        var length = 1 << random.Next(4);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        bytes[^length..].CopyTo(copy.AsSpan(random.Next(copy.Length - length + 1)));
        return copy;
    }

    private byte[] Slice(byte[] input)
    {
        var start = random.Next(input.Length + 1);
        return input[start..Math.Min(start + 1 + random.Next(64), input.Length)];
    }

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
