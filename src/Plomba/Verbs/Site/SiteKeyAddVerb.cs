using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Editing;
using Plomba.Site.Names;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site key add FILE --name NAME</c>: a key enters the site once its full fingerprint is confirmed.</summary>
internal static class SiteKeyAddVerb
{
    private static readonly Argument<string> File = new("FILE") { Description = Text.Say("The public key, armored or binary.") };

    private static readonly Option<string?> Name = new("--name") { Description = Text.Say("What the site calls it (default: the file's name)."), HelpName = "NAME" };

    private static readonly Option<string[]> Fingerprint = FingerprintConfirmation.CreateOption();

    public static Command Create() => new Command("add", Text.Say("Take a public key up into the site.")) { File, Name, Fingerprint, SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var path = SiteOption.PathOf(parsed);
        var fingerprints = FingerprintConfirmation.Parse(parsed.GetValue(Fingerprint));
        var edit = SiteEdit.Open(path);
        var key = Admit(terminal, edit.Site, parsed.GetValue(File)!, parsed.GetValue(Name), fingerprints);
        edit.Text = key.Describe(edit.Text, edit.Site);
        edit.Save([key]);
        terminal.Say(Text.Say($"{path}: the key {key.Name} is {key.File.Key.Fingerprint}, kept in {key.PathIn(edit.Site)}"));
        if (!edit.Site.Namespaces.Any(n => n.Keys.Any(k => k.Name == key.Name)))
            terminal.Say(Text.Say($"It counts where a namespace names it: plomba site namespace set NAME --key {key.Name}"));
        return Task.FromResult(ExitCode.Done);
    });

    /// <summary>Reads a key file and has its fingerprint confirmed.</summary>
    /// <param name="terminal">Where a person can be asked.</param>
    /// <param name="site">The site it is to enter.</param>
    /// <param name="file">The key file.</param>
    /// <param name="given">Its name; null: the file's name.</param>
    /// <param name="fingerprints">Those of the command line.</param>
    /// <exception cref="Failure">It cannot enter, or was not confirmed.</exception>
    public static KeyAdmission Admit(Terminal terminal, SiteDescription site, string file, string? given, IReadOnlyList<Fingerprint> fingerprints)
    {
        if (!System.IO.File.Exists(file))
            throw new Failure(Text.Say($"there is no key {file}: neither a key of the site nor a file"), Text.Say("plomba site key list tells the site's keys."));
        if (!KeyName.TryParse(given ?? Path.GetFileNameWithoutExtension(file), out var name, out var why))
            throw Failure.Usage($"{given ?? file}: {why}", given is null ? Text.Say("Give it a name: plomba site key add FILE --name NAME.") : null);
        if (!KeyAdmission.TryRead(file, name, TimeProvider.System.GetUtcNow(), out var key, out why))
            throw new Failure(Text.Say($"{file} cannot enter the site: {why}"));
        if (key.Conflict(site) is { } conflict)
            throw new Failure(conflict);
        FingerprintConfirmation.Require(terminal, file, key.File.Key, fingerprints);
        return key;
    }
}
