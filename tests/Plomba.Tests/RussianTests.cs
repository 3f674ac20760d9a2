using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests;

/// <summary>Whole flows as a user sees them whose locale is Russian.</summary>
public sealed partial class RussianTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(2, "plomba: Обязательная команда не указана.")]
    [InlineData(2, "plomba: параметру --policy нужно непустое значение", "verify", "--policy", "", "dir:/")]
    [InlineData(2, "plomba: «soon» — не длительность: пишите 30s, 5m, 12h или 90d", "verify", "--command-timeout", "soon", "dir:/")]
    [InlineData(2, "plomba: --policy и --site несовместимы", "verify", "--policy", "a", "--site", "b", "dir:/")]
    [InlineData(1, "plomba: нет описания площадки /nonexistent/site.toml", "site", "show", "--site", "/nonexistent/site.toml")]
    [InlineData(1, "plomba: нет файла /nonexistent/key.pgp", "key", "import", "/nonexistent/key.pgp")]
    [InlineData(1, "plomba: нет каталога /nonexistent", "key", "list", "--dir", "/nonexistent")]
    public async Task What_goes_wrong_is_told_in_Russian(int exitCode, string message, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(message, result.Errors.Split('\n')[0]);
        Assert.All(result.Errors.TrimEnd('\n').Split('\n'), line => Assert.Matches(Cyrillic(), line));
    }

    [Fact]
    public async Task Help_is_Russian_from_its_first_to_its_last_line()
    {
        var help = await RunAsync("site", "namespace", "add", "--help");
        Assert.StartsWith(
            """
            Описание:
              Добавить пространство имён.

            Использование:
              plomba site namespace add <NAME> [параметры]

            Аргументы:
              <NAME>  Начало пути репозитория под именем реестра, например alt.

            Параметры:
            """,
            help.Text,
            StringComparison.Ordinal);
        Assert.All(help.Text.Split('\n').Where(line => line.Length > 0 && !line.Contains("plomba ", StringComparison.Ordinal)), line => Assert.Matches(Cyrillic(), line));
    }

    [Fact]
    public async Task A_site_is_made_checked_and_shown_in_Russian()
    {
        var site = directory.Combine("site.toml");
        var made = await RunAsync("site", "init", site);
        Assert.Equal($"Записан {site}. Просмотрите его, затем: plomba serve --site {site}\n", made.Errors);
        await File.WriteAllTextAsync(
            site, "format = 1\n[site]\nname = \"Пример\"\n[registry]\nname = \"registry.local\"\nlissten = [\"127.0.0.1:5000\"]\n[[namespace]]\nname = \"alt\"\n", TestContext.Current.CancellationToken);

        var check = await RunAsync("site", "check", site);

        Assert.Equal(3, check.ExitCode);
        Assert.Equal(
            [
                $"{site}:3:8: error bad-value name = \"Пример\": имя площадки — от 1 до 63 строчных латинских букв, цифр и -",
                $"{site}:6:1: error unknown-key \"lissten\" — не ключ раздела «[registry]»: может быть, \"listen\"?",
            ],
            check.Text.TrimEnd('\n').Split('\n').Where(line => line.Contains(" error ", StringComparison.Ordinal)));
        Assert.StartsWith($"{site} содержит ошибки: 2 ошибки, ", check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_explained_in_Russian_and_json_is_the_same_in_both_languages()
    {
        var (policy, image) = (directory.Combine("policy.json"), $"dir:{directory.Combine("image")}");
        TinyImage.Write(directory.Combine("image"), "x");
        await File.WriteAllTextAsync(policy, """{"default":[{"type":"reject"}]}""", TestContext.Current.CancellationToken);

        var text = await RunAsync("verify", "--policy", policy, image);
        Assert.Equal(3, text.ExitCode);
        Assert.Equal(
            [
                $"{image}: отвергнут",
                $"  политика: {policy}, по умолчанию",
                "  требование 1 из 1: reject: не выполнено",
                $"  Source image rejected: Running image {image} is rejected by policy.",
                "  что делать: Ни одна область политики не охватывает этот образ, а по умолчанию она отвергает: если реестру следует доверять, добавьте для него область.",
            ],
            text.Text.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith("  манифест: ", StringComparison.Ordinal) && !line.StartsWith("  хранилище подписей: ", StringComparison.Ordinal)));

        string[] json = ["verify", "--output", "json", "--policy", policy, image];
        Assert.Equal((await PlombaProgram.RunAsync(json)).Text, (await RunAsync(json)).Text);
    }

    [Fact]
    public async Task A_policy_is_linted_in_Russian()
    {
        var policy = directory.Combine("policy.json");
        await File.WriteAllTextAsync(policy, """{"default":[{"type":"insecureAcceptAnything"}]}""", TestContext.Current.CancellationToken);
        var lint = await RunAsync("policy", "lint", policy);
        Assert.Contains("warning default-accepts всё, о чём не говорит ни одна область, пропускается: пишите reject, а для нужного — область", lint.Text, StringComparison.Ordinal);
        Assert.EndsWith(": 0 ошибок, 1 предупреждение.\n", lint.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_and_shown_in_Russian()
    {
        var key = directory.Combine("maker.key");
        var made = await RunAsync("key", "new", "--name", "Разработчик", "--email", "maker@example.org", "-o", key, "--passphrase-file", "/dev/null");
        Assert.StartsWith("Создан ключ Разработчик <maker@example.org> (rsa3072), действует до ", made.Errors, StringComparison.Ordinal);

        var shown = await RunAsync("key", "show", key);

        Assert.Equal(
            ["отпечаток", "пользователь", "алгоритм", "создан", "действует до", "отозван", "секретный ключ", "подписи"],
            shown.Text.TrimEnd('\n').Split('\n').Select(line => line.Split("  ")[0].TrimEnd()).Where(name => name != "подключ"));
        Assert.EndsWith("подписи         учитываются\n", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_skopeo_would_say_is_said_as_skopeo_says_it()
    {
        string[] arguments = ["manifest-digest", "/nonexistent/manifest.json"];
        Assert.Equal((await PlombaProgram.RunAsync(arguments)).Errors, (await RunAsync(arguments)).Errors);
    }

    private static Task<ChildResult> RunAsync(params string[] arguments) => ChildProcess.RunAsync(
        PlombaProgram.Path,
        arguments,
        environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["LC_ALL"] = null, ["LC_MESSAGES"] = null, ["LANGUAGE"] = null, ["LANG"] = "ru_RU.UTF-8" });

    [GeneratedRegex(@"\p{IsCyrillic}")]
    private static partial Regex Cyrillic();
}
