using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Verbs;
using Plomba.Verbs.Site;

var root = new RootCommand("Trusted supply of container images: registry, signature store, verification, machines.");
CommonOptions.AddTo(root);
root.Add(SiteVerb.Create());
root.Add(VerifyVerb.Create());

var parsed = root.Parse(args);
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync();

foreach (var error in parsed.Errors)
    Console.Error.WriteLine($"plomba: {Terminal.Printable(error.Message)}");
Console.Error.WriteLine("  plomba --help and plomba VERB --help tell what there is.");
return ExitCode.Usage;
