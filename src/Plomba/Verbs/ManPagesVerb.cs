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
        var directory = new Argument<string>("DIR") { Description = Text.Say("Where the pages are written, in man1.") };
        var command = new Command("man-pages", Text.Say("Write the manual pages of all commands.")) { directory };
        command.Hidden = true;
        return command.Does((parsed, terminal, _) =>
        {
            var folder = Path.Combine(parsed.GetRequiredValue(directory), "man1");
            DurableFile.CreateDirectory(Path.GetFullPath(folder));
            var version = typeof(ManPagesVerb).Assembly.GetName().Version!.ToString(3);
            foreach (var verb in parsed.RootCommandResult.Command.AndBelow())
                DurableFile.Write(Path.Combine(folder, $"{ManualPage.NameOf(verb)}.1"), Encoding.UTF8.GetBytes(ManualPage.Of(verb, version)));
            terminal.Say(Text.Say($"The manual is in {folder}"));
            return Task.FromResult(ExitCode.Done);
        });
    }
}
