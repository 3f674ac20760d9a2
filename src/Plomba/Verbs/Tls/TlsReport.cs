using System.Globalization;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Site.Tls;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Tls;

/// <summary>The report of every verb of <c>tls</c>: both certificates as they are now.</summary>
internal static class TlsReport
{
    /// <summary>Writes it; returns the CA's state and the server's.</summary>
    public static IReadOnlyList<CertificateState> Write(Terminal terminal, CertificateFiles files, CertificateOutcome outcome)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (authority, server) = (CertificateState.Read(files.Authority, now), CertificateState.Read(files.Certificate, now));
        if (terminal.Json)
        {
            terminal.WriteJson(writer =>
            {
                writer.WriteStartObject();
                Write(writer, "authority", authority, files.AuthorityKey, outcome.MadeAuthority, now);
                Write(writer, "certificate", server, files.Key, outcome.MadeCertificate, now);
                writer.WriteString("siteLine", files.SiteLine);
                writer.WriteEndObject();
            });
        }
        else
        {
            Write(terminal, Text.Say("CA"), authority, outcome.MadeAuthority, now);
            Write(terminal, Text.Say("server"), server, outcome.MadeCertificate, now);
        }

        return [authority, server];
    }

    private static void Write(Terminal terminal, string what, CertificateState state, bool made, DateTimeOffset now)
    {
        if (state.Trouble is not null)
            return;
        terminal.WriteLine(made ? Text.Say($"{what} {state.File} (new)") : $"{what} {state.File}");
        terminal.WriteLine($"  sha256 {state.Fingerprint}");
        if (state.Names.Count > 0)
            terminal.WriteLine(Text.Say($"  for {string.Join(", ", state.Names)}"));
        var days = Expiry.DaysLeft(state.Ends, now);
        terminal.WriteLine(state.Urgency == ExpiryUrgency.Expired ? Text.Say($"  ENDED on {Day(state.Ends)}") : Text.Count(days, $"  ends on {Day(state.Ends)}, in {days} day", $"  ends on {Day(state.Ends)}, in {days} days"));
    }

    private static void Write(Utf8JsonWriter writer, string name, CertificateState state, string key, bool made, DateTimeOffset now)
    {
        writer.WriteStartObject(name);
        writer.WriteString("file", state.File);
        writer.WriteString("key", key);
        writer.WriteBoolean("made", made);
        if (state.Trouble is { } trouble)
        {
            writer.WriteString("trouble", trouble);
        }
        else
        {
            writer.WriteString("sha256", state.Fingerprint);
            writer.WriteStartArray("names");
            foreach (var one in state.Names)
                writer.WriteStringValue(one.Text);
            writer.WriteEndArray();
            writer.WriteString("expires", state.Ends.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            writer.WriteNumber("daysLeft", Expiry.DaysLeft(state.Ends, now));
            writer.WriteString("urgency", JsonNamingPolicy.CamelCase.ConvertName(state.Urgency.ToString()));
        }

        writer.WriteEndObject();
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
