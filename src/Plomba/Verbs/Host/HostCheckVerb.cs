using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Plomba.CommandLine;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Rules.Reports;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host check</c>: is the machine as its site wants it? Reads only, unless it is told to mend.</summary>
internal static class HostCheckVerb
{
    private static readonly Option<string?> Rules = new("--rules") { Description = Text.Say("Only these rules: P101,P102 or P1 for all that begin so."), HelpName = "IDS" };
    private static readonly Option<int> Warn = Threshold("--warn", Text.Say("nagios: WARNING from this many findings on."));
    private static readonly Option<int> Critical = Threshold("--critical", Text.Say("nagios: CRITICAL from this many errors on."));
    private static readonly Option<bool> Fix = new("--fix") { Description = Text.Say("Mend what the machine's roles say, then report what is left.") };
    private static readonly Option<bool> Network = new("--network") { Description = Text.Say("Also ask the registries and lookasides that the configuration names whether they answer (P120).") };
    private static readonly Option<string?> File = new("--file", "-o") { Description = Text.Say("Write the report there, whole or not at all."), HelpName = "FILE" };

    private static readonly Option<string> Output = new("--output")
    {
        Description = Text.Say("How to report: text, json, nagios (with a plugin's exit codes) or prometheus."),
        HelpName = string.Join('|', CheckOutput.Formats),
        DefaultValueFactory = _ => "text",
    };

    public static Command Create()
    {
        Output.AcceptOnlyFromAmong([.. CheckOutput.Formats]);
        var command = new Command("check", Text.Say("Hold the machine against its site by the rules of docs/rules.md; exit 3 on errors.")) { Rules, Network, Fix, Output, Warn, Critical, File };
        CheckTarget.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            var output = new CheckOutput(parsed.GetValue(Output)!, new NagiosPlugin(parsed.GetValue(Warn), parsed.GetValue(Critical)), parsed.GetValue(File));
            // What programs read is the same for every user.
            if (output.Format is "json" or "prometheus")
                UserLanguage.SpeakEnglish();
            try
            {
                var network = parsed.GetValue(Network);
                var rules = Chosen(parsed.GetValue(Rules), network);
                using var target = CheckTarget.Open(parsed);
                if (network && target.Directory.Length > 0)
                    throw Failure.Usage(Text.Say("--network asks from the running machine"), Text.Say("Leave --root out."));
                var report = await CheckAsync(target, rules, network, cancellation);
                if (parsed.GetValue(Fix) && await MendAsync(target, report, terminal, cancellation))
                    report = await CheckAsync(target, rules, network, cancellation);
                return output.Write(terminal, report);
            }
            catch (Exception e) when (output.Format == CheckOutput.ForNagios && e is not OperationCanceledException)
            {
                terminal.WriteLine(NagiosPlugin.RenderUnknown(e.Message).TrimEnd('\n'));
                return NagiosPlugin.Unknown;
            }
        });
    }

    private static async Task<CheckReport> CheckAsync(CheckTarget target, ImmutableArray<Rule> rules, bool network, CancellationToken cancellation)
    {
        var machine = await target.ReadAsync(cancellation);
        if (network)
            await machine.AskNetworkAsync(cancellation);
        return RuleSet.Check(machine, rules);
    }

    // Whether anything was changed.
    private static async Task<bool> MendAsync(CheckTarget target, CheckReport report, Terminal terminal, CancellationToken cancellation)
    {
        var mended = await target.Mender.MendAsync(report, cancellation);
        foreach (var change in mended.Changes)
            terminal.Say(Text.Say($"mended: {change.Path}: {change.Why}"));
        foreach (var problem in mended.Problems)
            terminal.Error(problem);
        foreach (var number in mended.Numbers.Reverse())
            terminal.Say(Text.Say($"take it back with: plomba host undo {number}"));
        return !mended.Changes.IsEmpty;
    }

    private static ImmutableArray<Rule> Chosen(string? ids, bool network)
    {
        ImmutableArray<Rule> asked = [.. RuleSet.All.Where(r => network || !r.NeedsNetwork)];
        if (ids is null)
            return asked;
        var wanted = ids.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var id in wanted)
        {
            if (!RuleSet.All.Any(r => r.Id.StartsWith(id, StringComparison.Ordinal)))
                throw Failure.Usage(Text.Say($"there is no rule {id}"), Text.Say($"There are {string.Join(", ", RuleSet.All.Select(r => r.Id))}."));
        }

        if (wanted.Length == 0)
            throw Failure.Usage(Text.Say("--rules names no rule"));
        ImmutableArray<Rule> chosen = [.. asked.Where(r => wanted.Any(id => r.Id.StartsWith(id, StringComparison.Ordinal)))];
        return chosen.Length > 0 ? chosen : throw Failure.Usage(Text.Say($"{ids} asks over the network"), Text.Say("Allow it with --network."));
    }

    private static Option<int> Threshold(string name, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => 1 };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => !int.TryParse(t.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given < 1))
                result.AddError(Text.Say($"{name}: write a number from 1 on"));
        });
        return option;
    }
}
