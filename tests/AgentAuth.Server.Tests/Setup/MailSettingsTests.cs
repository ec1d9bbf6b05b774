using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Tests.Setup;

public sealed class MailSettingsTests
{
    [Theory]
    [InlineData("From", "Host=mail.example.com")]
    [InlineData("From", "Host=mail.example.com", "From=nobody")]
    [InlineData("Host", "Host=mail.example.com:587", "From=a@example.com")]
    [InlineData("Host", "Host=mail.example.com ", "From=a@example.com")]
    [InlineData("Security", "Host=mail.example.com", "From=a@example.com", "Security=None")]
    [InlineData("belong together", "Host=mail.example.com", "From=a@example.com", "UserName=mailer")]
    [InlineData("Port", "Host=mail.example.com", "From=a@example.com", "Port=70000")]
    public async Task What_is_unsafe_or_incomplete_stops_the_start(string why, params string[] settings)
    {
        var store = Store.New();
        await using var server = Program.Build(
            [$"--AgentAuth:DataPath={store.Folder}", .. settings.Select(setting => $"--AgentAuth:Mail:{setting}")]);

        var stopped = Assert.Throws<OptionsValidationException>(
            () => server.Services.GetRequiredService<IStartupValidator>().Validate());
        await Template.DropAsync(store);

        Assert.Contains(why, stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_host_the_rest_is_not_looked_at_and_no_mail_is_written()
    {
        await using var server = await AuthServer.StartAsync(host => Set(host, "From=nobody"));

        Assert.Empty(server.Services.GetServices<IMailDelivery>());
    }

    [Fact]
    public async Task A_password_may_lie_in_a_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "Secret-of-the-mailer\n");
        try
        {
            await using var server = await AuthServer.StartAsync(
                host => Set(host, "Host=localhost", "From=a@example.com", "Security=None", "UserName=mailer", $"PasswordFile={file}"));

            Assert.Equal("Secret-of-the-mailer", server.Services.GetRequiredService<IOptions<MailOptions>>().Value.Password);
            Assert.Single(server.Services.GetServices<IMailDelivery>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Set(IWebHostBuilder host, params string[] settings)
    {
        foreach (var setting in settings)
        {
            host.UseSetting($"AgentAuth:Mail:{setting.Split('=')[0]}", setting.Split('=', 2)[1]);
        }
    }
}
