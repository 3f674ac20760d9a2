using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy explain IMAGE</c>: which rule would decide, without contacting anything.</summary>
internal static class PolicyExplainVerb
{
    private static readonly Argument<string> Image = new("IMAGE") { Description = Text.Say("An image name; nothing needs to be there.") };

    public static Command Create() => new Command("explain", Text.Say("Tell which file, scope and requirement decide about an image; nothing is contacted."))
    {
        Image,
        PolicyFileOption.Policy,
    }.Does((parsed, terminal, _) =>
    {
        var image = parsed.ReadImage(Image);
        var (policy, file) = PolicyFileOption.Read(parsed, terminal);
        var explanation = PolicyExplanation.For(policy, image, file);
        if (terminal.Json)
            terminal.WriteJson(json => Write(json, explanation));
        else
            terminal.WriteLine(PolicyExplanationText.Of(explanation).TrimEnd('\n'));
        return Task.FromResult(ExitCode.Done);
    });

    private static void Write(Utf8JsonWriter json, PolicyExplanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("image", explanation.Image.ImageName);
        json.WriteString("outlook", PolicyExplanationText.Word(explanation.Outlook));
        json.WriteStartObject("policy");
        json.WriteString("file", explanation.Choice.File);
        json.WriteString("transport", explanation.Choice.Transport);
        json.WriteString("scope", explanation.Choice.Scope);
        json.WriteEndObject();
        json.WriteStartArray("lookedFor");
        foreach (var scope in explanation.LookedFor)
            json.WriteStringValue(scope);
        json.WriteEndArray();
        json.WritePropertyName("requirements");
        PolicyWriter.Write(json, explanation.Choice.Requirements, spellOutDefaults: true);
        json.WriteEndObject();
    }
}
