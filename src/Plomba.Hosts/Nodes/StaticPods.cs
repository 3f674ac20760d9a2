using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.Yaml;

namespace Plomba.Hosts.Nodes;

/// <summary>The pods that a kubelet starts from files: the ones a node needs before anybody can tell it anything.</summary>
public static class StaticPods
{
    /// <summary>Where kubeadm puts them.</summary>
    public const string Directory = "/etc/kubernetes/manifests";

    private const int LongestFile = 1024 * 1024;
    private const int MostNodes = 100_000;

    /// <summary>The images they name, each with its file; files that are no YAML name none, as for the kubelet.</summary>
    public static ImmutableArray<(string File, string Image)> Images(ITrustFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        // The kubelet passes over what begins with a dot.
        foreach (var path in files.List(Directory).Names.Where(n => !n.StartsWith('.')).Select(n => $"{Directory}/{n}"))
        {
            var reading = files.Read(path, LongestFile);
            if (reading.IsRead && YamlTreeReader.Read(reading.Bytes.Span, out _) is YamlMapping pod && Find(pod, "spec") is YamlMapping spec)
                found.AddRange(ImagesOf(spec).Select(image => (path, image)));
        }

        return found.ToImmutable();
    }

    private static IEnumerable<string> ImagesOf(YamlMapping spec)
    {
        var budget = MostNodes;
        foreach (var kind in (string[])["initContainers", "containers", "ephemeralContainers"])
        {
            foreach (var container in Find(spec, kind) is YamlSequence list ? list.Items : [])
            {
                // Aliases make a small file mean a huge list.
                if (budget-- > 0 && container is YamlMapping map && Find(map, "image") is YamlScalar { IsNull: false } image)
                    yield return image.Text;
            }
        }
    }

    private static YamlNode? Find(YamlMapping map, string key) =>
        map.Entries.FirstOrDefault(e => e.Key is YamlScalar { Text: var text } && text == key).Value;
}
