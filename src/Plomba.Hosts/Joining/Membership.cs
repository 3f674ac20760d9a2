using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Joining;

/// <summary>
/// A machine's membership in a site: joining, staying current, leaving. While one of these is open, no other process does
/// any of it: an older update that goes on beside a newer one could give back what the newer one revoked.
/// </summary>
public sealed class Membership : IDisposable
{
    private readonly MachineRoot _root;
    private readonly TimeProvider _clock;
    private readonly HostLock _lock;

    private Membership(MachineRoot root, TimeProvider clock, HostLock @lock) => (_root, _clock, _lock) = (root, clock, @lock);

    /// <summary>Opens the membership of a machine.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="clock">The time, by which expiry is judged.</param>
    /// <returns>An error when another process has it open.</returns>
    /// <exception cref="MachineException">The lock's directory cannot be made, or others could write there.</exception>
    public static MachineResult<Membership> Open(MachineRoot root, TimeProvider clock) =>
        HostLock.Take(root, "joining", Text.Say("another plomba joins, refreshes or leaves at this moment")).TryGet(out var held, out var error)
            ? MachineResult<Membership>.Of(new Membership(root, clock, held))
            : MachineResult<Membership>.Failed(error);

    /// <summary>Whether the machine has joined a site.</summary>
    public bool HasJoined => new JoinedState(_root).ReadNote() is not null;

    /// <summary>Joins the site whose root metadata has this sha256; nothing is kept unless everything is in order.</summary>
    /// <param name="source">Where its bundle is.</param>
    /// <param name="rootDigest">Lower-case hex.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="MachineException">The machine cannot be written.</exception>
    public Task<JoinResult> JoinAsync(IBundleSource source, string rootDigest, CancellationToken cancellation) =>
        new BundleUpdate(_root, source, _clock.GetUtcNow()).JoinAsync(rootDigest, cancellation);

    /// <summary>Takes what is new. Older, expired or otherwise untrustworthy metadata changes nothing.</summary>
    /// <exception cref="MachineException">The machine cannot be written.</exception>
    public Task<JoinResult> RefreshAsync(IBundleSource source, CancellationToken cancellation) =>
        new BundleUpdate(_root, source, _clock.GetUtcNow()).RefreshAsync(cancellation);

    /// <summary>Forgets the site; what was installed from it stays. False: the machine had joined none.</summary>
    /// <exception cref="MachineException">The machine cannot be written.</exception>
    public bool Leave()
    {
        if (!_root.Exists(JoinedState.Directory))
            return false;
        new JoinedState(_root).Remove();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
