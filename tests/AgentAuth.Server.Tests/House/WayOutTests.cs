using System.Text.RegularExpressions;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.House;

/// <summary>There is one way out of the process to an address somebody else chose, and it is guarded.</summary>
public sealed partial class WayOutTests
{
    private const int TimeoutMilliseconds = 1_000;

    private const string Server = "src/AgentAuth.Server/";

    /// <summary>What an operator types goes where the operator says.</summary>
    private const string Commands = Server + "Commands/";

    private static readonly string[] Guarded =
        [Server + "Specs/Rfc6890SpecialAddresses/GuardedWeb.cs", Server + "Specs/Rfc6890SpecialAddresses/Outside.cs"];

    [Fact]
    [Spec("RFC 6890", "2.2")]
    [Spec("AA-T093")]
    public void Only_the_guard_opens_connections() => Assert.Equal(
        Guarded,
        Repository.Sources(".cs")
            .Where(f => f.StartsWith(Server, StringComparison.Ordinal) && !f.StartsWith(Commands, StringComparison.Ordinal))
            .Where(f => Opens().IsMatch(File.ReadAllText(Repository.At(f))))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void A_planted_way_out_is_found() => Assert.Matches(Opens(), "using var http = new HttpClient();");

    [Fact]
    [Spec("AA-T071")]
    public void Whoever_goes_out_asks_nobody_whom_a_certificate_names() => Assert.Empty(Repository.Sources(".cs")
        .Where(f => f.StartsWith(Server, StringComparison.Ordinal))
        .Select(f => File.ReadAllText(Repository.At(f)))
        .Where(s => s.Contains("SocketsHttpHandler", StringComparison.Ordinal))
        .Where(s => !s.Contains("CertificatePolicy", StringComparison.Ordinal)));

    [GeneratedRegex(
        @"\b(HttpClient|SocketsHttpHandler|TcpClient|WebRequest|ClientWebSocket|Dns\.Get|new Socket)", RegexOptions.ExplicitCapture,
        TimeoutMilliseconds)]
    private static partial Regex Opens();
}
