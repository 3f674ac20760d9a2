using Plomba.Trust.Json;
using Plomba.Trust.Yaml;

namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>What one file of registries.d says.</summary>
internal sealed record RegistriesDFile(RegistriesDEntry? DefaultDocker, IReadOnlyList<(string Namespace, RegistriesDEntry Entry)> Docker);

/// <summary>
/// Reads one <c>*.yaml</c>: unknown keys are ignored, key names are case-sensitive, a key twice in one mapping is a
/// mistake, as it is for the reference's YAML library.
/// </summary>
internal sealed class RegistriesDFileReader
{
    private readonly string _path;

    private RegistriesDFileReader(string path) => _path = path;

    /// <summary>The file's settings; null and the first mistake when it cannot be used.</summary>
    public static RegistriesDFile? Read(string path, ReadOnlySpan<byte> text, out Mistake? mistake)
    {
        if (YamlTreeReader.Read(text, out mistake) is not { } root)
            return mistake is null ? new RegistriesDFile(null, []) : null;
        try
        {
            return new RegistriesDFileReader(path).ReadFile(root);
        }
        catch (WrongYamlException e)
        {
            mistake = e.Mistake;
            return null;
        }
    }

    private RegistriesDFile ReadFile(YamlNode root)
    {
        RegistriesDEntry? defaultDocker = null;
        List<(string, RegistriesDEntry)> docker = [];
        foreach (var (key, value) in YamlMap.Read(root))
        {
            if (key == "default-docker" && value is not YamlScalar { IsNull: true })
                defaultDocker = ReadEntry(value);
            else if (key == "docker")
                docker.AddRange(YamlMap.Read(value).Select(n => (n.Key, ReadEntry(n.Value))));
        }

        return new RegistriesDFile(defaultDocker, docker);
    }

    private RegistriesDEntry ReadEntry(YamlNode node)
    {
        string? lookaside = null, lookasideStaging = null, sigstore = null, sigstoreStaging = null;
        bool? attachments = null;
        foreach (var (key, value) in YamlMap.Read(node))
        {
            switch (key)
            {
                case "lookaside":
                    lookaside = YamlMap.Text(value);
                    break;
                case "lookaside-staging":
                    lookasideStaging = YamlMap.Text(value);
                    break;
                case "sigstore":
                    sigstore = YamlMap.Text(value);
                    break;
                case "sigstore-staging":
                    sigstoreStaging = YamlMap.Text(value);
                    break;
                case "use-sigstore-attachments":
                    attachments = YamlMap.Boolean(value);
                    break;
                default:
                    break;
            }
        }

        return new RegistriesDEntry(_path, lookaside, lookasideStaging, sigstore, sigstoreStaging, attachments);
    }
}
