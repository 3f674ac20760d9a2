using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>Certificates and passwords against a real registry; each time skopeo is asked the same.</summary>
public sealed class GuardedRegistryTests(GuardedRegistry registry) : IClassFixture<GuardedRegistry>
{
    [Fact]
    public Task With_the_ca_a_client_certificate_and_a_login_the_image_is_read() =>
        AgreeAsync(0, "", "--cert-dir", registry.Certificates("all"), "--authfile", registry.AuthFile);

    [Fact]
    public Task Without_the_ca_the_registry_is_not_trusted() =>
        AgreeAsync(1, "certs.d", "--authfile", registry.AuthFile);

    [Fact]
    public Task With_another_ca_the_registry_is_not_trusted() =>
        AgreeAsync(1, "certs.d", "--cert-dir", registry.Certificates("other"), "--authfile", registry.AuthFile);

    [Fact]
    public Task Without_a_client_certificate_the_registry_does_not_talk() =>
        AgreeAsync(1, "pinging container registry", "--cert-dir", registry.Certificates("ca"), "--authfile", registry.AuthFile);

    [Fact]
    public Task A_client_certificate_without_its_key_is_said() =>
        AgreeAsync(1, "missing key client.key for client certificate client.cert", "--cert-dir", registry.Certificates("half"), "--authfile", registry.AuthFile);

    [Fact]
    public Task A_wrong_password_is_said() =>
        AgreeAsync(1, "podman login", "--cert-dir", registry.Certificates("all"), "--authfile", registry.WrongAuthFile);

    [Fact]
    public Task Without_credentials_none_are_sent() =>
        AgreeAsync(1, "podman login", "--cert-dir", registry.Certificates("all"), "--authfile", registry.AuthFile, "--no-creds");

    [Fact]
    public Task An_insecure_registry_needs_no_ca() =>
        AgreeAsync(0, "", "--cert-dir", registry.Certificates("other"), "--tls-verify=false", "--authfile", registry.AuthFile);

    private async Task AgreeAsync(int exitCode, string text, params string[] options)
    {
        Assert.SkipUnless(GuardedRegistry.Missing.Length == 0, $"not installed: {GuardedRegistry.Missing}");
        var plomba = await PlombaProgram.RunAsync(["verify", "--policy", registry.Policy, "--retry-times", "0", .. options, registry.Image]);
        Assert.True(plomba.ExitCode == exitCode, $"exit {plomba.ExitCode}: {plomba.Text}{plomba.Errors}");
        Assert.Contains(text, plomba.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", plomba.Text + plomba.Errors, StringComparison.Ordinal);
        using var output = new TemporaryDirectory();
        var skopeo = await registry.Home.RunAsync(
            "skopeo", ["--policy", registry.Policy, "copy", .. options.Select(ForSource), registry.Image, $"dir:{output.Combine("out")}"]);
        Assert.True(skopeo.ExitCode == 0 == (exitCode == 0), skopeo.Errors);
    }

    private static string ForSource(string option) => option switch
    {
        "--authfile" => option,
        _ when option.StartsWith("--", StringComparison.Ordinal) => $"--src-{option[2..]}",
        _ => option,
    };
}
