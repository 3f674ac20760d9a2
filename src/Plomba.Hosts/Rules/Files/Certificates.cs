using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Hosts.Plans;
using Plomba.Trust.Keys;

namespace Plomba.Hosts.Rules.Files;

/// <summary>P303: an authority that registries of the site are recognised by cannot be used, or soon cannot.</summary>
internal sealed class Certificates : Rule
{
    private const int LongestFile = 1024 * 1024;

    public override string Id => "P303";

    public override string Title => Text.Say("A certificate authority of the site is unusable or expires soon");

    public override string Why => Text.Say("Then the registry is not recognised any more, and every pull fails.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.StartsWith("/etc/containers/certs.d/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.Site is not { Registry.Tls: not null } site)
            yield break;
        foreach (var directory in new[] { site.Registry.Name.Text, site.Signatures.Name.Text }.Distinct(StringComparer.Ordinal).Select(n => $"/etc/containers/certs.d/{n}"))
        {
            foreach (var path in machine.Files.List(directory).Names.Where(n => n.EndsWith(".crt", StringComparison.Ordinal)).Select(n => $"{directory}/{n}"))
            {
                if (Problem(machine, path) is { } finding)
                    yield return finding;
            }
        }
    }

    private Finding? Problem(CheckedMachine machine, string path)
    {
        const string renew = "plomba tls init";
        if (machine.Files.Read(path, LongestFile) is not { IsRead: true, Bytes: var bytes })
            return Error(path, Text.Say($"{path} cannot be read"), "plomba host apply client");
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.Latin1.GetString(bytes.Span));
        }
        catch (CryptographicException)
        {
            // Told below: what holds no certificate and what holds a broken one are mended alike.
        }

        using var first = certificates.OrderByDescending(c => c.NotAfter).FirstOrDefault();
        if (first is null)
            return Error(path, Text.Say($"{path} holds no certificate"), "plomba host apply client");
        var end = new DateTimeOffset(first.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        var days = Expiry.DaysLeft(end, machine.Now);
        var soon = Text.Count(days, $"{path} expires on {end:yyyy-MM-dd}, in {days} day", $"{path} expires on {end:yyyy-MM-dd}, in {days} days");
        return Expiry.Of(end, machine.Now) switch
        {
            ExpiryUrgency.Expired => Error(path, Text.Say($"{path} expired on {end:yyyy-MM-dd}"), renew),
            ExpiryUrgency.Critical => Error(path, soon, renew),
            ExpiryUrgency.None => null,
            _ => Warning(path, soon, renew),
        };
    }
}
