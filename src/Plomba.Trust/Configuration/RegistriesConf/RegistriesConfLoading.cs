using Plomba.Trust.Files;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>Which files make up registries.conf, and in which order (TRUST.md §8).</summary>
internal static class RegistriesConfLoading
{
    private const int MaximumLength = TomlTreeReader.MaximumLength;

    public static RegistriesConfiguration? Load(
        string? explicitPath, TrustEnvironment environment, ITrustFiles files, out ConfigurationMistake? mistake)
    {
        var user = environment.UserFile("registries.conf");
        var isUsers = explicitPath is null && files.Exists(user);
        var main = explicitPath ?? (isUsers ? user : TrustEnvironment.SystemFile("registries.conf"));
        var configuration = RegistriesConfiguration.Empty;
        var content = files.Read(main, MaximumLength);
        if (content.Problem != FileProblem.Missing || explicitPath is not null)
        {
            if (With(configuration, main, content, isDropIn: false, out mistake) is not { } first)
                return null;
            configuration = first;
        }

        // A user's own main file hides the system's drop-ins too, not the user's.
        string[] directories = isUsers
            ? [environment.UserFile("registries.conf.d")]
            : [TrustEnvironment.SystemFile("registries.conf.d"), environment.UserFile("registries.conf.d")];
        foreach (var directory in directories)
        {
            if (WithDropIns(configuration, directory, files, out mistake) is not { } next)
                return null;
            configuration = next;
        }

        mistake = null;
        return configuration;
    }

    private static RegistriesConfiguration? WithDropIns(
        RegistriesConfiguration configuration, string directory, ITrustFiles files, out ConfigurationMistake? mistake)
    {
        mistake = null;
        var listing = files.List(directory);
        if (listing.Problem == FileProblem.Unreadable)
        {
            mistake = new ConfigurationMistake(directory, null, listing.Message);
            return null;
        }

        foreach (var name in listing.Names.Where(n => n.EndsWith(".conf", StringComparison.Ordinal)))
        {
            var path = $"{directory}/{name}";
            var content = files.Read(path, MaximumLength);
            if (content.Problem is FileProblem.Missing or FileProblem.Directory)
                continue;
            if (With(configuration, path, content, isDropIn: true, out mistake) is not { } next)
                return null;
            configuration = next;
        }

        return configuration;
    }

    private static RegistriesConfiguration? With(
        RegistriesConfiguration configuration, string path, FileReading content, bool isDropIn, out ConfigurationMistake? mistake)
    {
        mistake = null;
        if (!content.IsRead)
        {
            mistake = new ConfigurationMistake(path, null, content.Message);
            return null;
        }

        if (RegistriesConfFileReader.Read(path, content.Bytes.Span, isDropIn, out var place) is { } file)
            return configuration.With(file);
        mistake = ConfigurationMistake.At(path, place!);
        return null;
    }
}
