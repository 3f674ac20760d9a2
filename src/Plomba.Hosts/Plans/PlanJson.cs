using System.Text;
using System.Text.Json;
using Plomba.Hosts.Machines;
using Plomba.Images;

namespace Plomba.Hosts.Plans;

/// <summary>A plan for programs: docs/hosts.md tells its members. The content of a file that not everybody may read is not in it.</summary>
public static class PlanJson
{
    /// <summary>Writes the plan's members into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Plan plan)
    {
        json.WriteStartArray("changes");
        foreach (var change in plan.Changes)
        {
            json.WriteStartObject();
            json.WriteString("path", change.Path.ToString());
            json.WriteString("why", change.Why);
            Write(json, "before", change.Before);
            Write(json, "after", change.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("handovers");
        foreach (var handover in plan.Handovers)
        {
            json.WriteStartObject();
            json.WriteString("directory", handover.Directory.ToString());
            json.WriteString("owner", handover.Owner.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("activations");
        foreach (var activation in plan.Activations)
            json.WriteStringValue(activation.Command);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in plan.Findings)
        {
            json.WriteStartObject();
            json.WriteBoolean("blocks", finding.Blocks);
            json.WriteString("text", finding.Text);
            json.WriteString("hint", finding.Hint);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, NodeState? state)
    {
        if (state is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("kind", Word(state.Kind));
        if (state.Rights is { } known)
        {
            json.WriteString("owner", known.Owner.ToString());
            json.WriteString("mode", ModeText.Octal(known.Mode));
            json.WriteBoolean("immutable", known.Immutable);
        }

        if (state.Further.Flags != InodeFlags.None)
            json.WriteString("flags", FlagText.Of(state.Further.Flags));
        if (!state.Further.Extended.IsEmpty)
        {
            json.WriteStartArray("extended");
            foreach (var attribute in state.Further.Extended.Keys)
                json.WriteStringValue(PrintedText.Print(attribute));
            json.WriteEndArray();
        }

        if (state is LinkState link)
        {
            json.WriteString("owner", link.Owner.ToString());
            json.WriteString("target", PrintedText.Print(link.Target));
        }

        if (state is FileState content)
        {
            json.WriteNumber("size", content.Content.Length);
            json.WriteString("digest", Digest.Sha256(content.Content.Span).ToString());
            if (!content.IsPrivate && !content.Content.Span.Contains((byte)0))
                json.WriteString("content", Encoding.UTF8.GetString(content.Content.Span));
        }

        json.WriteEndObject();
    }

    private static string Word(NodeKind kind) => kind switch
    {
        NodeKind.File => "file",
        NodeKind.Directory => "directory",
        NodeKind.SymbolicLink => "link",
        NodeKind.Fifo => "fifo",
        NodeKind.Socket => "socket",
        NodeKind.CharacterDevice => "characterDevice",
        _ => "blockDevice",
    };
}
