using System.Data.Common;
using System.Text;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Who steals a copy of the database gets nothing that opens anything.</summary>
public sealed class SecretsAtRestTests
{
    private const int Samples = 200;
    private const int MinimumLength = 22; // 128 bits in base64url

    [Fact]
    [Spec("RFC 6819", "4.5.2")]
    [Spec("AA-T106")]
    public async Task No_code_token_session_password_or_secret_lies_in_the_database()
    {
        await using var server = await AuthServer.StartAsync();
        var (web, alice) = (Agent.Web(server), await server.SignedInAsync());
        var unused = await web.CodeFromAsync(
            alice, "openid offline_access mail.read", ("state", "a-secret-state"), ("nonce", "a-secret-nonce"));
        var code = await web.CodeFromAsync(alice);
        var first = await web.RedeemAsync(code);
        var second = await web.RefreshAsync(first.RefreshToken);
        var service = await Agent.Service(server).ForItselfAsync();
        Dictionary<string, string> secrets = new(StringComparer.Ordinal)
        {
            ["unused code"] = unused,
            ["code"] = code,
            ["access token"] = first.AccessToken,
            ["access token's signature"] = first.AccessToken.Split('.')[2],
            ["refreshed access token"] = second.AccessToken.Split('.')[2],
            ["refresh token"] = first.RefreshToken,
            ["live refresh token"] = second.RefreshToken,
            ["id token"] = first.Text("id_token")!.Split('.')[2],
            ["service token"] = service.AccessToken.Split('.')[2],
            ["verifier"] = web.Verifier,
            ["client secret"] = "demo-web-secret",
            ["service secret"] = "demo-service-secret",
            ["password"] = People.Password,
        };
        foreach (var (name, value) in alice.Cookies)
        {
            secrets[$"cookie {name}"] = value;
        }

        var dump = await server.LookAsync(DumpAsync);

        Assert.True(dump.Count > 100, "The dump holds the whole database.");
        Assert.Contains(dump, cell => cell.Text.Contains("demo-web", StringComparison.Ordinal)); // it does find what is there
        foreach (var (name, secret) in secrets)
        {
            Assert.DoesNotContain(
                dump.Where(cell => cell.Text.Contains(secret, StringComparison.Ordinal)).Select(cell => $"{name} in {cell.Place}"), _ =>
                    true);
        }
    }

    [Fact]
    [Spec("ASVS", "7.2.3")]
    [Spec("AA-T105")]
    [Spec("AA-T034")]
    public async Task Refresh_tokens_and_access_tokens_cannot_be_guessed_from_others()
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        var tokens = await web.TokensFromAsync(server.Browser());
        List<string> refresh = [], access = [];
        for (var i = 0; i < Samples; i++)
        {
            tokens = await web.RefreshAsync(tokens.RefreshToken);
            refresh.Add(tokens.RefreshToken);
            access.Add(tokens.Claims.GetProperty("jti").GetString()!);
        }

        AssertRandom(refresh);
        AssertRandom([.. Enumerable.Range(0, Samples).Select(_ => ClientSecret.New())]);
        Assert.Equal(Samples, access.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    [Spec("ASVS", "7.2.3")]
    [Spec("AA-T034")]
    public async Task Codes_cannot_be_guessed_from_others()
    {
        await using var server = await AuthServer.StartAsync();
        var (web, alice) = (Agent.Web(server), server.Browser());
        List<string> codes = [];
        for (var i = 0; i < Samples / 4; i++)
        {
            codes.Add(await web.CodeFromAsync(alice));
        }

        AssertRandom(codes);
    }

    /// <summary>Long enough, none twice, and no position that is the same in all: no common head, no clock inside.</summary>
    private static void AssertRandom(List<string> values)
    {
        Assert.Equal(values.Count, values.Distinct(StringComparer.Ordinal).Count());
        var length = values.Min(v => v.Length);
        Assert.True(length >= MinimumLength);
        Assert.All(Enumerable.Range(0, length - 1), i => Assert.True(values.Select(v => v[i]).Distinct().Count() > 16, $"position {i}"));
    }

    private static async Task<List<(string Place, string Text)>> DumpAsync(Model.AgentAuthDb db)
    {
        List<(string, string)> cells = [];
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        foreach (var table in db.Model.GetEntityTypes().Select(t => t.GetTableName()).Distinct().OfType<string>())
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the name comes from the model
            command.CommandText = $"SELECT * FROM \"{table}\"";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                cells.AddRange(Enumerable.Range(0, reader.FieldCount).Select(i => ($"{table}.{reader.GetName(i)}", TextOf(reader, i))));
            }
        }
        return cells;
    }

    private static string TextOf(DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
