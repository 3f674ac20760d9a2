using Plomba.Hosts.Stores;

namespace Plomba.Hosts.Rules;

/// <summary>A store and whose it is.</summary>
/// <param name="Owner">Who keeps images there; root for the system's, for CRI-O's and for those that several share.</param>
/// <param name="Store">The store.</param>
public sealed record UserStore(CheckedUser Owner, ImageStore Store)
{
    /// <summary>Finds the stores of root, of CRI-O and of every user; none twice.</summary>
    internal static IEnumerable<UserStore> Find(CheckedMachine machine)
    {
        var places = new StorePlaces(machine.Files);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in machine.Users)
        {
            var roots = user.Kind != UserKind.Root ? places.Of(user.Name, user.Uid, user.Home)
                : machine.Crio.Root.Value.StartsWith('/') ? [.. places.OfRoot(), machine.Crio.Root.Value]
                : places.OfRoot();
            foreach (var store in roots.Where(seen.Add).SelectMany(r => ImageStore.Open(r, machine.Files)))
                yield return new UserStore(user, store);
        }
    }
}

/// <summary>A stored image, whose it is, and what the policy in force says about it.</summary>
/// <param name="Owner">Whose store it is in.</param>
/// <param name="Judged">The verdict.</param>
public sealed record StoredImageOf(CheckedUser Owner, JudgedImage Judged)
{
    /// <summary>Judges every image under the system's policy; none when there is no such policy.</summary>
    internal static IEnumerable<StoredImageOf> Judge(CheckedMachine machine)
    {
        if (machine.SystemPolicy.Policy is not { } policy)
            return [];
        var judge = new ImageJudge(policy, machine.SystemPolicy.Path, machine.Files, machine.Clock);
        // The daemon may have a policy of its own; in a store it shares with root either may have let an image in.
        return machine.Stores
            .Where(s => s.Owner.Kind != UserKind.Maker)
            .SelectMany(s => s.Store.Images.Select(i => (Store: s, Image: i)))
            .AsParallel().AsOrdered()
            .Select(i => new StoredImageOf(i.Store.Owner, judge.Judge(i.Store.Store, i.Image)));
    }
}
