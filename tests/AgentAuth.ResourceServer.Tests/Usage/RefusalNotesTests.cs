using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;
using AgentAuth.ResourceServer.Usage;

namespace AgentAuth.ResourceServer.Tests.Usage;

/// <summary>A token of another resource gets an id, by which the authorization server explains it.</summary>
public sealed class RefusalNotesTests
{
    private const string Files = "https://api.test/files";

    [Fact]
    public async Task It_is_in_the_answer_and_told_with_what_the_token_is_for()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        string id;
        await using (var api = await MailApi.StartAsync(issuer))
        {
            var answer = await api.OpenAsync(issuer.Mint(Files));
            var again = await api.OpenAsync(issuer.Mint(Files));
            id = (string)JsonNode.Parse(answer.Text)!["error_id"]!;
            Assert.Matches("^[0-9a-f]{12}$", id);
            Assert.Contains($"error_id=\"{id}\"", answer.Challenge, StringComparison.Ordinal);
            await api.StopAsync();
        }

        var told = issuer.Reports.SelectMany(r => r["refusals"]?.AsArray() ?? []).Single(r => (string?)r!["error_id"] == id)!;

        Assert.Equal([Files], told["aud"]!.AsArray().Select(a => (string?)a));
        Assert.NotEmpty((string)told["client_id"]!);
        Assert.All(issuer.Reports, r => Assert.Equal(MailApi.Identifier, (string?)r["resource"]));
    }

    /// <summary>Else anybody could have things said of another's client.</summary>
    [Fact]
    public async Task A_token_that_nobody_issued_gets_none()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = issuer.Mint(Files);

        var answer = await api.OpenAsync(token[..token.LastIndexOf('.')] + "." + new string('A', 86));

        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("error_id", answer.Text + answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_tells_nothing_gives_no_id()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.ReportUsage = false);

        var answer = await api.OpenAsync(issuer.Mint(Files));

        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("error_id", answer.Text + answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public void Alike_ones_are_one_and_there_are_only_so_many()
    {
        var notes = new RefusalNotes(isOn: true);
        var first = notes.Note("claude", [Files]);

        Assert.Equal(first, notes.Note("claude", [Files]));
        var others = Enumerable.Range(0, RefusalNotes.Most).Select(i => notes.Note($"client-{i}", [Files])).ToList();

        Assert.Null(others[^1]);
        Assert.Equal(RefusalNotes.Most, notes.Take().Count);
        Assert.NotNull(notes.Note("client-0", [Files]));
        Assert.Null(notes.Note("claude", [new string('a', 301)]));
        Assert.Null(notes.Note(clientId: null, [Files]));
    }
}
