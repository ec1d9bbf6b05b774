using System.Net;
using AgentAuth.Server.Chores;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>An app's secrets: shown once, two at a time, each with its end.</summary>
public sealed class SecretsTests
{
    private const string Scope = "offline_access mail.read";

    [Fact]
    public async Task A_secret_is_changed_for_another_while_the_app_goes_on()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, first) = await dev.RegistersAsync();
        var before = await With(server, id, first).TokensFromAsync(server.Browser(), Scope);
        Assert.True(before.IsGood, before.Body);

        await dev.PressAsync("Make a new secret", ("days", "30"));
        var second = dev.ShownOnce();
        var byFirst = await With(server, id, first).RefreshAsync(before.RefreshToken);
        var bySecond = await With(server, id, second).RefreshAsync(byFirst.RefreshToken);
        Assert.True(byFirst.IsGood && bySecond.IsGood, byFirst.Body + bySecond.Body);
        await dev.DeletesSecretAsync(1);
        var late = await With(server, id, first).RefreshAsync(bySecond.RefreshToken);
        var good = await With(server, id, second).RefreshAsync(bySecond.RefreshToken);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (late.Status, late.Error));
        Assert.True(good.IsGood, good.Body);
        string[] acts = ["client.register", "client.add-secret", "client.delete-secret"];
        Assert.Equal(acts, await server.LookAsync(db => db.AuditEntries.Where(e => e.Target == $"client {id}" && e.Actor == Who.Developer)
            .OrderBy(e => e.Id).Select(e => e.Act).ToArrayAsync()));
    }

    /// <summary>One press too many must not stop an app: which one it is and whether it is used is shown first.</summary>
    [Fact]
    public async Task A_secret_is_deleted_only_after_a_question()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var page = dev.Url;

        await dev.OpenAsync(dev.SecretLink(1));
        Assert.Contains("It is the only secret that works", dev.Text, StringComparison.Ordinal);
        Assert.Contains("Last used", dev.Text, StringComparison.Ordinal);
        Assert.Equal(page, dev.Page.QuerySelector("main form a.button")!.GetAttribute("href"));
        Assert.Single((await server.AppAsync(id)).Secrets);
        await dev.OpenAsync(page);
        await dev.PressAsync("Make a new secret", ("days", "30"));
        await server.ChangeAsync(db => db.ClientSecrets
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.LastUsedAt, server.Clock.GetUtcNow())));
        await dev.OpenAsync(page);
        await dev.OpenAsync(dev.SecretLink(2));
        Assert.Contains("It was used.", dev.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await server.AppAsync(id)).Secrets.Count);

        await dev.PressAsync("Delete the secret");

        Assert.Equal(page, dev.Url);
        Assert.Single((await server.AppAsync(id)).Secrets);
        Assert.Null(dev.Page.QuerySelector("form[action*='DeleteSecret']"));
    }

    [Fact]
    public async Task A_secret_that_is_gone_has_no_page()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var link = dev.SecretLink(1);
        await dev.DeletesSecretAsync(1);

        foreach (var gone in (string[])[link, $"/developers/apps/{id}/secrets/1/delete"])
        {
            await dev.OpenAsync(gone);
            Assert.Equal(HttpStatusCode.NotFound, dev.Status);
        }
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_kept_as_a_hash()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        var (id, secret) = await dev.RegistersAsync();
        await dev.OpenAsync(dev.Url);

        Assert.NotNull(secret);
        Assert.DoesNotContain(secret, dev.Page.DocumentElement.InnerHtml, StringComparison.Ordinal);
        var app = await server.AppAsync(id);
        Assert.Null(app.ClientSecret);
        Assert.DoesNotContain(secret, Assert.Single(app.Secrets).Hash, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_two_at_a_time_however_fast_they_are_asked_for()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var (other, third) = (dev.Copy(), dev.Copy());
        await other.OpenAsync(dev.Url);
        await third.OpenAsync(dev.Url);

        await Task.WhenAll(dev.PressAsync("Make a new secret"), other.PressAsync("Make a new secret"));
        await third.PressAsync("Make a new secret");

        Assert.Equal(HttpStatusCode.BadRequest, third.Status);
        Assert.Contains("It has two secrets", third.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await server.AppAsync(id)).Secrets.Count);
    }

    [Fact]
    public async Task A_secret_ends_on_its_day_and_not_before()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        await dev.PressAsync("Make a new secret", ("days", "30"));
        var agent = With(server, id, dev.ShownOnce());
        server.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        var tokens = await agent.TokensFromAsync(server.Browser(), Scope);

        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var late = await agent.RefreshAsync(tokens.RefreshToken);

        Assert.True(tokens.IsGood, tokens.Body);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (late.Status, late.Error));
        var reader = await server.SignedInAsync(Who.Developer);
        await reader.ReadsWhyAsync(server, late.ErrorId());
        Assert.Contains("client.secret-expired", reader.Text, StringComparison.Ordinal);
    }

    /// <summary>Who does not hold the secret learns nothing of it: not that there is one, and not that it ended.</summary>
    [Fact]
    [Spec("RFC 6819", "5.1.4")]
    public async Task An_expired_secret_is_refused_in_the_words_of_a_wrong_one()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, first) = await dev.RegistersAsync();
        server.Clock.Advance(TimeSpan.FromDays(366));

        var expired = await With(server, id, first).RefreshAsync("some-token");
        var wrong = await With(server, id, first + "x").RefreshAsync("some-token");

        Assert.Equal(wrong.Status, expired.Status);
        Assert.Equal(wrong.Body.Replace(wrong.ErrorId(), "", StringComparison.Ordinal),
            expired.Body.Replace(expired.ErrorId(), "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_short_path_and_the_pipeline_take_it_and_refuse_it_alike()
    {
        await using var pair = await TwoPaths.StartAsync();
        var dev = await pair.Short.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        Agent App(AuthServer server) => With(server, id, secret);
        var app = App(pair.Short);
        string[] codes = [await app.CodeFromAsync(pair.Short.Browser(), Scope), await app.CodeFromAsync(pair.Short.Browser(), Scope)];

        await pair.SameAsync((agent, i) => agent.RedeemAsync(codes[i], ("code_verifier", app.Verifier)), App);
        pair.Short.Clock.Advance(TimeSpan.FromDays(366));
        pair.Whole.Clock.Advance(TimeSpan.FromDays(366));
        var late = await pair.NotCountedAsync(() => App(pair.Short).RefreshAsync("some-token"));

        Assert.Equal((await App(pair.Whole).RefreshAsync("some-token")).Error, late.Error);
        Assert.Equal("invalid_client", late.Error);
    }

    [Fact]
    public async Task Its_last_use_is_written_down_within_a_minute_and_by_no_request()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        var usedAt = server.Clock.GetUtcNow();
        await With(server, id, secret).TokensFromAsync(server.Browser(), Scope);
        Assert.Null(Assert.Single((await server.AppAsync(id)).Secrets).LastUsedAt);

        server.Clock.Advance(WriteSecretUses.Every);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await server.AppAsync(id)).Secrets[0].LastUsedAt is null)
        {
            await glance.WaitForNextTickAsync(patience.Token);
        }
        Assert.Equal(usedAt, (await server.AppAsync(id)).Secrets[0].LastUsedAt);
    }

    [Fact]
    public async Task What_is_no_choice_of_the_form_makes_no_secret()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();

        await dev.PressAsync("Make a new secret", ("days", "100000"));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Single((await server.AppAsync(id)).Secrets);
    }

    /// <summary>A public client that got a secret would never be asked for it.</summary>
    [Fact]
    [Spec("AA-T091")]
    public async Task A_public_app_gets_none()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var form = Browser.Filled(dev.Page.QuerySelectorAll("form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>()
            .First(f => f.TextContent.Contains("Make a new secret", StringComparison.Ordinal)), pressed: null);
        var (open, secret) = await dev.RegistersAsync("Open", "None");

        await dev.SendAsync(HttpMethod.Post, $"/developers/apps/{open}?handler=AddSecret", form);

        Assert.Null(secret);
        Assert.Equal(HttpStatusCode.NotFound, dev.Status);
        Assert.Empty((await server.AppAsync(open)).Secrets);
        Assert.Single((await server.AppAsync(id)).Secrets);
    }

    private static Agent With(AuthServer server, string id, string? secret) => new(server.Http(), id, secret, Portal.Callback);
}
