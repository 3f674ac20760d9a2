using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Transfer.Registries;

namespace Plomba.Verbs.Skopeo;

/// <summary>skopeo's options that put a login on the command line, where everybody on the machine can read it meanwhile: said each time.</summary>
internal sealed class LoginOptions
{
    private readonly Option<string?> _creds = new("--creds") { Description = Text.Say("The login, which everybody on this machine can read meanwhile; better podman login."), HelpName = "USER[:PASSWORD]" };
    private readonly Option<string?> _user = new("--username") { Description = Text.Say("The user to log in as; with --password."), HelpName = "USER" };
    private readonly Option<string?> _password = new("--password") { Description = Text.Say("The user's password, which everybody on this machine can read meanwhile."), HelpName = "PASSWORD" };
    private readonly Option<string?> _token = new("--registry-token") { Description = Text.Say("The bearer token to send, which everybody on this machine can read meanwhile."), HelpName = "TOKEN" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_creds);
        command.Add(_user);
        command.Add(_password);
        command.Add(_token);
    }

    /// <summary>The access with the login that was given; errors are skopeo's.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="access">What the other options say.</param>
    /// <param name="isAnonymous">Whether <c>--no-creds</c> was given.</param>
    /// <param name="terminal">Asks for the password that <c>--creds USER</c> leaves out.</param>
    /// <exception cref="Failure">Options that exclude each other, or half of a login.</exception>
    public RegistryAccess Read(ParseResult parsed, RegistryAccess access, bool isAnonymous, Terminal terminal)
    {
        var (creds, user, password, token) = (parsed.GetValue(_creds), parsed.GetValue(_user), parsed.GetValue(_password), parsed.GetValue(_token));
        if (creds is not null && isAnonymous)
            throw new Failure("creds and no-creds cannot be specified at the same time");
        if (user is not null && isAnonymous)
            throw new Failure("username and no-creds cannot be specified at the same time");
        if (creds is not null && user is not null)
            throw new Failure("creds and username cannot be specified at the same time");
        if (user is null != password is null)
            throw new Failure(user is null ? "username must be specified when password is specified" : "password must be specified when username is specified");
        if (creds is not null || password is not null || token is not null)
            terminal.Say("--creds, --password and --registry-token show a secret to everybody on this machine: podman login keeps it in a file");
        var login = creds is not null ? Split(creds, terminal) : user is not null ? (user, password!) : ((string, string)?)null;
        return access with { Login = login, Token = token, NoCredentials = access.NoCredentials && login is null };
    }

    private static (string User, string Password) Split(string creds, Terminal terminal) => creds.Split(':', 2) switch
    {
        ["", _] => throw new Failure("username can't be empty"),
        [var user, var password] => (user, password),
        _ => (creds, terminal.ReadSecret($"Password of {creds}") ?? ""),
    };
}
