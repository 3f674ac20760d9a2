using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Joining;

/// <summary>A machine's membership in a site: joining, staying current, leaving. One process at a time.</summary>
/// <param name="root">The machine.</param>
/// <param name="clock">The time, by which expiry is judged.</param>
public sealed class Membership(MachineRoot root, TimeProvider clock)
{
    /// <summary>Whether the machine has joined a site.</summary>
    public bool HasJoined => new JoinedState(root).ReadNote() is not null;

    /// <summary>Joins the site whose root metadata has this sha256; nothing is kept unless everything is in order.</summary>
    /// <param name="source">Where its bundle is.</param>
    /// <param name="rootDigest">Lower-case hex.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="MachineException">The machine cannot be written.</exception>
    public Task<JoinResult> JoinAsync(IBundleSource source, string rootDigest, CancellationToken cancellation) =>
        new BundleUpdate(root, source, clock.GetUtcNow()).JoinAsync(rootDigest, cancellation);

    /// <summary>Takes what is new. Older, expired or otherwise untrustworthy metadata changes nothing.</summary>
    /// <exception cref="MachineException">The machine cannot be written.</exception>
    public Task<JoinResult> RefreshAsync(IBundleSource source, CancellationToken cancellation) =>
        new BundleUpdate(root, source, clock.GetUtcNow()).RefreshAsync(cancellation);

    /// <summary>Forgets the site; what was installed from it stays. False: the machine had joined none.</summary>
    /// <exception cref="MachineException">The machine cannot be written.</exception>
    public bool Leave()
    {
        if (!root.Exists(JoinedState.Directory))
            return false;
        new JoinedState(root).Remove();
        return true;
    }
}
