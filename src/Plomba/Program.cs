using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Verbs;
using Plomba.Verbs.Catalog;
using Plomba.Verbs.Key;
using Plomba.Verbs.Policy;
using Plomba.Verbs.Site;

var root = new RootCommand("Trusted supply of container images: registry, signature store, verification, machines.");
CommonOptions.AddTo(root);
root.Add(CatalogVerb.Create());
root.Add(KeyVerb.Create());
root.Add(PolicyVerb.Create());
root.Add(SelfTestVerb.Create());
root.Add(ServeVerb.Create());
root.Add(SiteVerb.Create());
root.Add(VerifyVerb.Create());

var parsed = root.Parse(args);
if (parsed.Errors.Count == 0)
{
    // A server has its own way to stop: requests under way are finished first.
    var stopsItself = parsed.CommandResult.Command.Name == ServeVerb.Name;
    return await parsed.InvokeAsync(stopsItself ? new InvocationConfiguration { ProcessTerminationTimeout = null } : null);
}

foreach (var error in parsed.Errors)
    Console.Error.WriteLine($"plomba: {Terminal.Printable(error.Message)}");
Console.Error.WriteLine("  plomba --help and plomba VERB --help tell what there is.");
return ExitCode.Usage;
