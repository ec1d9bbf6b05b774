using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace AgentAuth.Server.Tests.Support;

/// <summary>The server on a real socket: for what the in-memory one cannot show, because it never parses a byte.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Store _store;

    private WireServer(WebApplication app, Store store) => (_app, _store) = (app, store);

    private Uri Address => new(_app.Urls.First());

    public static async Task<WireServer> StartAsync()
    {
        var store = await Template.CopyAsync();
        List<string> args =
            ["--urls=http://127.0.0.1:0", $"--AgentAuth:DataPath={store.Folder}", "--environment=Production",
                "--Logging:LogLevel:Default=None", "--AgentAuth:Shutdown:Drain=0"];
        if (Template.IsPostgres)
        {
            args.AddRange(
                ["--AgentAuth:Database:Provider=Postgres", $"--ConnectionStrings:AgentAuth={Template.ConnectionTo(store.Database)}"]);
        }
        var app = Program.Build([.. args]);
        await Program.PrepareAsync(app);
        await app.StartAsync();
        return new(app, store);
    }

    /// <summary>Sends these characters as they are, byte for byte, and reads until the server hangs up.</summary>
    public async Task<string> SendAsync(string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, patience.Token);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        }
        catch (IOException)
        {
            // It had read enough and hung up; what it said before is still to be read.
        }
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // The same.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>The status of an answer, or 0 when the connection was closed without one.</summary>
    public static int StatusOf(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            ? int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await Template.DropAsync(_store);
    }
}
