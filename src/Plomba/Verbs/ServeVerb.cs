using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Serving;

namespace Plomba.Verbs;

/// <summary><c>plomba serve</c>: the registry, its signatures and its keys, until SIGTERM or Ctrl-C.</summary>
internal static class ServeVerb
{
    /// <summary>The verb.</summary>
    public const string Name = "serve";

    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = Text.Say("Where to listen, repeatable (default 127.0.0.1:5000); systemd:NAME takes a socket from systemd."),
        HelpName = "IP:PORT",
    };

    private static readonly Option<string[]> SignaturesListen = new("--signatures-listen")
    {
        Description = Text.Say("Where to serve signatures and public keys alone, repeatable."),
        HelpName = "IP:PORT",
    };

    private static readonly Option<string?> Data = new("--data") { Description = Text.Say("Data directory (default ./plomba-data)."), HelpName = "DIR" };

    private static readonly Option<string?> Site = new("--site")
    {
        Description = Text.Say("The site's description (default /etc/plomba/site.toml when it exists)."),
        HelpName = "FILE",
    };

    private static readonly Option<bool> Open = new("--open") { Description = Text.Say("Answer other machines although there are no accounts.") };

    private static readonly Option<string?> Certificate = new("--tls-certificate")
    {
        Description = Text.Say("PEM file: the server's certificate and its intermediates."),
        HelpName = "FILE",
    };

    private static readonly Option<string?> Key = new("--tls-key") { Description = Text.Say("PEM file: the certificate's private key."), HelpName = "FILE" };

    private static readonly Option<string> LogFormat = new("--log-format")
    {
        Description = Text.Say("How to log to standard error: text or json."),
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    public static Command Create()
    {
        LogFormat.AcceptOnlyFromAmong("text", "json");
        var command = new Command(Name, Text.Say("Run the registry with its signature store."))
        {
            Site, Listen, SignaturesListen, Data, Open, Certificate, Key, LogFormat,
        };
        return command.Does((parsed, terminal, _) => Server.RunAsync(
            new ServeRequest
            {
                Listen = parsed.GetValue(Listen) ?? [],
                SignaturesListen = parsed.GetValue(SignaturesListen) ?? [],
                Data = parsed.GetValue(Data),
                Site = parsed.GetValue(Site),
                Open = parsed.GetValue(Open),
                Certificate = parsed.GetValue(Certificate),
                Key = parsed.GetValue(Key),
                JsonLog = parsed.GetValue(LogFormat) == "json",
                Debug = parsed.GetValue(CommonOptions.Debug),
                Quiet = parsed.GetValue(CommonOptions.Quiet),
            },
            terminal));
    }
}
