using System.CommandLine;

namespace Plomba.Verbs.Tls;

/// <summary><c>plomba tls …</c>: a CA of the site's own, the server's certificate, its renewal.</summary>
internal static class TlsVerb
{
    public static Command Create() => new("tls", Text.Say("A CA of the site's own and the server's certificate: make, renew, look at."))
    {
        TlsInitVerb.Create(),
        TlsRenewVerb.Create(),
        TlsShowVerb.Create(),
    };
}
