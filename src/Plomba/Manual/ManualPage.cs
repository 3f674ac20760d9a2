using System.CommandLine;

namespace Plomba.Manual;

/// <summary>The manual page of a verb, made from what its command line describes.</summary>
internal static class ManualPage
{
    private static readonly string[] Common = ["--output", "--quiet", "--debug", "--no-color", "--command-timeout", "--tmpdir", "--help"];

    /// <summary>The page's name: <c>plomba-site-check</c>.</summary>
    public static string NameOf(Command command) => command.Path().Replace(' ', '-');

    /// <summary>The page, in the user's language.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="version">The program's version.</param>
    public static string Of(Command command, string version)
    {
        var name = NameOf(command);
        var page = new Roff().Title(name.ToUpperInvariant(), "1", $"Plomba {version}", Text.Say("Plomba manual"))
            .Section(Text.Say("NAME")).Plain($"{name} - {command.Description}")
            .Section(Text.Say("SYNOPSIS")).Item(command.Path(), null, command.Synopsis()[command.Path().Length..].Trim());
        Describe(page, command);
        ExitCodes(page, command);
        Surroundings(page, command);
        SeeAlso(page, command);
        return page.ToString();
    }

    private static void Describe(Roff page, Command command)
    {
        if (command is RootCommand)
            page.Section(Text.Say("DESCRIPTION")).Paragraph(About);
        var arguments = command.ShownArguments().ToList();
        if (arguments.Count > 0)
            page.Section(Text.Say("ARGUMENTS"));
        foreach (var argument in arguments)
            page.Item(argument.HelpName ?? argument.Name, null, CommandTree.Describe(argument));
        var verbs = command.ShownSubcommands().ToList();
        if (verbs.Count > 0)
            page.Section(Text.Say("COMMANDS"));
        foreach (var verb in verbs)
            page.Item(verb.Path(), string.Join(' ', verb.ShownArguments().Select(CommandTree.Label)), verb.Description ?? "");
        Options(page, Text.Say("OPTIONS"), command.ShownOptions().Where(o => !Common.Contains(o.Name, StringComparer.Ordinal)));
        Options(page, Text.Say("COMMON OPTIONS"), command.ShownOptions().Where(o => Common.Contains(o.Name, StringComparer.Ordinal)));
    }

    private static void Options(Roff page, string title, IEnumerable<Option> options)
    {
        foreach (var (index, option) in options.Index())
        {
            if (index == 0)
                page.Section(title);
            page.Item(CommandTree.Names(option), CommandTree.Value(option), CommandTree.Describe(option));
        }
    }

    private static void ExitCodes(Roff page, Command command)
    {
        page.Section(Text.Say("EXIT STATUS"));
        foreach (var (code, meaning) in ExitMeanings.Of(command.Path()))
            page.Item(code, null, meaning);
    }

    private static void Surroundings(Roff page, Command command)
    {
        page.Section(Text.Say("ENVIRONMENT"))
            .Item("LC_ALL, LC_MESSAGES, LANG, LANGUAGE", null, Text.Say("The language of messages, help and reports: English or Russian. JSON is the same in every language."));
        if (command is not RootCommand)
            return;
        page.Item("GNUPGHOME", null, Text.Say("Where GnuPG keeps keys, when --gpg-home does not say."))
            .Item("REGISTRY_AUTH_FILE", null, Text.Say("The file with the logins of registries, when --authfile does not say."))
            .Section(Text.Say("FILES"))
            .Item("/etc/plomba/site.toml", null, Text.Say("The description of the site, when --site does not say."))
            .Item("/etc/containers/policy.json", null, Text.Say("The policy that decides about images, unless the user has one in ~/.config/containers."))
            .Item("/etc/containers/registries.d", null, Text.Say("Where the signatures of images are."))
            .Item("/etc/containers/registries.conf", null, Text.Say("How registries are reached."));
    }

    private static void SeeAlso(Roff page, Command command)
    {
        var near = command.ShownSubcommands().Concat(command.Parents.OfType<Command>());
        page.Section(Text.Say("SEE ALSO")).Plain(string.Join(", ", near.Select(c => $"{NameOf(c)}(1)").Append("containers-policy.json(5)").Append("containers-registries.d(5)")));
    }

    private static string About => Text.Say(
        "Plomba serves container images and their signatures, signs and verifies images, and puts machines into their roles, all from one description of a site. It works with podman, skopeo, buildah, CRI-O and GnuPG as they are.");
}
