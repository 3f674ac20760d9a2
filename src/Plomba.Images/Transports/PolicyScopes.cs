namespace Plomba.Images.Transports;

/// <summary>
/// The scopes under which policies and signature stores look an image up (TRUST.md §2, §3.3): for docker style
/// references and for paths.
/// </summary>
public static class PolicyScopes
{
    /// <summary>
    /// <c>domain/path:tag</c> or <c>domain/path@digest</c>; <c>domain/path</c> for a name alone. With both a tag and a
    /// digest there is no identity in the reference implementation; callers refuse such references before.
    /// </summary>
    public static string Identity(ImageReference reference) => reference.Text;

    /// <summary>
    /// The repository, each parent down to <c>domain[:port]</c>, then <c>*.rest</c> for every dot of the domain, most
    /// specific first.
    /// </summary>
    public static IReadOnlyList<string> Namespaces(ImageReference reference)
    {
        var scopes = new List<string>(NameAndParents(reference.Name));
        var host = scopes[^1].Split(':', 2)[0];
        while (host.Split('.', 2) is [_, var rest])
        {
            scopes.Add("*." + rest);
            host = rest;
        }

        return scopes;
    }

    /// <summary>The name, then what is left after cutting its last component, and so on.</summary>
    public static IEnumerable<string> NameAndParents(string name)
    {
        yield return name;
        while (name.LastIndexOf('/') is >= 0 and var slash)
            yield return name = name[..slash];
    }

    /// <summary>The directories above an absolute clean path, nearest first, without <c>/</c>.</summary>
    public static IEnumerable<string> Parents(string path)
    {
        while (path.LastIndexOf('/') is > 0 and var slash)
            yield return path = path[..slash];
    }

    /// <summary><paramref name="absolute"/> without empty, <c>.</c> and <c>..</c> components and without a trailing slash.</summary>
    internal static string Clean(string absolute)
    {
        var components = new List<string>();
        foreach (var component in absolute.Split('/'))
        {
            if (component is "..")
                components.RemoveRange(Math.Max(0, components.Count - 1), Math.Min(1, components.Count));
            else if (component is not ("" or "."))
                components.Add(component);
        }

        return "/" + string.Join('/', components);
    }
}
