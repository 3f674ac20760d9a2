using Plomba.Hosts.Machines;
using Plomba.Hosts.Nodes;
using Plomba.Hosts.Rules.Network;
using Plomba.Site;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;

namespace Plomba.Hosts.Rules;

/// <summary>
/// What rules know of a machine, each thing read when the first rule asks for it and then once: a state of the machine
/// at one moment. Not thread-safe.
/// </summary>
public sealed class CheckedMachine
{
    private readonly Lazy<PolicyFileReading> _systemPolicy;
    private readonly Lazy<IReadOnlyList<(CheckedUser User, PolicyFileReading Reading)>> _ownPolicies;
    private readonly Lazy<IReadOnlyList<UserStore>> _stores;
    private readonly Lazy<IReadOnlyList<StoredImageOf>> _images;
    private readonly Lazy<CrioConfiguration> _crio;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="site">Its site; null: only rules that need none find anything.</param>
    /// <param name="users">Its real users, root among them.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="files">Its files as a plan would leave them; null: as they are.</param>
    public CheckedMachine(MachineRoot root, SiteDescription? site, IReadOnlyList<CheckedUser> users, TimeProvider clock, ITrustFiles? files = null)
    {
        (Root, Site, Users, Clock) = (root, site, users, clock);
        Files = files ?? new MachineTrustFiles(root);
        Now = clock.GetUtcNow();
        _systemPolicy = new(() => PolicyFile.Load(TrustEnvironment.SystemFile("policy.json"), SystemEnvironment, Files));
        _ownPolicies = new(() => [.. Users.Where(u => Files.Exists(u.Environment.UserFile("policy.json"))).Select(u => (u, PolicyFile.Load(null, u.Environment, Files)))]);
        _stores = new(() => [.. UserStore.Find(this)]);
        _images = new(() => [.. StoredImageOf.Judge(this)]);
        _crio = new(() => CrioConfiguration.Read(Files));
    }

    /// <summary>The machine.</summary>
    public MachineRoot Root { get; }

    /// <summary>Its files.</summary>
    public ITrustFiles Files { get; }

    /// <summary>Its site; null when it has none.</summary>
    public SiteDescription? Site { get; }

    /// <summary>Its real users, root first.</summary>
    public IReadOnlyList<CheckedUser> Users { get; }

    /// <summary>What time it is.</summary>
    public TimeProvider Clock { get; }

    /// <summary>When the check began.</summary>
    public DateTimeOffset Now { get; }

    /// <summary><c>/etc/containers/policy.json</c>.</summary>
    public PolicyFileReading SystemPolicy => _systemPolicy.Value;

    /// <summary>The own <c>policy.json</c> of those who have one.</summary>
    public IReadOnlyList<(CheckedUser User, PolicyFileReading Reading)> OwnPolicies => _ownPolicies.Value;

    /// <summary>Every policy that parses: the system's first.</summary>
    public IEnumerable<PolicyInForce> Policies =>
        OwnPolicies.Select(p => (User: (CheckedUser?)p.User, p.Reading)).Prepend((null, SystemPolicy))
            .Where(p => p.Reading.Policy is not null)
            .Select(p => new PolicyInForce(p.Reading.Path!, p.Reading.Policy!, p.User));

    /// <summary>Every store with something in it, each once.</summary>
    public IReadOnlyList<UserStore> Stores => _stores.Value;

    /// <summary>Every stored image, judged under the system's policy. A maker's are not: building what is not signed yet is its trade.</summary>
    public IReadOnlyList<StoredImageOf> Images => _images.Value;

    /// <summary>What CRI-O goes by.</summary>
    public CrioConfiguration Crio => _crio.Value;

    /// <summary>What servers answered; null: nobody was asked.</summary>
    internal NetworkAnswers? Network { get; private set; }

    /// <summary>Asks the servers that the machine's configuration names. Only the running machine has a network.</summary>
    public async Task AskNetworkAsync(CancellationToken cancellation) =>
        Network = await NetworkAnswers.AskAsync(this, System.Net.Dns.GetHostAddressesAsync, null, cancellation);

    /// <summary>The same with names and certificates of a test's own.</summary>
    internal async Task AskServersAsync(Func<string, CancellationToken, Task<System.Net.IPAddress[]>> resolve, string certificates, CancellationToken cancellation) =>
        Network = await NetworkAnswers.AskAsync(this, resolve, certificates, cancellation);

    /// <summary>The configuration of nobody in particular.</summary>
    internal static TrustEnvironment SystemEnvironment { get; } = new("/nonexistent", true, static _ => null);

    /// <summary>registries.d as it holds for a user; null and the mistake when it cannot be used.</summary>
    internal SignatureStores? SignatureStoresOf(TrustEnvironment environment, out ConfigurationMistake? mistake) =>
        SignatureStores.Load(SignatureStores.Locate(null, environment, Files), Files, out mistake);

    /// <summary>What stands at a path, links not followed; null when nothing does or it cannot be known.</summary>
    internal NodeStatus? Status(string path) =>
        MachinePath.TryParse(path, out var place, out _) && Root.Status(place).TryGet(out var status, out _) ? status : null;
}
