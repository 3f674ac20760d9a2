using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Hosts.Plans;
using Plomba.Trust.Configuration;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Editing;
using Plomba.Trust.Policy.Linting;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy set SCOPE</c>: one rule of a policy, everything else as it is.</summary>
internal static class PolicySetVerb
{
    private static readonly Argument<string> Scope = new("SCOPE") { Description = Text.Say("registry.example/namespace, another scope of the transport, all for the whole transport, or default.") };
    private static readonly Option<string> Transport = new("--transport") { Description = Text.Say("The transport the scope is of."), HelpName = "NAME", DefaultValueFactory = _ => "docker" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = Text.Say("Show the change, write nothing.") };

    public static Command Create()
    {
        var command = new Command("set", Text.Say("Set what images of a scope must meet; all else stays as it is, the old file is kept as FILE~.")) { Scope, Transport, DryRun, PolicyFileOption.Policy };
        RuleOptions.AddTo(command);
        return command.Does((parsed, terminal, _) =>
        {
            var requirements = RuleOptions.Read(parsed);
            var (transport, scope) = Target(parsed, terminal);
            var file = PathOf(parsed);
            var before = Before(file, scope);
            var edit = PolicyEdit.Set(before, transport, scope, requirements);
            if (edit.Failure is { } failure)
                throw new Failure($"{file}: {failure}", Text.Say("Nothing was written."));
            var changes = !before.Span.SequenceEqual(edit.Text.Span);
            if (changes && !parsed.GetValue(DryRun))
                Save(file, before, edit.Text);
            Report(parsed, terminal, new Change(file, transport, scope, requirements, before, edit.Text, changes));
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static (string? Transport, string? Scope) Target(ParseResult parsed, Terminal terminal)
    {
        var (transport, scope) = (parsed.GetRequiredValue(Transport), parsed.GetRequiredValue(Scope));
        if (scope == "default")
            return (null, null);
        if (scope == "all")
            scope = "";
        if (Images.Transports.Transport.Find(transport) is not { } known)
            throw Failure.Usage(Text.Say($"there is no transport {transport}"), Text.Say($"There are: {string.Join(", ", Images.Transports.Transport.All)}."));
        if (known.CheckScope(scope) is { } wrong)
            throw Failure.Usage(Text.Say($"{scope} cannot be a scope of {transport}: {wrong}"));
        if (ScopeCheck.Find(transport, scope, RealPath.TryResolve) is { } problem)
            terminal.Say(Text.Say($"warning: {problem.Text}"));
        return (transport, scope);
    }

    private static string PathOf(ParseResult parsed)
    {
        var environment = Machine.TrustEnvironment;
        var user = environment.UserFile("policy.json");
        var path = parsed.GetValue(PolicyFileOption.Policy) ?? (MachineFiles.Instance.Exists(user) ? user : TrustEnvironment.SystemFile("policy.json"));
        if (path.Length == 0)
            throw Failure.Usage(Text.Say("the name of the policy's file is empty"), Text.Say("Name it with --policy FILE."));
        // A link stays one: what it leads to is changed.
        return RealPath.TryResolve(path, out var resolved, out var error) ? resolved : throw new Failure(error);
    }

    private static ReadOnlyMemory<byte> Before(string file, string? scope)
    {
        var reading = MachineFiles.Instance.Read(file, PolicyReader.MaximumLength);
        if (reading.IsRead)
            return reading.Bytes.IsEmpty ? throw new Failure(Text.Say($"{file} is empty, which is no policy"), Text.Say("Remove it, or correct it.")) : reading.Bytes;
        return reading.Problem == FileProblem.Missing && scope is null
            ? default(ReadOnlyMemory<byte>)
            : throw new Failure(reading.Message, reading.Problem == FileProblem.Missing ? Text.Say("Begin a policy with its default: plomba policy set default --reject --policy FILE.") : null);
    }

    private static void Save(string file, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        try
        {
            if (before.IsEmpty)
            {
                DurableFile.Write(file, after.Span);
                return;
            }

            DurableFile.Write($"{file}~", before.Span, File.GetUnixFileMode(file));
            DurableFile.Replace(file, after.Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(Text.Say($"{file} cannot be written: {FileTrouble.Of(e)}"), Text.Say("The policy is as it was."));
        }
    }

    private static void Report(ParseResult parsed, Terminal terminal, Change change)
    {
        var dryRun = parsed.GetValue(DryRun);
        if (terminal.Json)
            terminal.WriteJson(json => Write(json, change, dryRun));
        else if (!change.IsChange)
            terminal.Say(Text.Say($"{change.File} says so already."));
        else if (dryRun)
        {
            foreach (var line in UnifiedDifference.Of(change.Before.Span, change.After.Span) ?? [])
                terminal.WriteLine(line);
        }
        else
            terminal.Say(change.Before.IsEmpty ? Text.Say($"{change.File} is changed.") : Text.Say($"{change.File} is changed; as it was: {change.File}~."));
    }

    private static void Write(Utf8JsonWriter json, Change change, bool dryRun)
    {
        json.WriteStartObject();
        json.WriteString("file", change.File);
        json.WriteString("backup", change.IsChange && !dryRun && !change.Before.IsEmpty ? $"{change.File}~" : null);
        json.WriteBoolean("changed", change.IsChange && !dryRun);
        json.WriteString("transport", change.Transport);
        json.WriteString("scope", change.Scope);
        json.WritePropertyName("requirements");
        PolicyWriter.Write(json, change.Requirements);
        json.WriteEndObject();
    }

    private sealed record Change(
        string File, string? Transport, string? Scope, ImmutableArray<PolicyRequirement> Requirements, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, bool IsChange);
}
