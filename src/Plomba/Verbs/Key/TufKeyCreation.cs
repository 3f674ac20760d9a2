using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Names;
using Plomba.Transfer.Signing;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key new --type tuf</c>: the key of an administrator, who signs the site's trust bundle with it.</summary>
internal static class TufKeyCreation
{
    /// <summary>Makes the key file and prints the line that names the key in a site.</summary>
    public static int Run(string? name, string? file, Func<string, string> passphrase, Terminal terminal)
    {
        if (name is null || file is null)
            throw Failure.Usage(Text.Say("a TUF key needs a name and a file"), "plomba key new --type tuf --name alice --file alice.key");
        if (!KeyName.TryParse(name, out var owner, out var why))
            throw Failure.Usage($"--name {name}: {why}");
        using var secret = SigstoreSecretKey.CreateEd25519();
        if (!TufKey.TryMake(secret, out var key, out why))
            throw new Failure(why);
        SigstoreKeyFile.Create(file, secret, passphrase(file)).OrFail();
        var named = new NamedTufKey(owner, key);
        if (terminal.Json)
            terminal.WriteJson(new MadeTufKeyJson(owner.Text, key.Text, key.Id, file), KeyJsonContext.Default.MadeTufKeyJson);
        else
            terminal.WriteLine(named.ToString());
        terminal.Say(Text.Say($"Made {file}. Keep it, and a copy elsewhere, off every server."));
        terminal.Say(Text.Say($"The line above names the key in the site: [trust] administrators = [\"{named}\"]"));
        return ExitCode.Done;
    }
}
