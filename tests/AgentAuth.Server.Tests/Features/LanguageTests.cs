using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features;

/// <summary>A resource's words in the language of who reads them.</summary>
public sealed class LanguageTests
{
    private const string English = "Read your messages";
    private const string Chinese = "閱讀你的郵件";

    [Theory]
    [InlineData("zh-HK", Chinese)]
    [InlineData("zh-Hant", Chinese)]
    [InlineData("zh-TW", Chinese)]
    [InlineData("en", English)]
    [InlineData("fr", English)]
    [InlineData("zh-CN", English)] // other readers
    public async Task The_question_is_in_the_readers_language_where_the_resource_has_it(string language, string sentence)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        await alice.OpenAsync(alice.Url, ("Accept-Language", language));

        Assert.Contains(sentence, alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_words_in_a_language_is_in_English_there_and_never_empty()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(async db =>
        {
            (await db.Scopes.SingleAsync(s => s.Name == "mail.read")).Say("zh-Hant-HK", " ");
            (await db.Scopes.SingleAsync(s => s.Name == "mail.send")).Descriptions = """{"no-such-language-at-all":"?","zh-Hant-HK":""}""";
        });
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read mail.send"));
        await alice.OpenAsync(alice.Url, ("Accept-Language", "zh-HK"));

        Assert.Contains(English, alice.Text, StringComparison.Ordinal);
        Assert.Contains("Send messages in your name", alice.Text, StringComparison.Ordinal);
        Assert.Contains("允許多少？", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_agents_speaks_the_same_words_and_dates()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await Agent.Web(server).CodeFromAsync(alice, "mail.read");

        await alice.OpenAsync("/account/agents", ("Accept-Language", "zh-HK"));

        Assert.Contains(Chinese, alice.Text, StringComparison.Ordinal);
        Assert.Contains("年", alice.Page.QuerySelector("time")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_way_of_the_page_is_translated()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        const string Everything = "openid offline_access mail.read mail.send mail.delete";
        await alice.OpenAsync(Agent.Native(server).AskFor(Everything, ("ui_locales", "zh-HK")));

        Assert.Equal("允許這部電腦上的程式代表你使用 Demo Mail？ · AgentAuth", alice.Page.Title);
        var own = new HashSet<string>(["Demo", "Mail", "UTC", "Claude", "localhost"], StringComparer.Ordinal);
        foreach (var code in alice.Page.QuerySelectorAll("code, bdi"))
        {
            code.Remove();
        }
        var latin = System.Text.RegularExpressions.Regex.Matches(
            alice.Page.QuerySelector("main")!.TextContent, "[A-Za-z]{2,}", default, TimeSpan.FromSeconds(1)).Select(m => m.Value);
        Assert.Empty(latin.Where(word => !own.Contains(word)));
    }
}
