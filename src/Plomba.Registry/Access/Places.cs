using System.Collections.Concurrent;

namespace Plomba.Registry.Access;

/// <summary>Bounds how many things each of many does at once. Thread-safe.</summary>
/// <param name="each">How many.</param>
internal class Places(int each)
{
    private readonly ConcurrentDictionary<string, int> _taken = new(StringComparer.Ordinal);

    /// <summary>Takes a place; false when that one has none left. Every true needs one <see cref="Leave"/>.</summary>
    public bool TryEnter(string who)
    {
        if (_taken.AddOrUpdate(who, 1, (_, count) => count + 1) <= each)
            return true;
        Leave(who);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(string who)
    {
        if (_taken.AddOrUpdate(who, 0, (_, count) => count - 1) == 0)
            _taken.TryRemove(KeyValuePair.Create(who, 0));
    }
}
