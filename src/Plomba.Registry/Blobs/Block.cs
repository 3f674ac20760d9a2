using System.Buffers;

namespace Plomba.Registry.Blobs;

/// <summary>A rented buffer that goes back on dispose.</summary>
internal readonly struct Block : IDisposable
{
    private readonly byte[] _array;
    private readonly int _size;

    private Block(int size)
    {
        _array = ArrayPool<byte>.Shared.Rent(size);
        _size = size;
    }

    /// <summary>Rents <paramref name="size"/> bytes.</summary>
    public static Block Rent(int size) => new(size);

    /// <summary>The bytes.</summary>
    public Memory<byte> Memory => _array.AsMemory(0, _size);

    /// <summary>The bytes.</summary>
    public Span<byte> Span => _array.AsSpan(0, _size);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_array);
}
