using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A mail server on loopback that speaks as much SMTP (RFC 5321) as taking an e-mail needs; in the open.</summary>
internal sealed class MailListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _serving;

    public MailListener()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All lines that were said to it, the text of e-mails left out.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    /// <summary>The e-mails it took, as they came over the wire.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    /// <summary>What it answers where something else than yes is meant: by the first word of a line.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>It lets callers in and says nothing.</summary>
    public bool IsMute { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _serving;
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var caller = await _listener.AcceptTcpClientAsync(_over.Token);
                await TalkAsync(caller);
            }
        }
        catch (Exception end) when (_over.IsCancellationRequested
            && end is OperationCanceledException or SocketException or IOException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient caller)
    {
        using var reader = new StreamReader(caller.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(caller.GetStream(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        (writer.AutoFlush, writer.NewLine) = (true, "\r\n");
        if (IsMute)
        {
            await reader.ReadLineAsync(_over.Token);
            return;
        }
        await writer.WriteLineAsync("220 mail.test ready");
        while (await reader.ReadLineAsync(_over.Token) is { } line)
        {
            Heard.Enqueue(line);
            var verb = line.Split(' ')[0].ToUpperInvariant();
            if (Answers.TryGetValue(verb, out var answer))
            {
                await writer.WriteLineAsync(answer);
                continue;
            }
            await writer.WriteLineAsync(verb switch
            {
                "EHLO" => "250-mail.test\r\n250 AUTH PLAIN",
                "AUTH" => "235 2.7.0 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 fine",
            });
            if (verb == "DATA")
            {
                Taken.Enqueue(await TextAsync(reader));
                await writer.WriteLineAsync("250 2.0.0 taken");
            }
            else if (verb == "QUIT")
            {
                return;
            }
        }
    }

    private async Task<string> TextAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_over.Token) is { } line && line != ".")
        {
            text.Append(line).Append("\r\n");
        }
        return text.ToString();
    }
}
