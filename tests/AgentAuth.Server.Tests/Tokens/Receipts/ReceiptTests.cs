using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Keys;
using AgentAuth.Server.Tokens.Receipts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens.Receipts;

/// <summary>A decision, signed: what was shown, what was ticked, until when; verified with what the server publishes.</summary>
public sealed class ReceiptTests
{
    private const string KeysUrl = "/.well-known/agentauth-receipt-keys";

    [Fact]
    public async Task A_yes_gives_a_receipt_of_what_was_shown_and_ticked_that_the_published_keys_verify()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, agent) = (await server.SignedInAsync(), Agent.Web(server));
        await alice.OpenAsync(agent.AskFor("mail.read mail.send mail.delete"));
        await alice.PressAsync("Allow", ("scope", "mail.read"));
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());

        var check = ReceiptCheck.Of(await DownloadAsync(alice, grant.Id), await KeysAsync(server));

        Assert.Null(check.Problem);
        var receipt = check.Receipt!;
        Assert.Equal((AuthServer.Issuer, grant.Subject, grant.Id.ToString("D")), (receipt.Issuer, receipt.Subject, receipt.GrantId));
        Assert.Equal((People.Alice, "allow", "en"), (receipt.Email, receipt.Act, receipt.Language));
        Assert.Equal(("demo-web", "client.demo.test"), (receipt.Client.Id, receipt.Client.RedirectHost));
        Assert.Equal((AuthServer.Mail, "Demo Mail"), (receipt.Resource.Identifier, receipt.Resource.Name));
        Assert.Equal(
            ["x Read your messages", "- Send messages in your name", "- Delete your messages for good"],
            receipt.Permissions.Select(p => $"{(p.IsTicked ? "x" : "-")} {p.Sentence}"));
        Assert.Equal("mail.read", receipt.Scope);
        Assert.Equal(grant.EndsAt.ToUnixTimeSeconds(), receipt.EndsAt);
    }

    [Fact]
    [Spec("AA-T059")]
    public async Task A_receipt_is_given_to_whom_it_is_about_and_looks_like_none_to_others()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        var receipt = await server.LookAsync(db => db.Receipts.SingleAsync());
        var url = $"/account/agents/{receipt.GrantId:D}/receipts/{receipt.Id:D}";
        var bob = await server.SignedInAsync(People.Bob);
        await Agent.Web(server).CodeFromAsync(bob);
        var bobs = await server.LookAsync(db => db.Grants.SingleAsync(g => g.Id != receipt.GrantId));

        await alice.SendAsync(HttpMethod.Get, url);
        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.Equal("attachment", alice.Response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("no-store", alice.Response.Headers.CacheControl!.ToString());
        await bob.SendAsync(HttpMethod.Get, url);
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        await bob.SendAsync(HttpMethod.Get, $"/account/agents/{bobs.Id:D}/receipts/{receipt.Id:D}");
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        var nobody = server.Browser();
        await nobody.OpenAsync(url);
        Assert.NotNull(nobody.Page.QuerySelector("input[name=Password]"));
    }

    [Fact]
    public async Task An_altered_text_another_type_and_an_unknown_key_are_refused_each_with_its_reason()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        var tokens = await Agent.Web(server).TokensFromAsync(alice);
        var (jws, keys) = (await DownloadAsync(alice, (await server.LookAsync(db => db.Grants.SingleAsync())).Id), await KeysAsync(server));
        var parts = jws.Split('.');
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var altered = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.Replace("mail.read", "mail.mine", StringComparison.Ordinal)));
        await using var elsewhere = await AuthServer.StartEmptyAsync();

        Assert.Contains("was altered", Problem($"{parts[0]}.{altered}.{parts[2]}", keys), StringComparison.Ordinal);
        Assert.Contains("was altered", Problem($"{parts[0]}.{parts[1]}.{new string('A', 86)}", keys), StringComparison.Ordinal);
        Assert.Contains("was altered", Problem($"{parts[0]}.{parts[1]}.", keys), StringComparison.Ordinal);
        Assert.Contains("not among the 1 keys", Problem(jws, await KeysAsync(elsewhere)), StringComparison.Ordinal);
        Assert.Contains("typ at+jwt", Problem(tokens.AccessToken, keys), StringComparison.Ordinal);
        Assert.Contains("not a JWS", Problem("receipt", keys), StringComparison.Ordinal);
        Assert.Contains("keys are those of x", Problem(jws, keys with { Issuer = "x" }), StringComparison.Ordinal);
        Assert.Contains("alg none", Problem($"{Header("none")}.{parts[1]}.", keys), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task A_receipt_outlives_the_keys_of_tokens()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        var jws = await DownloadAsync(alice, (await server.LookAsync(db => db.Grants.SingleAsync())).Id);

        await RotateAsync(server, atOnce: false);
        server.Clock.Advance(TimeSpan.FromDays(1));
        await RotateAsync(server, atOnce: false);

        Assert.Equal((null, null), (ReceiptCheck.Of(jws, await KeysAsync(server)) is var check ? check.Problem : "", check.Remark));
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task When_keys_leaked_older_receipts_are_remarked_on_and_what_the_old_key_signs_from_then_on_is_refused()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        var old = await DownloadAsync(alice, (await server.LookAsync(db => db.Grants.SingleAsync())).Id);
        var leaked = await server.LookAsync(db => db.SigningKeys.AsNoTracking().SingleAsync(k => k.Use == KeyUse.Receipt));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await RotateAsync(server, atOnce: true);
        server.Clock.Advance(TimeSpan.FromMinutes(1));

        await Agent.Web2(server).CodeFromAsync(alice);
        var keys = await KeysAsync(server);
        Assert.Equal(2, keys.Keys!.Count);
        var check = ReceiptCheck.Of(old, keys);
        Assert.Null(check.Problem);
        Assert.Contains("withdrawn later", check.Remark, StringComparison.Ordinal);
        var newest = (await server.LookAsync(db => db.Receipts.OrderByDescending(r => r.At).FirstAsync())).Jws;
        Assert.Equal((null, null), (ReceiptCheck.Of(newest, keys) is var fresh ? fresh.Problem : "", fresh.Remark));
        var header = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(newest.Split('.')[0]));
        Assert.DoesNotContain(leaked.Id.ToString("N"), header, StringComparison.Ordinal);
        var forged = keys with { Keys = [.. keys.Keys.Select(k => k.End is null ? k : k with { End = new(0) })] };
        Assert.Contains("before the receipt was signed", Problem(old, forged), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T104")]
    public async Task The_published_keys_are_public_halves_and_the_metadata_says_where_they_are()
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();
        var stop = TestContext.Current.CancellationToken;

        var metadata = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync("/.well-known/oauth-authorization-server", stop));
        var keys = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(KeysUrl, stop)).GetProperty("keys");

        Assert.Equal(AuthServer.Issuer + KeysUrl, metadata.GetProperty("receipt_keys_uri").GetString());
        var key = Assert.Single(keys.EnumerateArray());
        Assert.Equal(
            ["alg", "crv", "iat", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        var jwks = await http.GetStringAsync("/.well-known/jwks", stop);
        Assert.DoesNotContain(key.GetProperty("kid").GetString()!, jwks, StringComparison.Ordinal); // no token is verified with it
    }

    private static string Problem(string jws, ReceiptKeySet keys)
    {
        var check = ReceiptCheck.Of(jws, keys);
        Assert.Null(check.Receipt);
        return check.Problem!;
    }

    private static string Header(string algorithm) => Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes($$"""{"alg":"{{algorithm}}","kid":"x","typ":"consent-receipt+jwt"}"""));

    /// <summary>As a person does: from the agent's page.</summary>
    private static async Task<string> DownloadAsync(Browser person, Guid grant)
    {
        await person.OpenAsync($"/account/agents/{grant:D}");
        await person.SendAsync(HttpMethod.Get, person.Page.QuerySelector("a[download]")!.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, person.Status);
        return await person.Response.Content.ReadAsStringAsync();
    }

    private static async Task<ReceiptKeySet> KeysAsync(AuthServer server)
    {
        using var http = server.Http();
        return JsonSerializer.Deserialize<ReceiptKeySet>(await http.GetStringAsync(KeysUrl, TestContext.Current.CancellationToken))!;
    }

    private static async Task RotateAsync(AuthServer server, bool atOnce)
    {
        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce, default);
        }
        await server.Services.GetRequiredService<KeyRing>().LookAsync(default);
    }
}
