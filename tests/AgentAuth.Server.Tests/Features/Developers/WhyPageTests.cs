using System.Net;
using System.Xml.Linq;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.House;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>Who may read why a request was refused, and how.</summary>
public sealed class WhyPageTests
{
    private const string Nothing = "Nothing is kept under this id for you.";

    [Fact]
    public async Task Nobody_reads_it_without_signing_in_and_who_does_comes_back_to_it()
    {
        await using var server = await AuthServer.StartAsync();
        var id = (await Agent.Web(server).RefreshAsync("none-of-ours")).ErrorId();
        await server.WritesDownAsync(id);
        var dev = server.Browser();

        await dev.OpenAsync($"/developers/why?id={id}");
        Assert.NotNull(dev.Page.QuerySelector("input[name=Password]"));
        await dev.SignInAsync(People.Developer);

        Assert.Contains("refresh-token.live", dev.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_is_entered_in_a_form_that_needs_no_script()
    {
        await using var server = await AuthServer.StartAsync();
        var id = (await Agent.Web(server).RefreshAsync("none-of-ours")).ErrorId();
        await server.WritesDownAsync(id);
        var dev = await server.SignedInAsync(People.Developer);

        await dev.OpenAsync("/developers/why");
        Assert.Equal("Error id", dev.Page.QuerySelector("label[for=id]")!.TextContent);
        await dev.OpenAsync($"/developers/why?id=+{id.ToUpperInvariant()}+");

        Assert.Contains("RFC 6749 §6", dev.Text, StringComparison.Ordinal);
    }

    /// <summary>They check tokens by themselves, so nobody looks here for an id that was never given.</summary>
    [Fact]
    public async Task It_says_which_refusals_have_no_id_and_what_to_do_about_them()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);

        await dev.OpenAsync("/developers/why");

        Assert.Contains("Each refusal of this server has an error_id", dev.Text, StringComparison.Ordinal);
        var section = dev.Page.QuerySelector("section[aria-labelledby=at-resources]")!.TextContent;
        Assert.Contains("have no error_id", section, StringComparison.Ordinal);
        Assert.Contains("The token is for another resource", section, StringComparison.Ordinal);
        Assert.DoesNotContain("Each refusal has", dev.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_somebodys_client_is_shown_to_its_owner_and_to_administrators()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.LookAsync(db => db.Users.Where(a => a.Email == People.Developer).Select(a => a.Id).SingleAsync());
        await server.ChangeAsync(db => db.Clients.Where(c => c.ClientId == "demo-web")
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.OwnerId, dev)));
        await using var node = server.Another();
        var id = (await Agent.Web(node).RefreshAsync("none-of-ours")).ErrorId();

        Assert.Contains("refresh-token.live", await SeenByAsync(node, People.Developer, id), StringComparison.Ordinal);
        Assert.Contains("refresh-token.live", await SeenByAsync(node, People.Admin, id), StringComparison.Ordinal);
        Assert.Contains(Nothing, await SeenByAsync(node, People.Alice, id), StringComparison.Ordinal);
        Assert.Equal(
            await SeenByAsync(node, People.Alice, id),
            await SeenByAsync(node, People.Alice, "000000000000", mustBeThere: false));
    }

    [Fact]
    public async Task What_a_client_without_owner_is_registered_for_is_for_developers()
    {
        await using var server = await AuthServer.StartAsync();
        var id = (await Agent.Web(server).RefreshAsync("none-of-ours")).ErrorId();

        Assert.Contains(Agent.WebCallback, await SeenByAsync(server, People.Developer, id), StringComparison.Ordinal);
        var seenByAlice = await SeenByAsync(server, People.Alice, id);
        Assert.Contains("refresh-token.live", seenByAlice, StringComparison.Ordinal);
        Assert.DoesNotContain(Agent.WebCallback, seenByAlice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_removed_itself_is_not_called_blocked()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync();
        await server.ManageAsync(
            HttpMethod.Delete, $"/connect/register/{registered.Id}", json: null, registered.Text("registration_access_token"));
        var id = (await new Agent(server.Http(), registered.Id, null, "https://app.test/cb").RefreshAsync("gone")).ErrorId();

        var seen = await SeenByAsync(server, People.Developer, id);

        Assert.Contains("Removed", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Blocked by an administrator", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%20")]
    [InlineData("zzz")]
    [InlineData("%3Cscript%3E")]
    [InlineData("0123456789ab0123456789ab0123456789ab0123456789ab")]
    [InlineData("a&id=b")]
    public async Task Whatever_else_is_entered_gets_a_plain_answer(string id)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);

        await dev.OpenAsync($"/developers/why?id={id}");

        Assert.True(dev.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{dev.Status}");
        Assert.Contains("Why was I refused?", dev.Text, StringComparison.Ordinal);
        Assert.Null(dev.Page.QuerySelector("main script"));
    }

    [Fact]
    public async Task After_a_day_it_is_forgotten_and_any_node_tells_it_until_then()
    {
        await using var server = await AuthServer.StartAsync();
        var id = (await Agent.Web(server).RefreshAsync("none-of-ours")).ErrorId();
        await server.WritesDownAsync(id);
        await using var node = server.Another();
        Assert.Contains("refresh-token.live", await SeenByAsync(node, People.Developer, id), StringComparison.Ordinal);

        node.Clock.Advance(RefusedRequest.Kept + TimeSpan.FromMinutes(1));

        Assert.Contains(Nothing, await SeenByAsync(node, People.Developer, id), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_text_of_every_rule_has_its_translation_and_every_name_is_one_of_its_own()
    {
        var all = AgentAuth.Server.Specs.Refusals.Rules.All;
        var translated = XDocument.Load(Repository.At("src", "AgentAuth.Server", "Features", "Shared", "Texts.zh-Hant.resx"))
            .Descendants("data").Select(d => d.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(all.SelectMany(r => new[] { r.Expected, r.Fix }).Where(text => !translated.Contains(text)));
        Assert.Equal(all.Count, all.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, r => Assert.InRange(r.Name.Length, 1, RefusedRequest.MaxRuleLength));
    }

    private static async Task<string> SeenByAsync(AuthServer server, string email, string id, bool mustBeThere = true)
    {
        if (mustBeThere)
        {
            await server.WritesDownAsync(id);
        }
        var person = await server.SignedInAsync(email);
        await person.OpenAsync($"/developers/why?id={id}");
        return person.Page.QuerySelector("main")!.TextContent;
    }
}
