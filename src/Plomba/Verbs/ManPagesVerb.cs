using System.CommandLine;
using System.Text;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Manual;

namespace Plomba.Verbs;

/// <summary><c>plomba man-pages DIR</c>: writes the manual in the user's language; for who packages the program.</summary>
internal static class ManPagesVerb
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = Text.Say("Where the pages are written, in man1 and man7.") };
        var command = new Command("man-pages", Text.Say("Write the manual pages of all commands.")) { directory };
        command.Hidden = true;
        return command.Does((parsed, terminal, _) =>
        {
            var folder = parsed.GetRequiredValue(directory);
            var version = typeof(ManPagesVerb).Assembly.GetName().Version!.ToString(3);
            foreach (var verb in parsed.RootCommandResult.Command.AndBelow())
                Write(folder, "1", ManualPage.NameOf(verb), ManualPage.Of(verb, version));
            Write(folder, "7", RulesPage.Name, RulesPage.Of(version));
            terminal.Say(Text.Say($"The manual is in {folder}"));
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static void Write(string folder, string section, string name, string page)
    {
        var directory = Path.Combine(Path.GetFullPath(folder), $"man{section}");
        DurableFile.CreateDirectory(directory);
        DurableFile.Write(Path.Combine(directory, $"{name}.{section}"), Encoding.UTF8.GetBytes(page));
    }
}
