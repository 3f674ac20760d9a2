using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>Signatures from a real nginx, well and badly configured; each time skopeo is asked the same.</summary>
public sealed class WebLookasideTests(SignedImages images) : IClassFixture<SignedImages>
{
    [Theory]
    [InlineData("", true, 0)]
    [InlineData("", false, 3)]
    [InlineData("error_page 404 =200 /welcome.html;", true, 1)]
    [InlineData("error_page 404 =403 /welcome.html;", true, 1)]
    [InlineData("error_page 404 =410 /welcome.html;", false, 1)]
    public async Task A_web_server_must_answer_404_for_what_is_not_there(string setting, bool isSigned, int exitCode)
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        Assert.SkipUnless(File.Exists("/usr/sbin/nginx"), "nginx is not installed");
        var question = await images.LayOutAsync();
        if (isSigned)
            await question.StoreAsync(1, await images.SignAsync("maker", $"{question.Repository}:v1"));
        question.SignedBy("maker");
        using var directory = new TemporaryDirectory(prefix: "nginx");
        var host = $"127.0.0.1:{RunningProgram.FreePort()}";
        await using var server = await StartAsync(directory, host, question.LookasideDirectory, setting);
        question.Lookaside($"http://{host}");

        var plomba = await question.PlombaAsync();
        Assert.True(plomba.ExitCode == exitCode, $"exit {plomba.ExitCode}: {plomba.Text}{plomba.Errors}");
        var skopeo = await question.SkopeoAsync();
        Assert.Equal(exitCode == 0, skopeo.ExitCode == 0);
        // Older skopeo words the status differently: ": status 403 (Forbidden)".
        Assert.Contains(skopeo.Reason.Split(": status ")[0], plomba.Text, StringComparison.Ordinal);
    }

    private static async Task<RunningProgram> StartAsync(TemporaryDirectory directory, string host, string root, string setting)
    {
        await File.WriteAllTextAsync(Path.Combine(root, "welcome.html"), "<html>welcome</html>");
        var configuration = directory.Combine("nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            worker_processes 1;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{directory.Combine("pid")}};
            error_log {{directory.Combine("error.log")}};
            events { }
            http {
              access_log off;
              client_body_temp_path {{directory.Combine("body")}};
              proxy_temp_path {{directory.Combine("proxy")}};
              fastcgi_temp_path {{directory.Combine("fastcgi")}};
              uwsgi_temp_path {{directory.Combine("uwsgi")}};
              scgi_temp_path {{directory.Combine("scgi")}};
              server { listen {{host}}; root {{root}}; {{setting}} }
            }
            """);
        return await RunningProgram.StartAsync("/usr/sbin/nginx", ["-p", directory.Path, "-c", configuration], $"http://{host}/");
    }
}
