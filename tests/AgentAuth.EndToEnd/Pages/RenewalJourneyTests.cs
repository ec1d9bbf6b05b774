using AgentAuth.EndToEnd.Support;
using Microsoft.Data.Sqlite;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>Nearly four weeks later, people are reminded, and what they renew by one press goes on.</summary>
public sealed class RenewalJourneyTests(Chromium chromium)
{
    private const string Renew = "form[action$='/mail-link'] button:not(.button--danger)";
    private const string Scope = "mail.read offline_access";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Reminded_before_an_end_a_person_renews_with_one_press_in_either_language()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakedClock(Path.Combine(folder.Path, "clock"));
        await using var demo = await DemoProcess.OnSqliteAsync(new() { Environment = clock.Environment });
        var agent = await Agent.MeetAsync(demo);
        Person[] people = [Person.Alice(demo), Person.Bob(demo)];
        var tokens = new List<TokenReply>();
        foreach (var person in people)
        {
            tokens.Add(await agent.ConnectAsync(person, Scope)); // for 30 days, as the page proposes
        }

        await Poll.UntilAsync(() => IsBegunAsync(demo), Patience, () => "The server never began to remind.");
        await clock.JumpAsync(demo, "+28d");
        for (var i = 0; i < people.Length; i++)
        {
            tokens[i] = await agent.RefreshAsync(tokens[i].RefreshToken);
        }
        await RenewAsync(demo, "alice@demo.test", "en");
        await RenewAsync(demo, "bob@demo.test", "zh-HK");

        await clock.JumpAsync(demo, "+31d");
        Assert.All(await Task.WhenAll(tokens.Select(t => agent.RefreshAsync(t.RefreshToken))), r => Assert.Equal(200, r.Status));
    }

    /// <summary>A chore is due so long after it was first heard of, and that is noted.</summary>
    private static async Task<bool> IsBegunAsync(DemoProcess demo)
    {
        var file = Path.Combine(demo.DataPath, "agentauth.db");
        await using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = """SELECT count(*) FROM "ChoreTurns" WHERE "Name" = 'remind'""";
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is > 0L;
    }

    /// <summary>Of the letters to somebody, the one whose link renews; a look at the others changes nothing.</summary>
    private async Task RenewAsync(DemoProcess demo, string email, string language)
    {
        await using var at = await Visit.StartAsync(demo, chromium, language);
        await Poll.UntilAsync(() => IsAtRenewalAsync(at, email), Patience, () => $"Nobody reminded {email}.");

        await at.IsInLanguageAsync();
        await at.Page.GoAsync(Renew);
        await at.IsInLanguageAsync();
    }

    private static async Task<bool> IsAtRenewalAsync(Visit at, string email)
    {
        await at.Page.GotoAsync($"{at.Demo.McpUrl}/mailbox");
        var links = await at.Page.Locator($"article:has-text('{email}') a[href*='/mail-link']")
            .EvaluateAllAsync<string[]>("all => all.map(link => link.href)");
        foreach (var link in links)
        {
            await at.Page.GotoAsync(link);
            if (await at.Page.Locator(Renew).CountAsync() > 0)
            {
                return true;
            }
        }
        return false;
    }
}
