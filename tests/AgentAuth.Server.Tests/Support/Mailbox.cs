using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AgentAuth.Server.Chores;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Where a server's e-mails end in tests. They are sent when a test says so, and by nobody else.</summary>
internal sealed partial class Mailbox : IMailDelivery
{
    private const int TimeoutMilliseconds = 1_000;

    public ConcurrentQueue<Letter> Received { get; } = [];

    /// <summary>What it answers to the next ones, in their order; afterwards it takes everything.</summary>
    public Queue<Delivery> Answers { get; } = [];

    /// <summary>What happens after it took one.</summary>
    public Action? Afterwards { get; set; }

    public Letter Last => Received.Last();

    public void Attach(IWebHostBuilder host) => host.ConfigureTestServices(services =>
    {
        services.AddSingleton<IMailDelivery>(this);
        services.AddSingleton<SendMail>();
        services.AddSingleton<Remind>();
    });

    public Task<Delivery> DeliverAsync(Letter letter, CancellationToken stop)
    {
        Received.Enqueue(letter);
        Afterwards?.Invoke();
        return Task.FromResult(Answers.TryDequeue(out var answer) ? answer : Delivery.Sent);
    }

    /// <summary>The path and query of the link in the newest e-mail to somebody.</summary>
    public string LinkTo(string email) =>
        Link().Match(Received.Last(l => l.To == email).Text) is { Success: true } match
            ? match.Groups["path"].Value
            : throw new InvalidOperationException($"No link in: {Last.Text}");

    [GeneratedRegex(
        @"^http://localhost:5100(?<path>/mail-link\?token=[\w-]{43})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        TimeoutMilliseconds)]
    private static partial Regex Link();
}

internal static class MailNow
{
    public static Task SendMailAsync(this AuthServer server) => server.Services.GetRequiredService<SendMail>().RunAsync(default);

    public static async Task RemindAsync(this AuthServer server)
    {
        await server.Services.GetRequiredService<Remind>().RunAsync(default);
        await server.SendMailAsync();
    }
}
