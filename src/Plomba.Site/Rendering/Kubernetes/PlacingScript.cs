namespace Plomba.Site.Rendering.Kubernetes;

/// <summary>
/// What the DaemonSet's container does: every minute, put each file that differs in its place by a rename, and let CRI-O
/// read registries.conf again when something changed. Names come from the mounted directory, never from a command line.
/// </summary>
internal static class PlacingScript
{
    /// <summary>The script, for any POSIX shell; the three variables are for trying it out.</summary>
    public static string Render(SiteDescription site) => $$"""
        set -u; umask 022
        files=${FILES:-/files} host=${HOST:-/host} work=${TMPDIR:-/tmp}
        while :; do
          cd "$files" && find -L . -path './..*' -prune -o -type f -print | while IFS= read -r file; do
            cmp -s "$file" "$host/$file" && continue
            mkdir -p "$(dirname "$host/$file")"
            cp "$file" "$host/$file.plomba" && chmod 0644 "$host/$file.plomba" && mv -f "$host/$file.plomba" "$host/$file" && echo "$file"
          done >"$work/changed"
        {{Hosts(site)}}  if [ -s "$work/changed" ]; then
            cat "$work/changed"
            for process in /proc/[0-9]*; do
              [ "$(cat "$process/comm" 2>/dev/null)" = crio ] && kill -HUP "$(basename "$process")"
            done
          fi
          sleep 60
        done

        """;

    // Names and addresses are checked values without a quote in them. The file is not renamed: the kubelet mounts it.
    private static string Hosts(SiteDescription site)
    {
        var lines = HostsLines.Of(site);
        if (lines.Count == 0)
            return "";
        return $$"""
              printf '%s\n' {{string.Join(' ', lines.Select(l => $"'{l}'"))}} >"$work/wanted"
              grep ' # plomba {{site.Name}}$' "$host/etc/hosts" >"$work/there"
              if ! cmp -s "$work/wanted" "$work/there"; then
                { grep -v ' # plomba {{site.Name}}$' "$host/etc/hosts"; cat "$work/wanted"; } >"$work/hosts"
                cat "$work/hosts" >"$host/etc/hosts"
              fi

            """;
    }
}
