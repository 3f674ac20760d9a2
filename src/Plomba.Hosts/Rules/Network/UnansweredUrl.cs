using System.Net;
using Plomba.Trust.Keys;

namespace Plomba.Hosts.Rules.Network;

/// <summary>P120: a server that the machine's configuration names does not answer as a pull needs it to.</summary>
internal sealed class UnansweredUrl : Rule
{
    public override string Id => "P120";

    public override string Title => Text.Say("A server of the configuration does not answer as it should");

    public override string Why => Text.Say("Pulls fail that should work; where a lookaside answers for signatures that do not exist, all of them do.");

    public override bool NeedsNetwork => true;

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.Network is not { } network)
            yield break;
        foreach (var name in network.Names.Where(n => !n.Found.Contains(n.Wanted)))
        {
            yield return Error(
                name.Name,
                name.Found.IsEmpty
                    ? Text.Say($"{name.Name} leads nowhere; the site says {name.Wanted}")
                    : Text.Say($"{name.Name} leads to {string.Join(", ", name.Found.Take(8))}; the site says {name.Wanted}"),
                Text.Say($"See where it comes from: getent ahosts {ShellWord.Of(name.Name)}; plomba host check --rules P302"));
        }

        foreach (var (question, result) in network.Answers)
        {
            if (result.Status is { } status)
            {
                if (WrongStatus(question, status) is { } wrong)
                    yield return wrong;
                if (Ending(question, result.CertificateEnds, machine.Now) is { } ending)
                    yield return ending;
            }
            else
            {
                yield return Error(
                    question.Subject,
                    Text.Say($"no answer: {result.Trouble}"),
                    result.IsTls ? Text.Say("On the server: plomba tls show; here: plomba host check --rules P303") : Text.Say("Look at the server (plomba serve, systemctl status plomba) and the way to it."));
            }
        }

        if (network.NotAsked > 0)
        {
            yield return Warning(
                "registries.conf",
                Text.Count(network.NotAsked, $"{network.NotAsked} more server was not asked: too many are configured", $"{network.NotAsked} more servers were not asked: too many are configured"),
                Text.Say("Take out of registries.conf and registries.d what nobody uses."));
        }
    }

    private Finding? WrongStatus(NetworkQuestion question, HttpStatusCode status)
    {
        var number = (int)status;
        if (!question.IsLookaside)
        {
            return status is HttpStatusCode.OK or HttpStatusCode.Unauthorized
                ? null
                : Error(question.Subject, Text.Say($"it answers /v2/ with status {number}, which no registry does"), Text.Say("Look who listens there: a registry answers 200 or 401."));
        }

        var mend = Text.Say("Let the web server answer 404 for what is not there, without a page of its own, a login or a redirect.");
        return status switch
        {
            HttpStatusCode.NotFound => null,
            HttpStatusCode.OK => Error(question.Subject, Text.Say("it answers with status 200 for a signature that cannot exist: what it sends is taken for a signature, and every pull fails"), mend),
            _ => Error(question.Subject, Text.Say($"it answers with status {number} for a signature that does not exist, where 404 says that there are no more: every pull fails"), mend),
        };
    }

    private Finding? Ending(NetworkQuestion question, DateTimeOffset? ends, DateTimeOffset now)
    {
        if (ends is not { } end || Expiry.Of(end, now) is var urgency && urgency == ExpiryUrgency.None)
            return null;
        var days = Math.Max(0, Expiry.DaysLeft(end, now));
        var found = Text.Count(days, $"its certificate ends on {end:yyyy-MM-dd}, in {days} day", $"its certificate ends on {end:yyyy-MM-dd}, in {days} days");
        var mend = Text.Say("On the server: plomba tls renew");
        return urgency >= ExpiryUrgency.Critical ? Error(question.Subject, found, mend) : Warning(question.Subject, found, mend);
    }
}
