using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Nodes;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering;
using Plomba.Trust.Files;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>CRI-O's drop-in and the policies of Kubernetes namespaces, for the version there is, and what makes CRI-O notice.</summary>
internal static class CrioFiles
{
    private const string Service = "crio.service";
    private const string DropIn = $"{CrioConfiguration.DropIns}/50-plomba.conf";

    private static readonly string[] UnitDirectories = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    public static void Add(RoleDescription description)
    {
        var others = CrioConfiguration.Read(new WithoutOurs(new MachineTrustFiles(description.Context.Root)));
        foreach (var mistake in others.Mistakes)
            description.Refuse(Text.Say($"CRI-O does not start with its configuration: {mistake}"), Text.Say("Mend it first."));
        LookAtVersion(description);
        LookAtLaterFiles(description, others);
        var request = new RenderingRequest { Versions = description.Versions, OtherInsecureRegistries = others.InsecureRegistries };
        var files = SiteRendering.ForCrio(description.Site, request).ToDictionary(f => MachinePath.Parse("/" + f.RelativePath), f => f.Content);
        foreach (var (path, content) in files)
            description.AddFile(path, content, Text.Say("CRI-O runs only what is signed"));
        RemoveFormer(description, files.Keys);
        AddActivations(description);
    }

    // What an earlier site wrote there would let its images in for as long as the file stands. Files of others stay.
    private static void RemoveFormer(RoleDescription description, IReadOnlyCollection<MachinePath> wanted)
    {
        var root = description.Context.Root;
        if (!root.List(CrioConfiguration.NamespacePolicies).TryGet(out var entries, out _))
            return;
        foreach (var path in entries.Select(e => e.Path).Where(p => p.Name.EndsWith(".json", StringComparison.Ordinal) && !wanted.Contains(p)))
        {
            if (root.Read(path, FileState.MaximumSize, followLast: false).TryGet(out var content, out _) && HostDirectory.IsWrittenByUs(root, path, content))
                description.Add(new DesiredAbsence(path, Text.Say("the site names this Kubernetes namespace no more")));
        }
    }

    private static void LookAtVersion(RoleDescription description)
    {
        var versions = description.Versions;
        if (versions.Crio is null)
            description.Note(Text.Say("it is not known which CRI-O the machine has: what every version needs is written"), Text.Say("Say it with --crio-version."));
        if (!description.Site.Namespaces.Any(n => n.Kubernetes.Count > 0))
            return;
        if (!versions.ReadNamespacePolicies)
            description.Note(Text.Say($"CRI-O {versions.Crio} knows no policies of Kubernetes namespaces: every namespace may run every signed image of the site"), Text.Say("CRI-O 1.28 and later do."));
        else if (!versions.EnforceForStoredImages)
            description.Note(Text.Say($"CRI-O {versions.Crio} does not ask the policy of a Kubernetes namespace about images that are on the node already"), Text.Say("CRI-O 1.31 and later do."));
    }

    // Files are read in the order of their names, and what a later one says counts.
    private static void LookAtLaterFiles(RoleDescription description, CrioConfiguration others)
    {
        foreach (var file in new[] { others.SignaturePolicy.File, others.SignaturePolicyDirectory.File, others.InsecureRegistriesFile }.Distinct(StringComparer.Ordinal))
        {
            if (file.StartsWith(CrioConfiguration.DropIns, StringComparison.Ordinal) && string.CompareOrdinal(file, DropIn) > 0)
                description.Refuse(Text.Say($"{file} is read after {DropIn} and would undo what it says about signatures"), Text.Say("Take the settings of [crio.image] about policies and insecure registries out of it."));
        }
    }

    private static void AddActivations(RoleDescription description)
    {
        var (root, user) = (description.Context.Root, description.Context.Options.User);
        if (user is null && !UnitDirectories.Any(d => root.Exists(MachinePath.Parse($"{d}/{Service}"))))
            return;
        // CRI-O takes registries.conf at a reload, its own configuration at a start; policies it reads at each pull.
        description.Add(new Activation(ActivationKind.Restart, Service, MachinePath.Parse(DropIn)) { User = user });
        description.Add(new Activation(ActivationKind.Reload, Service, MachinePath.Parse("/etc/containers/registries.conf.d")) { User = user });
    }

    private sealed class WithoutOurs(ITrustFiles files) : ITrustFiles
    {
        public FileReading Read(string path, int limit) => path == DropIn ? FileReading.Missing(path) : files.Read(path, limit);

        public bool Exists(string path) => path != DropIn && files.Exists(path);

        public DirectoryReading List(string path) => files.List(path);
    }
}
