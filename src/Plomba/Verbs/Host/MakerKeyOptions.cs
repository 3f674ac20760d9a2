using System.CommandLine;
using System.Text;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles;
using Plomba.Transfer.Signing;
using Plomba.Verbs.Key;

namespace Plomba.Verbs.Host;

/// <summary>The key of a new image developer: <c>--new-key OWNER --key-passphrase-file FILE</c>, or <c>--import-key FILE</c>.</summary>
internal sealed class MakerKeyOptions
{
    private readonly Option<string?> _new = new("--new-key")
    {
        Description = Text.Say("With developer and --user: make a signing key (RSA 3072, two years) in the user's own GnuPG home, unless it has one of that name."),
        HelpName = "'NAME <MAIL>'",
    };

    private readonly Option<string?> _passphrase = new("--key-passphrase-file") { Description = Text.Say("The new key's passphrase: the first line of this file."), HelpName = "FILE" };

    private readonly Option<string?> _import = new("--import-key") { Description = Text.Say("With developer and --user: import this secret key into the user's own GnuPG home."), HelpName = "FILE" };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_new);
        command.Add(_passphrase);
        command.Add(_import);
    }

    /// <summary>What is to be done once the account is there; null: nothing. Everything about it is looked at now.</summary>
    /// <exception cref="Failure">It cannot be done.</exception>
    public Request? Read(ParseResult parsed, HostRequest request)
    {
        var (owner, import) = (parsed.GetValue(_new), parsed.GetValue(_import));
        if (owner is null && import is null)
            return null;
        if (owner is not null && import is not null)
            throw Failure.Usage(Text.Say("--new-key and --import-key are mutually exclusive"));
        if (!request.Roles.Contains(RoleName.Developer) || request.Options.User is null)
            throw Failure.Usage(Text.Say("a key belongs to one image developer"), Text.Say("Give the role developer and --user NAME."));
        if (!request.Root.IsLive)
            throw Failure.Usage(Text.Say("a key is made on the running machine, by its owner's own gpg"), Text.Say("Leave --root out, or make the key later."));
        return import is not null ? new Request(null, KeyOptions.ReadBytes(import)) : New(owner!, parsed.GetValue(_passphrase));
    }

    private static Request New(string owner, string? passphraseFile)
    {
        var at = owner.LastIndexOf(" <", StringComparison.Ordinal);
        if (at < 0 || !owner.EndsWith('>') || !NewKey.TryCreate(owner[..at], owner[(at + 2)..^1], NewKeyAlgorithm.Rsa3072, NewKey.DefaultLifetime, out var key, out var why))
            throw Failure.Usage(Text.Say($"--new-key {owner}: that is no name with an e-mail address"), "--new-key 'Images Developer <images@example.org>'");
        if (passphraseFile is null)
            throw Failure.Usage(
                Text.Say("nobody can be asked for the passphrase of another user's key"),
                Text.Say("Give a file with it in the first line: --key-passphrase-file FILE; or let the user make the key: plomba key new."));
        return new Request(key, Encoding.UTF8.GetBytes(new Passphrase(passphraseFile).Read(owner).OrFail()));
    }

    /// <summary>A key to make (with its passphrase) or to import.</summary>
    internal sealed record Request(NewKey? Key, byte[] Content)
    {
        /// <summary>Does it, and says what comes next.</summary>
        /// <exception cref="Failure">There is no key; the role stays.</exception>
        public async Task RunAsync(HostRequest request, Terminal terminal, CancellationToken cancellation)
        {
            var name = request.Options.User!.Value;
            if (!ChildProcess.IsInstalled("gpg") || !ChildProcess.IsInstalled("setpriv"))
                throw new Failure(Text.Say("gpg and setpriv are needed to make a key"), Text.Say("Install gnupg and util-linux; the role is applied already."));
            if (!(await AccountFiles.ReadAsync(request.Root, request.Time, [name], cancellation)).TryGet(out var accounts, out var error) || accounts.User(name) is not { } user)
                throw new Failure(error?.Message ?? Text.Say($"there is no user {name}"));
            var made = Key is null
                ? await new MakerKey(user).ImportAsync(Content, cancellation)
                : await new MakerKey(user).CreateAsync(Key, Content, cancellation);
            if (made.Fingerprint is not { } fingerprint)
                throw new Failure(made.Failure!, Text.Say("The role is applied; only the key is missing."));
            terminal.Say(made.IsNew ? Text.Say($"{name} has the key {fingerprint}.") : Text.Say($"{name} has a key of that name already: {fingerprint}."));
            terminal.Say(Text.Say($"Admit it to the site: gpg --export of {name}, then plomba site key add FILE --name NAME --fingerprint {fingerprint}"));
        }
    }
}
