using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Manual;
using Plomba.Verbs;
using Plomba.Verbs.Catalog;
using Plomba.Verbs.Host;
using Plomba.Verbs.Key;
using Plomba.Verbs.Policy;
using Plomba.Verbs.Site;
using Plomba.Verbs.Skopeo;
using Plomba.Verbs.Tls;

UserLanguage.Follow(Environment.GetEnvironmentVariable);
var root = new RootCommand(Text.Say("Trusted supply of container images: registry, signature store, verification, machines."));
CommonOptions.AddTo(root);
HelpText.AddTo(root);
root.Add(CatalogVerb.Create());
root.Add(HostVerb.Create());
root.Add(KeyVerb.Create());
root.Add(ManPagesVerb.Create());
root.Add(PolicyVerb.Create());
root.Add(SelfTestVerb.Create());
root.Add(ServeVerb.Create());
root.Add(SignVerb.Create());
root.Add(SiteVerb.Create());
root.Add(TlsVerb.Create());
root.Add(VerifyVerb.Create());
foreach (var verb in SkopeoVerb.CreateAll())
    root.Add(verb);

// No response files: an argument that begins with @ is a name like any other, and no file's content is ever shown as a mistake.
var parsed = root.Parse(SkopeoCommandLine.Translate(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
if (WrongUsage.Find(parsed) is { } mistake)
{
    Console.Error.WriteLine($"plomba: {Terminal.Printable(mistake)}");
    Console.Error.WriteLine($"  {Text.Say("plomba --help and plomba VERB --help tell what there is.")}");
    return SkopeoVerb.UsageCodeOf(parsed.CommandResult.Command);
}

// A server has its own way to stop: requests under way are finished first.
var stopsItself = parsed.CommandResult.Command.Name == ServeVerb.Name;
return await parsed.InvokeAsync(stopsItself ? new InvocationConfiguration { ProcessTerminationTimeout = null } : null);
