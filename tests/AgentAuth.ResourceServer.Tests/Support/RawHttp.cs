using System.Net.Sockets;
using System.Text;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>Sends requests an HTTP client would not.</summary>
internal sealed class RawHttp(string address) : IDisposable
{
    private readonly TcpClient _connection = new();

    public async Task<string> GetAsync(string path, string headers)
    {
        var uri = new Uri(address);
        await _connection.ConnectAsync(uri.Host, uri.Port);
        var stream = _connection.GetStream();
        var request = $"GET {path} HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: close\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public void Dispose() => _connection.Dispose();
}
