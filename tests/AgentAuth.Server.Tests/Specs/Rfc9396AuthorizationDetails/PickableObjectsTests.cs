using System.Text.Json;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Specs.Rfc9396AuthorizationDetails;

/// <summary>A resource says which of a person's things may be picked; whatever it says is a stranger's text.</summary>
public sealed class PickableObjectsTests
{
    private const string Url = "https://app.test/.well-known/agentauth-objects/files";

    [Fact]
    public async Task Is_asked_with_a_token_that_names_the_person_and_is_good_for_nothing_else()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var token = "";
        web.Answer(Url, http =>
        {
            token = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            return http.Response.WriteAsJsonAsync(new { objects = new[] { new { id = "1", name = "Taxes" } } });
        });

        var things = await AskAsync(server);

        Assert.Equal(new("1", "Taxes"), Assert.Single(things!));
        var (header, claims) = (TokenAnswer.HeaderOf(token), TokenAnswer.ClaimsOf(token));
        Assert.Equal("agentauth-objects+jwt", header.GetProperty("typ").GetString());
        Assert.Equal((AuthServer.Issuer, AuthServer.Files), (claims.GetProperty("iss").GetString(), claims.GetProperty("aud").GetString()));
        Assert.Equal(60, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        var alice = await server.LookAsync(db => db.Users.SingleAsync(a => a.Email == People.Alice));
        Assert.Equal(alice.Subject, claims.GetProperty("sub").GetString());
        Assert.False(await new Agent(server.Http(), "demo-files-resource", "demo-files-resource-secret", "").SeesAsync(token));
    }

    [Fact]
    public async Task Names_are_cleaned_and_what_cannot_be_named_is_left_out()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        object[] things =
        [
            new { id = "a", name = "one\nline\u202E" }, new { id = "a", name = "again" }, new { id = "b c", name = "blank" },
            new { id = new string('x', 65), name = "long" }, new { id = "ä", name = "not ASCII" }, new { id = "d", name = "\u0020" },
            new { name = "nameless" }, "text", new { id = 7, name = "number" }, new { id = "z", name = new string('n', 300) },
        ];
        web.Publish(Url, JsonSerializer.Serialize(new { objects = things }));

        var offered = (await AskAsync(server))!;

        Assert.Equal(["a", "z"], offered.Select(o => o.Identifier));
        Assert.Equal("one\uFFFDline\uFFFD", offered[0].Name);
        Assert.Equal(PickableObjects.MaxNameLength, offered[1].Name.Length);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"objects":[],"objects":[]}""")]
    [InlineData("""{"objects":{}}""")]
    [InlineData("large")]
    public async Task Whatever_goes_wrong_there_is_no_list(string answer)
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        web.Publish(Url, answer == "large" ? $$"""{"objects":[{"id":"1","name":"{{new string('x', 70_000)}}"}]}""" : answer);

        Assert.Null(await AskAsync(server));
        web.IsDown = true;
        Assert.Null(await AskAsync(server));
        Assert.Null(await AskAsync(server, "https://10.0.0.1/objects"));
        Assert.Null(await AskAsync(server, "http://app.test/objects"));
    }

    [Fact]
    public async Task Two_hundred_are_enough()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        web.Publish(Url, JsonSerializer.Serialize(
            new { objects = Enumerable.Range(0, 300).Select(i => new { id = $"{i}", name = $"Thing {i}" }) }));

        Assert.Equal(200, (await AskAsync(server))!.Count);
    }

    [Theory]
    [InlineData("a", 1_000, true)]
    [InlineData("a", 1_001, false)]
    [InlineData("\\", 800, true)] // written as two
    [InlineData("\\", 801, false)]
    public void What_is_picked_fits_into_tokens(string identifier, int count, bool fits) =>
        Assert.Equal(fits, PickableObjects.Fit(Enumerable.Repeat(identifier, count)));

    [Fact]
    public async Task Who_has_nothing_has_an_empty_list()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        web.Publish(Url, """{"objects":[]}""");

        Assert.Empty((await AskAsync(server))!);
    }

    private static async Task<IReadOnlyList<PickableObject>?> AskAsync(AuthServer server, string url = Url)
    {
        await server.ChangeAsync(async db => (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Files)).ObjectsUrl = url);
        var (resource, account) = await server.LookAsync(async db => (
            await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Files),
            await db.Users.SingleAsync(a => a.Email == People.Alice)));
        return await server.Services.GetRequiredService<PickableObjects>()
            .ForAsync(resource, account, TestContext.Current.CancellationToken);
    }
}
