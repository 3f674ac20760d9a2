using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.Keys;

/// <summary>A transferable public key as it was read, nothing verified: the primary key and what hangs on it.</summary>
internal sealed class KeyBlock(PublicKey primary)
{
    public PublicKey Primary => primary;

    /// <summary>Direct-key signatures and revocations.</summary>
    public List<PgpSignature> Signatures { get; } = [];

    public List<UserIdBlock> UserIds { get; } = [];

    public List<SubkeyBlock> Subkeys { get; } = [];

    /// <summary>Everything known about one key, whichever file it stood in.</summary>
    public static KeyBlock Join(IEnumerable<KeyBlock> blocks)
    {
        var all = blocks.ToList();
        if (all.Count == 1)
            return all[0];
        var joined = new KeyBlock(all[0].Primary);
        foreach (var block in all)
        {
            joined.Signatures.AddRange(block.Signatures);
            foreach (var user in block.UserIds)
                joined.User(user.Raw).Signatures.AddRange(user.Signatures);
            foreach (var subkey in block.Subkeys)
                joined.Subkey(subkey.Key).Signatures.AddRange(subkey.Signatures);
        }

        return joined;
    }

    private UserIdBlock User(byte[] raw)
    {
        var user = UserIds.Find(u => u.Raw.AsSpan().SequenceEqual(raw));
        if (user is null)
            UserIds.Add(user = new UserIdBlock(raw));
        return user;
    }

    private SubkeyBlock Subkey(PublicKey key)
    {
        var subkey = Subkeys.Find(s => s.Key.Fingerprint.AsSpan().SequenceEqual(key.Fingerprint));
        if (subkey is null)
            Subkeys.Add(subkey = new SubkeyBlock(key));
        return subkey;
    }
}

/// <summary>A user id as it was read, with the signatures that follow it.</summary>
internal sealed record UserIdBlock(byte[] Raw)
{
    public List<PgpSignature> Signatures { get; } = [];
}

/// <summary>A subkey as it was read, with the signatures that follow it.</summary>
internal sealed record SubkeyBlock(PublicKey Key)
{
    public List<PgpSignature> Signatures { get; } = [];
}
