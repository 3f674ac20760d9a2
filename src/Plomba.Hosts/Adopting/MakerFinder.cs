using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Site.Names;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Adopting;

/// <summary>
/// Who makes images, and what users have done to their own configuration. A maker is a member of the group of makers; in
/// which namespaces one signs is told by the names of keys and the owners of signatures, never guessed.
/// </summary>
internal sealed class MakerFinder(MachineRoot root, AccountFiles? accounts, AccountName group, AdoptionFindings findings)
{
    private const string Wheel = "wheel";

    private readonly HashSet<AccountName> _makers =
    [
        .. accounts?.Group(group) is { } makers
            ? accounts.Users.Where(u => AccountFiles.IsMember(u, makers))
                .Select(u => AccountName.TryParse(u.Name, out var name, out _) ? name : (AccountName?)null).OfType<AccountName>()
            : [],
    ];

    /// <summary>Staging directories that homes name, beside the usual one.</summary>
    public List<MachinePath> StagingTrees { get; } = [];

    /// <summary>Looks at every user's configuration.</summary>
    public void ReadHomes(HostName registry)
    {
        if (accounts?.Group(Account(Wheel)) is { } wheel)
        {
            foreach (var maker in accounts.Users.Where(u => IsMaker(u.Name) && AccountFiles.IsMember(u, wheel)))
                findings.Warn(AdoptionCode.MakerInWheel, "/etc/group", Text.Say($"the maker {maker.Name} is in {Wheel}: who signs images should not be able to change what machines accept"));
        }

        foreach (var user in accounts?.People ?? [])
        {
            if (user.Home is { } home)
                ReadHome(user, home.Below(".config/containers"), registry);
        }
    }

    /// <summary>The namespace with its makers: those whose name a key of it bears, and those who own signatures in it.</summary>
    public FoundNamespace With(FoundNamespace found, IEnumerable<FoundSignature> signatures)
    {
        var owners = signatures.Where(s => s.Repository.IsIn(found.Name.Text)).Select(s => s.Owner);
        var makers = found.Keys.Select(k => k.Text).Concat(owners).Distinct(StringComparer.Ordinal)
            .Where(IsMaker).Order(StringComparer.Ordinal).Select(Account).ToList();
        if (makers.Count == 0)
            findings.Warn(AdoptionCode.NoMaker, found.Source, Text.Say($"nothing tells who signs in the namespace {found.Name}: name the account with plomba site namespace set"));
        return found with { Makers = makers };
    }

    private void ReadHome(UserAccount user, MachinePath configuration, HostName registry)
    {
        if (!root.Status(configuration).TryGet(out var status, out _) || status.Kind != NodeKind.Directory)
            return;
        if ((status.Attributes.Mode & (UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead)) == UnixFileMode.None)
        {
            findings.Warn(AdoptionCode.ClientUnreadable, $"{configuration}", Text.Say("nobody may read this directory, and every podman command fails with that. Closed means empty, owned by root and immutable, as the role client makes it"));
            return;
        }

        ReadPolicy(user, configuration.Below("policy.json"));
        var stores = SignatureStores.Load(configuration.Below("registries.d").Text, new MachineTrustFiles(root), out _);
        if (stores is not null && Images.ImageReference.TryParse($"{registry}/x", out var image)
            && StoreUrl.TryParse(stores.ForWriting(image, "/").TopLevel, out var url, out _)
            && url.Scheme == "file" && MachinePath.TryParse(url.Path, out var tree, out _))
            StagingTrees.Add(tree);
    }

    private void ReadPolicy(UserAccount user, MachinePath file)
    {
        if (!root.Read(file, PolicyReader.MaximumLength).TryGet(out var content, out var error))
        {
            if (error.Problem != MachineProblem.Missing)
                findings.Warn(AdoptionCode.Unreadable, $"{file}", error.Message);
            return;
        }

        var reading = PolicyReader.Read(content);
        if (reading.Policy is null)
            findings.Warn(AdoptionCode.Unreadable, $"{file}", Text.Say($"it is no valid policy, so nothing can be pulled with it: {reading.Mistakes[0].Message}"));
        else if (reading.Policy.Default is not [Reject] && !IsMaker(user.Name))
            findings.Warn(AdoptionCode.ClientOpen, $"{file}", Text.Say("this user is no maker and accepts images that nobody signed"));
    }

    private bool IsMaker(string name) => AccountName.TryParse(name, out var account, out _) && _makers.Contains(account);

    private static AccountName Account(string name) =>
        AccountName.TryParse(name, out var account, out var why) ? account : throw new ArgumentException(why, nameof(name));
}
