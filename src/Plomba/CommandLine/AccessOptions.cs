using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Plomba.Transfer.Registries;

namespace Plomba.CommandLine;

/// <summary>The option group <c>access</c>: how registries are reached.</summary>
/// <param name="isMissingEmpty">A file or directory that is not there is an empty one, as skopeo has it; else a mistake.</param>
internal sealed class AccessOptions(bool isMissingEmpty = false)
{
    private readonly Option<string?> _authFile = new("--authfile") { Description = Text.Say("Take logins from this file only."), HelpName = "FILE" };

    private readonly Option<string?> _certificates = new("--cert-dir") { Description = Text.Say("Client certificates and CAs for the registry."), HelpName = "DIR" };

    private readonly Option<bool?> _tlsVerify = new("--tls-verify")
    {
        Description = Text.Say("Demand HTTPS and a trusted certificate (=false: neither)."),
        HelpName = "=false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _noCredentials = new("--no-creds") { Description = Text.Say("Send no login.") };

    private readonly Option<int> _retries = new("--retry-times")
    {
        Description = Text.Say("How often a call that failed for a passing reason is made again."),
        HelpName = "N",
        DefaultValueFactory = _ => 3,
        CustomParser = result => int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times <= 100
            ? times
            : Refuse(result),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_authFile);
        command.Add(_certificates);
        command.Add(_tlsVerify);
        command.Add(_noCredentials);
        command.Add(_retries);
    }

    /// <summary>Whether no login is to be sent.</summary>
    public bool IsAnonymous(ParseResult parsed) => parsed.GetValue(_noCredentials);

    /// <summary>What was asked for.</summary>
    /// <exception cref="Failure">A file or directory that was named is not there.</exception>
    public RegistryAccess Read(ParseResult parsed)
    {
        var authFile = parsed.GetValue(_authFile);
        var hasLogins = authFile is null || File.Exists(authFile);
        if (!hasLogins && !isMissingEmpty)
            throw Failure.Usage(Text.Say($"--authfile {authFile}: no such file"));
        var certificates = parsed.GetValue(_certificates);
        if (certificates is not null && !isMissingEmpty && !Directory.Exists(certificates))
            throw Failure.Usage(Text.Say($"--cert-dir {certificates}: no such directory"));
        return new RegistryAccess
        {
            AuthFile = authFile,
            CertificateDirectory = certificates,
            // The bare option means true.
            TlsVerify = parsed.GetResult(_tlsVerify) is null ? null : parsed.GetValue(_tlsVerify) ?? true,
            NoCredentials = parsed.GetValue(_noCredentials) || !hasLogins,
            Retries = parsed.GetValue(_retries),
        };
    }

    private static int Refuse(ArgumentResult result)
    {
        result.AddError(Text.Say("--retry-times takes a number from 0 to 100"));
        return 0;
    }
}
