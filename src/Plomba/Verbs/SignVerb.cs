using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Images.Transports;
using Plomba.Site;
using Plomba.Transfer.Registries;
using Plomba.Transfer.Signing.InPlace;
using Plomba.Trust.Files;
using Plomba.Verbs.Site;

namespace Plomba.Verbs;

/// <summary><c>plomba sign IMAGE… --sign-by KEY</c>: adds signatures to images that are in a registry already.</summary>
internal static class SignVerb
{
    public static Command Create()
    {
        var images = new Argument<string[]>("IMAGE") { Description = Text.Say("Images in a registry."), Arity = ArgumentArity.OneOrMore };
        var noInstances = new Option<bool>("--no-instances") { Description = Text.Say("Of a multi-platform image sign the index alone.") };
        var (sign, stores, access) = (new SignOptions(), new StoreOptions(), new AccessOptions());
        var command = new Command("sign", Text.Say("Sign images that are in a registry, each with all its instances.")) { images, noInstances, SiteOption.Site };
        sign.AddTo(command);
        stores.AddTo(command);
        access.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            var named = ReadImages(parsed, images);
            var scope = new SigningScope(sign.ReadIdentity(parsed), !parsed.GetValue(noInstances));
            if (scope.Identity is not null && named.Count > 1)
                throw Failure.Usage(Text.Say("--sign-identity goes with one image only"));
            var site = parsed.GetValue(SiteOption.Site) is null ? null : SiteOption.Load(parsed);
            var signers = await sign.ReadSignersAsync(parsed, terminal, cancellation);
            if (site is not null)
                RequireAcceptedKeys(site, named, signers);
            using var clients = new RegistryClients(access.Read(parsed));
            var signer = new ImageSigner(clients, stores.Read(parsed, Machine.TrustEnvironment, site), MachineFiles.Instance, TimeProvider.System);
            var results = new List<SignedImage>();
            foreach (var image in named)
            {
                results.Add(await signer.SignAsync(image, signers, scope, new SigningTalk(terminal, image), cancellation));
                SigningTalk.Conclude(terminal, results[^1]);
            }

            foreach (var one in signers)
                one.Dispose();

            if (terminal.Json)
                terminal.WriteJson(json => SigningJson.Write(json, results));
            return ExitCode.Worst(results.Select(r => r.Failure is null ? ExitCode.Done : ExitCode.Failed));
        });
    }

    private static List<DockerImage> ReadImages(ParseResult parsed, Argument<string[]> images) => [.. parsed.ReadImages(images).Select(i =>
        i is DockerImage { IsUnknownDigest: false } docker ? docker : throw Failure.Usage(Text.Say($"{i}: sign works on images in a registry")))];

    // Before anything is signed: a signature that counts for nobody would only look like one that does.
    private static void RequireAcceptedKeys(SiteDescription site, IEnumerable<DockerImage> images, IReadOnlyList<ManifestSigner> signers)
    {
        foreach (var image in images)
        {
            if (image.Reference.Domain != site.Registry.Name.Text)
                throw Failure.Usage(Text.Say($"{image.Reference} is not in the registry {site.Registry.Name} of this site"), Text.Say("Leave --site out, or name the image as its users do."));
            if (site.NamespaceOf(image.Reference.Path) is not { } @namespace)
                throw Failure.Refused(Text.Say($"the site has no namespace that holds {image.Reference.Path}"), Text.Say("plomba site namespace list shows what there is."));
            if (signers.FirstOrDefault(s => @namespace.Keys.All(k => k.Fingerprint.Text != s.Key)) is not { } stranger)
                continue;
            throw Failure.Refused(
                @namespace.Keys.Count == 0
                    ? Text.Say($"the namespace '{@namespace.Name}' accepts no key at all")
                    : Text.Say($"key {stranger.Key} is not one that the namespace '{@namespace.Name}' accepts; it accepts {string.Join(", ", @namespace.Keys.Select(k => $"{k.Name} {k.Fingerprint}"))}"),
                Text.Say("Nothing was signed. The site's administrator adds keys: plomba site key add, plomba site namespace set."));
        }
    }
}
