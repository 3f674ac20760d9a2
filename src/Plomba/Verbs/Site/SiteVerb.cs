using System.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site …</c>: everything about the description of a site.</summary>
internal static class SiteVerb
{
    public static Command Create() => new("site", Text.Say("Describe a site: names, directories, namespaces, keys; render what is derived."))
    {
        SiteInitVerb.Create(),
        SiteAdoptVerb.Create(),
        SiteCheckVerb.Create(),
        SitePublishVerb.Create(),
        SiteRenderVerb.Create(),
        SiteShowVerb.Create(),
        SiteNamespaceVerb.Create(),
        SiteKeyVerb.Create(),
    };
}
