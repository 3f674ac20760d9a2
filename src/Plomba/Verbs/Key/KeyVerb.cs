using System.CommandLine;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key new|list|show|export|import</c></summary>
internal static class KeyVerb
{
    public static Command Create() => new("key", Text.Say("OpenPGP keys: make, look at, hand out and take in."))
    {
        KeyNewVerb.Create(),
        KeyListVerb.Create(),
        KeyShowVerb.Create(),
        KeyExportVerb.Create(),
        KeyImportVerb.Create(),
    };
}
