using System.Text;

namespace Plomba.Site.Rendering.Kubernetes;

/// <summary>
/// A node's files as objects of Kubernetes: a ConfigMap that holds them, and a DaemonSet that keeps them in place on every
/// node and lets CRI-O read them again. For clusters whose nodes are not administered one by one.
/// </summary>
/// <remarks>
/// Nothing in it is secret. What a file manager of a cluster cannot do is left out: accounts, closed homes, a restart of
/// CRI-O (its own drop-in counts from the next start on).
/// </remarks>
public static class NodeManifest
{
    private const string Name = "plomba-node";

    /// <summary>The manifest, YAML of several documents.</summary>
    /// <param name="site">The site.</param>
    /// <param name="image">An image with a shell and busybox's or coreutils' tools that the policy itself accepts.</param>
    /// <param name="request">For which versions; its keys are asked for.</param>
    public static string Render(SiteDescription site, string image, RenderingRequest request)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(request);
        var files = FilesOf(site, request);
        return $"""
            {RenderedText.Header(site)}apiVersion: v1
            kind: Namespace
            metadata:
              name: plomba
              labels:
                pod-security.kubernetes.io/enforce: privileged
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: {Name}
              namespace: plomba
            {Data(files)}---
            {DaemonSet(site, image, files)}
            """;
    }

    // The very files of the role, the public keys that its policy names, and the lines for /etc/hosts.
    private static List<NodeFile> FilesOf(SiteDescription site, RenderingRequest request)
    {
        var files = SiteRendering.ForNode(site, request).Select(f => new NodeFile($"/{f.RelativePath}", f.Content)).ToList();
        files.AddRange(site.Keys.Select(k => new NodeFile(site.FileOf(k).Text, request.KeyOf(k))));
        return files;
    }

    private static string Data(List<NodeFile> files)
    {
        var (text, binary) = (new StringBuilder("data:\n"), new StringBuilder("binaryData:\n"));
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i].Text is { } lines)
                text.Append("  ").Append(KeyOf(i, files[i])).Append(": |\n").Append(Indented(lines, "    "));
            else
                binary.Append("  ").Append(KeyOf(i, files[i])).Append(": ").Append(Convert.ToBase64String(files[i].Content.Span)).Append('\n');
        }

        return text.ToString() + (binary.Length > "binaryData:\n".Length ? binary.ToString() : "");
    }

    private static string DaemonSet(SiteDescription site, string image, List<NodeFile> files)
    {
        var items = string.Concat(files.Select((f, i) => $"          - key: {KeyOf(i, f)}\n            path: {YamlText.Quote(f.Path[1..])}\n"));
        var keys = site.KeysDirectory.Text;
        return $"""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata:
              name: {Name}
              namespace: plomba
            spec:
              selector:
                matchLabels:
                  app: {Name}
              template:
                metadata:
                  labels:
                    app: {Name}
                spec:
                  automountServiceAccountToken: false
                  hostPID: true
                  priorityClassName: system-node-critical
                  tolerations:
                  - operator: Exists
                  containers:
                  - name: files
                    image: {YamlText.Quote(image)}
                    command: ["/bin/sh", "-c"]
                    args:
                    - |
            {Indented(PlacingScript.Render(site), "          ")}        securityContext:
                      runAsUser: 0
                      readOnlyRootFilesystem: true
                      allowPrivilegeEscalation: false
                      capabilities:
                        drop: [ALL]
                        add: [DAC_OVERRIDE, FOWNER, KILL]
                    resources:
                      limits:
                        memory: 32Mi
                    volumeMounts:
                    - name: work
                      mountPath: /tmp
                    - name: files
                      mountPath: /files
                      readOnly: true
                    - name: etc
                      mountPath: /host/etc
                    - name: keys
                      mountPath: {YamlText.Quote("/host" + keys)}
                  volumes:
                  - name: work
                    emptyDir:
                      medium: Memory
                      sizeLimit: 4Mi
                  - name: files
                    configMap:
                      name: {Name}
                      items:
            {items}      - name: etc
                    hostPath:
                      path: /etc
                  - name: keys
                    hostPath:
                      path: {YamlText.Quote(keys)}
                      type: DirectoryOrCreate

            """;
    }

    // Keys of a ConfigMap hold no slash: the file's own name, made unique by its number.
    private static string KeyOf(int index, NodeFile file) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{index:00}-{new string([.. System.IO.Path.GetFileName(file.Path).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')])}");

    private static string Indented(string text, string indentation) =>
        string.Concat(text.TrimEnd('\n').Split('\n').Select(l => l.Length == 0 ? "\n" : $"{indentation}{l}\n"));

    private sealed record NodeFile(string Path, ReadOnlyMemory<byte> Content)
    {
        // What we write ourselves is text with whole lines; keys are packets.
        public string? Text => Content.Span is [>= 0x20 and < 0x80, .., (byte)'\n'] ? Encoding.UTF8.GetString(Content.Span) : null;
    }
}
