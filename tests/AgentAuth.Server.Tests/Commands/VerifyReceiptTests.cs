using AgentAuth.Server.Commands;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Commands;

/// <summary><c>receipt verify</c>, with nothing but two files.</summary>
public sealed class VerifyReceiptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_says_in_words_what_was_allowed()
    {
        var (receipt, keys) = await FilesAsync();

        var (code, said, complained) = await RunAsync("receipt", "verify", receipt, "--keys", keys);

        Assert.Equal((0, ""), (code, complained));
        Assert.StartsWith("VERIFIED. Signed by http://localhost:5100.", said, StringComparison.Ordinal);
        Assert.Contains("alice@demo.test", said, StringComparison.Ordinal);
        Assert.Contains("client.demo.test, domain proved; calls itself \"Demo web agent\"", said, StringComparison.Ordinal);
        Assert.Contains("[x] Read your messages (mail.read)", said, StringComparison.Ordinal);
        Assert.Contains("[ ] Send messages in your name (mail.send)", said, StringComparison.Ordinal);
        Assert.Contains("allowed from then on: mail.read", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_altered_ends_with_1_and_the_reason()
    {
        var (receipt, keys) = await FilesAsync();
        var parts = (await File.ReadAllTextAsync(receipt)).Split('.');
        await File.WriteAllTextAsync(receipt, $"{parts[0]}.{parts[1][..^2]}AA.{parts[2]}");

        var (code, said, _) = await RunAsync("receipt", "verify", receipt, $"--keys={keys}");

        Assert.Equal(1, code);
        Assert.StartsWith("NOT VERIFIED. The signature does not fit", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_wrongly_it_ends_with_2_and_one_line()
    {
        var (receipt, keys) = await FilesAsync();
        string[][] wrong =
        [
            ["receipt", "verify", receipt], ["receipt", "verify", receipt, "--keys"], ["receipt", "verify", receipt, "--keys", receipt],
            ["receipt", "verify", receipt, "--keys", keys + ".none"], ["receipt", "verify", keys + ".none", "--keys", keys],
            ["receipt", "verify"], ["backup", "x", "--keys", keys],
        ];

        foreach (var arguments in wrong)
        {
            var (code, said, complained) = await RunAsync(arguments);
            Assert.Equal((2, ""), (code, said));
            Assert.Single(complained.Trim().Split('\n'));
        }
    }

    private async Task<(string Receipt, string Keys)> FilesAsync()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read mail.send"));
        await alice.PressAsync("Allow", ("scope", "mail.read"));
        using var http = server.Http();
        var (receipt, keys) = (Path.Combine(_folder, "receipt.jws"), Path.Combine(_folder, "keys.json"));
        await File.WriteAllTextAsync(receipt, (await server.LookAsync(db => db.Receipts.SingleAsync())).Jws + "\n");
        await File.WriteAllTextAsync(
            keys, await http.GetStringAsync("/.well-known/agentauth-receipt-keys", TestContext.Current.CancellationToken));
        return (receipt, keys);
    }

    private static async Task<(int Code, string Said, string Complained)> RunAsync(params string[] arguments)
    {
        await using var said = new StringWriter();
        await using var complained = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, said, complained);
        return (code, said.ToString(), complained.ToString());
    }
}
