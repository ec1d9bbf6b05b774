using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Uts39Confusables;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.Uts39Confusables;

/// <summary>A name that can be taken for one that people trust, and whoever bears it.</summary>
public sealed class LikenessTests
{
    [Theory]
    [InlineData("ChatGPT", "ChatGPT")]
    [InlineData("chat gpt", "ChatGPT")]
    [InlineData("Chat-GPT connector", "ChatGPT")]
    [InlineData("СhаtGРТ", "ChatGPT")] // Cyrillic Es, a, Er, Te
    [InlineData("ＣｈａｔＧＰＴ", "ChatGPT")]
    [InlineData("𝐂𝐡𝐚𝐭𝐆𝐏𝐓", "ChatGPT")]
    [InlineData("CIaude", "Claude")] // a capital I
    [InlineData("C1aude", "Claude")]
    [InlineData("Cl4ud3", "Claude")]
    [InlineData("Сlаudе", "Claude")]
    [InlineData("ᴄʟᴀᴜᴅᴇ", "Claude")]
    [InlineData("Çlàudé", "Claude")]
    [InlineData("C\u200Bl\u200Baude", "Claude")]
    [InlineData("\u202EClaude", "Claude")]
    [InlineData("C l a u d e", "Claude")]
    [InlineData("ClaudeAI", "Claude")]
    [InlineData("The official Claude app", "Claude")]
    [InlineData("GitHυb", "GitHub")] // Greek upsilon
    [InlineData("G00gle", "Google")]
    [InlineData("VSCode", "VS Code")]
    [InlineData("Anthroplc", "Anthropic")]
    [InlineData("0penAI", "OpenAI")]
    [InlineData("Μicrosoft", "Microsoft")] // Greek Mu
    [InlineData("Microsоft Cоpilоt", "Copilot")]
    [InlineData("Claude\u3164", "Claude")] // fillers and joiners: letters and marks that show nothing
    [InlineData("Cl\u115Fau\u1160de", "Claude")]
    [InlineData("\uFFA0Claude", "Claude")]
    [InlineData("Cla\u034Fude\uFE0F\U000E0100", "Claude")]
    [InlineData("Cla\u2800ude", "Claude")] // an empty Braille cell
    [InlineData("Claude4", "Claude")]
    [InlineData("ChatGPT5", "ChatGPT")]
    [InlineData("Gemini2.5 Pro", "Gemini")]
    [InlineData("claudeai", "Claude")]
    [InlineData("chatgptapps", "ChatGPT")]
    [InlineData("myclaude app", "Claude")]
    [InlineData("\u13df\u13de\u13aa\u13cd\u13a0\u13ac", "Claude")] // Cherokee capitals
    [InlineData("ꓚꓡꓮꓴꓓꓰ", "Claude")] // Lisu
    [InlineData("𐐕laude", "Claude")] // Deseret
    [InlineData("Codex CLI", "Codex")]
    [InlineData("The Codex app", "Codex")]
    [InlineData("Codex2", "Codex")]
    [InlineData("MCP Inspector", "MCP Inspector")]
    [Spec("AA-T081")]
    [Spec("AA-T088")]
    [Spec("UTS 39", "4")]
    public void Is_said_to_look_like_it(string name, string known) =>
        Assert.Equal((LikenessKind.Name, known), Kind(Likeness.Find(new(name, "e.test"), [])));

    [Theory]
    [InlineData("Claude", "claude.ai")]
    [InlineData("Claude Code", "api.claude.ai")]
    [InlineData("ChatGPT", "chatgpt.com")]
    [InlineData("GitHub Copilot", "github.com")]
    [InlineData("Mail Helper", "e.test")]
    [InlineData("Claudette", "e.test")]
    [InlineData("Claudette's Garden", "e.test")]
    [InlineData("Claude", "claude.com")]
    [InlineData("VS Code", "insiders.vscode.dev")]
    [InlineData("Codex CLI", "chatgpt.com")]
    [InlineData("GitHub Copilot", "api.githubcopilot.com")]
    [InlineData("Microsoft", "login.microsoftonline.com")]
    [InlineData("Cursory notes", "openair.test")]
    [InlineData("Windsurfing club", "windsurfing-club.test")]
    [InlineData("OpenAlex", "openalex.test")]
    [InlineData("Codex Gigas", "e.test")]
    [InlineData("Precursors", "precursors.test")]
    [InlineData("Яндекс", "e.test")]
    [InlineData("Яндекс Browser", "e.test")]
    [InlineData("微信Mail助手", "e.test")]
    [InlineData("한글Mail", "e.test")]
    [InlineData("Müller’s café", "e.test")]
    [InlineData("", "e.test")]
    [InlineData("\uD800", "e.test")]
    [InlineData("🎉🎉", "e.test")]
    public void Is_nobody_elses(string name, string host) => Assert.Null(Likeness.Find(new(name, host), []));

    [Theory]
    [InlineData("Pаypal")] // Cyrillic a
    [InlineData("Ｐаypal")] // full-width P, Cyrillic a
    [InlineData("Ωmega mail")]
    [Spec("AA-T088")]
    [Spec("UTS 39", "5.1")]
    public void Mixes_letters_of_two_alphabets_in_a_word(string name) =>
        Assert.Equal((LikenessKind.MixedLetters, ""), Kind(Likeness.Find(new(name, "e.test"), [])));

    [Theory]
    [InlineData("claude.e.test", "Claude")]
    [InlineData("claude-ai.test", "Claude")]
    [InlineData("c1aude.test", "Claude")]
    [InlineData("xn--hatgpt-hrf.test", "ChatGPT")] // Cyrillic Es
    [InlineData("chatgptapps.com", "ChatGPT")]
    [InlineData("claudelogin.com", "Claude")]
    [InlineData("claudeverifies.test", "Claude")]
    [InlineData("getclaude.test", "Claude")]
    [InlineData("claudeai.com.evil-x.com", "Claude")]
    [InlineData("claudette.test", null)]
    [InlineData("openalex.test", null)]
    [InlineData("codexcli.test", "Codex CLI")]
    [InlineData("notclaude.ai.e.test", null)]
    [InlineData("xn--a", null)]
    [Spec("AA-T132")]
    public void A_host_can_look_like_one_too(string host, string? known) =>
        Assert.Equal(known, Likeness.Find(new("Some app", host), [])?.Of);

    [Theory]
    [InlineData("Claude Code", null)]
    [InlineData("Gemini CLI MCP Client", null)]
    [InlineData("Сlаudе", "Claude")]
    [InlineData("Ｃｕｒｓｏｒ", "Cursor")]
    public void A_program_on_the_computer_bears_its_makers_name_unless_it_is_disguised(string name, string? known) =>
        Assert.Equal(known, Likeness.Find(new(name, Host: null), [])?.Of);

    [Theory]
    [InlineData("Acme Books", "books.acme.test", null)]
    [InlineData("Acme Books", "e.test", "Acme Books")]
    [InlineData("Асmе Bооks helper", "e.test", "Acme Books")]
    [InlineData("Tea", "e.test", "Tea")]
    [InlineData("Green Tea", "e.test", null)] // too short to be looked for in other names
    [InlineData("Tea app", "e.test", null)]
    [InlineData("Reader", "acmebooksapp.test", "Acme Books")]
    [InlineData("Reader", "acmebookshelf.test", null)] // an everyday word may go on, where few know the name
    [Spec("AA-T132")]
    public void Names_trusted_here_are_known_too(string name, string host, string? known) => Assert.Equal(
        known, Likeness.Find(new(name, host), [new("Acme Books", "acme.test"), new("Tea", "tea.test")])?.Of);

    [Fact]
    [Spec("AA-T081")]
    [Spec("AA-T132")]
    public async Task People_are_told_by_whom_they_are_asked_in_truth()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("client_name", "СhatGРТ")));
        await using var server = await web.AuthServerAsync();
        var (alice, admin) = (await server.SignedInAsync(), await server.SignedInAsync(People.Admin));

        await alice.OpenAsync(Described.Agent(server).AskFor());
        var id = await server.LookAsync(db => db.Clients.Where(c => c.ClientId == Described.App).Select(c => c.Id).SingleAsync());
        await admin.OpenAsync($"/admin/clients/{id}");

        const string warning = "This name looks like ChatGPT, but the request comes from app.test.";
        Assert.Contains(warning, alice.Text, StringComparison.Ordinal);
        Assert.Contains("app.test", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("hatG", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(warning, admin.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T132")]
    public async Task A_name_of_this_servers_own_is_known_as_well()
    {
        await using var server = await AuthServer.StartAsync();
        await server.RegisterAsync("good", "https://books.test/cb", Trust.VerifiedPublisher, "Acme Books");
        var resource = await server.SelfRegisterAsync(Registering.Plain.Replace("The App", "Demo Mail", StringComparison.Ordinal));
        var publisher = await server.SelfRegisterAsync(Registering.Plain.Replace("The App", "Acme B00ks", StringComparison.Ordinal));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(new Agent(server.Http(), resource.Id, null, Described.AppCallback).AskFor());
        Assert.Contains("looks like Demo Mail, but the request comes from app.test", alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync(new Agent(server.Http(), publisher.Id, null, Described.AppCallback).AskFor());
        Assert.Contains("looks like Acme Books, but the request comes from app.test", alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync(
            new Agent(server.Http(), "good", null, "https://books.test/cb").AskFor("mail.read"));

        Assert.DoesNotContain("looks like", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Acme Books", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_said_in_the_persons_language()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync(Registering.Plain.Replace("The App", "Claude", StringComparison.Ordinal));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(
            new Agent(server.Http(), registered.Id, null, Described.AppCallback).AskFor("mail.read", ("ui_locales", "zh-Hant")));

        Assert.Contains("這個名稱看來像 Claude，但要求來自 app.test。", alice.Text, StringComparison.Ordinal);
    }

    private static (LikenessKind Kind, string Of)? Kind(Likeness? like) => like is null ? null : (like.Kind, like.Of);
}
