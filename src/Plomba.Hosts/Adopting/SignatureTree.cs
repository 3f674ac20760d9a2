using System.Globalization;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Hosts.Adopting;

/// <summary>
/// Walks a tree of signatures as podman writes it: <c>REPOSITORY@ALG=HEX/signature-N</c>. Every maker could write in it, so
/// nothing in it is believed: no link is followed, no file but a regular one is opened, names must be those of repositories and digests.
/// </summary>
internal sealed class SignatureTree(
    MachineRoot root, AccountFiles? accounts, IKeyring keys, Func<ReadOnlyMemory<byte>, Digest, string?> refuse, AdoptionFindings findings)
{
    private const int MaximumEntries = 500_000;
    private const int MaximumDepth = 16;
    private const int MaximumSize = 64 * 1024;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly List<FoundSignature> _found = [];
    private readonly HashSet<string> _unknownKeys = new(StringComparer.Ordinal);
    private int _entries;
    private int _notCounting;

    public IReadOnlyList<FoundSignature> Found => _found;

    /// <summary>Reads a tree; a missing one is none.</summary>
    public void Read(MachinePath tree)
    {
        if (!root.Status(tree).TryGet(out var status, out _))
            return;
        if ((status.Attributes.Mode & OthersWrite) != UnixFileMode.None && !status.Attributes.Mode.HasFlag(UnixFileMode.StickyBit))
            findings.Warn(AdoptionCode.SignaturesWritable, $"{tree}", Text.Say("every maker can remove or replace the signatures of others here; the new site gives each maker an inbox and removes nothing"));
        _notCounting = 0;
        Walk(tree, "", 0);
        if (_notCounting > 0)
            findings.Warn(AdoptionCode.KeyReplaced, $"{tree}", Text.Say($"signatures by keys that are not here any more: {_notCounting} ({string.Join(", ", _unknownKeys.Order(StringComparer.Ordinal).Take(5))}). A key that was overwritten takes its images with it; they are taken over, and count again when their key enters the site"));
    }

    private void Walk(MachinePath directory, string path, int depth)
    {
        if (depth > MaximumDepth || _entries > MaximumEntries)
        {
            findings.Blocked(AdoptionCode.NotASignature, $"{directory}", Text.Say("the tree is too deep or too large: what lies here was not looked at"));
            return;
        }

        if (!root.List(directory, MaximumEntries).TryGet(out var entries, out var error))
        {
            findings.Blocked(AdoptionCode.Unreadable, $"{directory}", error.Message);
            return;
        }

        _entries += entries.Count;
        foreach (var entry in entries)
        {
            var name = path.Length == 0 ? entry.Path.Name : $"{path}/{entry.Path.Name}";
            if (!root.Status(entry.Path).TryGet(out var status, out error))
                findings.Blocked(AdoptionCode.Unreadable, $"{entry.Path}", error.Message);
            else if (status.Kind != NodeKind.Directory)
                findings.Blocked(AdoptionCode.NotASignature, $"{entry.Path}", NotHere(status.Kind));
            else if (TryParse(name, out var repository, out var manifest))
                ReadSignatures(entry.Path, repository, manifest);
            else if (name.Contains('@', StringComparison.Ordinal) || !RepositoryName.TryParse(name, out _))
                findings.Blocked(AdoptionCode.NotASignature, $"{entry.Path}", Text.Say("this is no name of a repository or of a signed image: it is not taken over"));
            else
                Walk(entry.Path, name, depth + 1);
        }
    }

    private void ReadSignatures(MachinePath directory, RepositoryName repository, Digest manifest)
    {
        if (!root.List(directory, MaximumEntries).TryGet(out var entries, out var error))
        {
            findings.Blocked(AdoptionCode.Unreadable, $"{directory}", error.Message);
            return;
        }

        _entries += entries.Count;
        foreach (var entry in entries.OrderBy(e => e.Path.Name.Length).ThenBy(e => e.Path.Name, StringComparer.Ordinal))
        {
            if (ReadSignature(entry.Path, repository, manifest) is { } why)
                findings.Blocked(AdoptionCode.NotASignature, $"{entry.Path}", why);
        }
    }

    private string? ReadSignature(MachinePath path, RepositoryName repository, Digest manifest)
    {
        if (!path.Name.StartsWith("signature-", StringComparison.Ordinal) || !int.TryParse(path.Name.AsSpan("signature-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return Text.Say("this is no name of a signature: it is not taken over");
        if (!root.Status(path).TryGet(out var status, out var error))
            return error.Message;
        if (status.Kind != NodeKind.File)
            return NotHere(status.Kind);
        if (!root.Read(path, MaximumSize).TryGet(out var content, out error))
            return error.Message;
        if (refuse(content, manifest) is { } why)
            return Text.Say($"it is no signature of this image: {why}");
        var check = keys.Verify(content);
        if (check.Reason == SignatureReason.UnknownKey)
        {
            _notCounting++;
            _unknownKeys.Add(check.SigningKey?.Text ?? check.Key?.Text ?? "?");
        }

        _found.Add(new FoundSignature(path, repository, manifest, OwnerOf(status.Attributes.Owner), check.IsGood));
        return null;
    }

    private string OwnerOf(Owner owner) => accounts?.Users.FirstOrDefault(u => u.Id == owner.User)?.Name ?? "";

    private static string NotHere(NodeKind kind) => kind switch
    {
        NodeKind.SymbolicLink => Text.Say("a symbolic link: it is not followed, and not taken over"),
        NodeKind.File => Text.Say("a file outside the directory of an image: it is not taken over"),
        _ => Text.Say("no regular file or directory: it is not opened, and not taken over"),
    };

    private static bool TryParse(string path, out RepositoryName repository, out Digest manifest)
    {
        manifest = default;
        repository = default;
        var at = path.LastIndexOf('@');
        var equals = path.IndexOf('=', at + 1);
        return at > 0 && equals > at
            && RepositoryName.TryParse(path[..at], out repository)
            && Digest.TryParse($"{path[(at + 1)..equals]}:{path[(equals + 1)..]}", out manifest);
    }
}
