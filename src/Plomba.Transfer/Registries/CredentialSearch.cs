using System.Buffers;
using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Images;
using Plomba.Trust.Configuration;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Finds the stored login for a repository: the one file that was named, or the files of TRUST.md §10.1 in order, and the
/// credential helpers they name.
/// </summary>
internal sealed class CredentialSearch(RegistryAccess access)
{
    private static readonly SearchValues<char> ProgramName =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private const int LongestFile = 1024 * 1024;

    /// <summary>The login for <paramref name="repository"/>, or null when nothing is stored or none may be sent.</summary>
    /// <exception cref="TransferException">A file exists but cannot be used, or a helper failed.</exception>
    public async Task<Credentials?> FindAsync(RegistryHost registry, RepositoryName repository, CancellationToken cancellation)
    {
        if (access.NoCredentials)
            return null;
        if (access.Login is var (user, password))
            return new Credentials(user, password);
        foreach (var (path, legacy) in Files())
        {
            if (Read(path, legacy) is not { } file)
                continue;
            if (file.HelperFor(registry.Text) is { Length: > 0 } helper)
                return await AskAsync(helper, registry, cancellation);
            if (Find(file, path, $"{registry}/{repository}") is { } login && (login.User.Length > 0 || login.IdentityToken is not null))
                return new Credentials(login.User, login.Password, login.IdentityToken);
        }

        return null;
    }

    private IEnumerable<(string Path, bool Legacy)> Files()
    {
        if ((access.AuthFile ?? Variable("REGISTRY_AUTH_FILE")) is { } only)
        {
            if (!File.Exists(only))
                throw new TransferException(TransferTrouble.Configuration, Text.Say($"credentials file {only}: no such file or directory"));
            return [(only, false)];
        }

        var home = Variable("HOME") ?? "/";
        var runtime = Variable("XDG_RUNTIME_DIR") is { } directory
            ? Path.Combine(directory, "containers/auth.json")
            : $"/run/containers/{UserId.Effective}/auth.json";
        return
        [
            (runtime, false),
            (Path.Combine(Variable("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config"), "containers/auth.json"), false),
            (Path.Combine(Variable("DOCKER_CONFIG") ?? Path.Combine(home, ".docker"), "config.json"), false),
            (Path.Combine(home, ".dockercfg"), true),
        ];
    }

    private static AuthFile? Read(string path, bool legacy)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
                return null;
            if (info.Length > LongestFile)
                throw new TransferException(TransferTrouble.Configuration, Text.Say($"credentials file {path}: larger than {LongestFile} bytes"));
            return info.Length == 0 ? null : AuthFile.Parse(File.ReadAllBytes(path), legacy);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"credentials file {path}: {FileTrouble.Of(e)}"), e);
        }
    }

    private static StoredLogin? Find(AuthFile file, string path, string key)
    {
        try
        {
            return file.Find(key);
        }
        catch (JsonException e)
        {
            throw new TransferException(TransferTrouble.Configuration, $"credentials file {path}: {e.Message}", e);
        }
    }

    // The docker-credential-* protocol: the host on stdin, {"Username","Secret"} on stdout.
    private static async Task<Credentials?> AskAsync(string helper, RegistryHost registry, CancellationToken cancellation)
    {
        if (helper.AsSpan().ContainsAnyExcept(ProgramName))
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"credential helper \"{helper}\": not a program name"));
        var program = $"docker-credential-{helper}";
        try
        {
            var answer = await ChildProcess.RunAsync(program, ["get"], Encoding.UTF8.GetBytes(registry.Text), cancellation: cancellation);
            if (answer.ExitCode != 0)
            {
                return answer.Text.Contains("credentials not found", StringComparison.Ordinal)
                    ? null
                    : throw new TransferException(TransferTrouble.Configuration, Text.Say($"credential helper {program} failed with exit code {answer.ExitCode}"));
            }

            using var document = JsonDocument.Parse(answer.Output);
            var user = document.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = document.RootElement.GetProperty("Secret").GetString() ?? "";
            return user == "<token>" ? new Credentials("", "", secret) : new Credentials(user, secret);
        }
        catch (FileNotFoundException e)
        {
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"credential helper {program}: {e.Message}"), e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"credential helper {program}: its answer cannot be read"), e);
        }
    }

    private string? Variable(string name) => access.Variable(name) is { Length: > 0 } value ? value : null;
}
