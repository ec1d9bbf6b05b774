using System.Net;
using System.Net.Sockets;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.ClientIdMetadataDocuments;

/// <summary>Whoever names an address makes us ask only where everybody could ask.</summary>
public sealed class SpecialAddressTests
{
    [Theory]
    [InlineData("https://127.0.0.2/a")]
    [InlineData("https://10.0.0.1/a")]
    [InlineData("https://169.254.169.254/a")]
    [InlineData("https://[::1]:1/a")]
    [InlineData("https://[::ffff:10.0.0.1]/a")]
    [InlineData("https://[fd00::1]/a")]
    [InlineData("https://0x7f.1/a")]
    [InlineData("https://2130706433/a")]
    [InlineData("https://0177.1/a")]
    [InlineData("https://localhost/a")]
    [InlineData("https://x.localhost/a")]
    [InlineData("https://100.64.0.1/a")]
    [InlineData("https://192.0.2.1/a")]
    [InlineData("https://0.0.0.0/a")]
    [InlineData("https://8.8.8.8/a")]
    [InlineData("https://intranet/a")]
    [InlineData("https://db.internal/a")]
    [InlineData("https://printer.local/a")]
    [InlineData("https://router.home.arpa/a")]
    [InlineData("https://1.0.0.10.in-addr.arpa/a")]
    [InlineData("https://hidden.onion/a")]
    [InlineData("https://name.alt/a")]
    [InlineData("https://nobody.invalid/a")]
    [InlineData("https://files.corp/a")]
    [InlineData("https://nas.home/a")]
    [InlineData("https://smtp.mail/a")]
    [InlineData("https://wiki.intranet/a")]
    [InlineData("https://box.lan/a")]
    [InlineData("https://box.localdomain/a")]
    [InlineData("http://app.test/a")]
    [InlineData("http://localhost/a")]
    [InlineData("HTTPS://app.test/a")]
    [InlineData("https://APP.test/a")]
    [InlineData("https://app.test")]
    [InlineData("https://app.test/")]
    [InlineData("https://app.test/./a")]
    [InlineData("https://app.test/b/../a")]
    [InlineData("https://app.test/%2e%2e/a")]
    [InlineData("https://app.test/%2E/a")]
    [InlineData("https://app.test//a")]
    [InlineData("https://app.test/a#f")]
    [InlineData("https://u:p@app.test/a")]
    [InlineData("https://u@app.test/a")]
    [InlineData("https://app.test/a b")]
    [InlineData("https://app.test/a\tb")]
    [InlineData("https://app.test\\@e.test/a")]
    [InlineData("https://app.test:443/a")]
    [InlineData("https://app.test:8443/a")]
    [InlineData("https://app.test./a")]
    [InlineData("https://äpp.test/a")]
    [InlineData("https://app\u3002test/a")]
    [Spec("AA-T071")]
    [Spec("AA-T076")]
    public async Task An_address_that_is_no_place_on_the_internet_is_refused_unasked(string clientId)
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync(host => host.UseIssuer("https://id.example.com"));

        var browser = server.Browser();
        await browser.OpenAsync(Described.Agent(server, clientId).AskFor());

        Assert.InRange((int)browser.Status, 400, 499);
        Assert.Contains("invalid_client", browser.Text, StringComparison.Ordinal);
        Assert.Empty(web.LookedUp);
        Assert.Empty(web.ConnectedTo);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:93.184.215.14")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2001:0:a00:1::1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("93.184.215.14", "10.0.0.1")]
    [InlineData("10.0.0.1", "93.184.215.14")]
    [Spec("AA-T071")]
    [Spec("AA-T072")]
    public async Task A_name_that_leads_inside_is_refused_before_a_connection(params string[] addresses)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        web.Names["app.test"] = new([[.. addresses.Select(IPAddress.Parse)]]);
        await using var server = await web.AuthServerAsync();

        var browser = server.Browser();
        await browser.OpenAsync(Described.Agent(server).AskFor());

        Assert.Contains("invalid_client", browser.Text, StringComparison.Ordinal);
        Assert.Equal(["app.test"], web.LookedUp);
        Assert.Empty(web.ConnectedTo);
        Assert.Empty(web.Asked);
    }

    [Fact]
    [Spec("AA-T072")]
    public async Task The_address_that_was_checked_is_the_one_that_is_connected_to()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        web.Names["app.test"] = new([[IPAddress.Parse("93.184.215.20")], [IPAddress.Parse("10.0.0.1")], [IPAddress.Parse("10.0.0.1")]]);
        await using var server = await web.AuthServerAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Described.Agent(server).AskFor());

        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.Single(web.LookedUp);
        Assert.Equal([new IPEndPoint(IPAddress.Parse("93.184.215.20"), 443)], web.ConnectedTo);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    [Spec("AA-T073")]
    public async Task Nobody_leads_us_on(int status)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Answer(Described.App, http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "https://app.test/other.json";
            return Task.CompletedTask;
        });
        web.Publish("https://app.test/other.json", Described.Document());
        await using var server = await web.AuthServerAsync();

        var browser = server.Browser();
        await browser.OpenAsync(Described.Agent(server).AskFor());

        Assert.Contains("invalid_client", browser.Text, StringComparison.Ordinal);
        Assert.Equal([Described.App], web.Asked);
    }

    [Theory]
    [InlineData("http://localhost:5100", true)]
    [InlineData("https://id.example.com", false)]
    [Spec("AA-T071")]
    public async Task This_computer_is_asked_only_by_a_server_that_is_on_it(string issuer, bool isAsked)
    {
        await using var web = await OutsideWeb.StartAsync();
        using var sink = new TcpListener(IPAddress.Loopback, 0);
        sink.Start();
        var clientId = $"http://127.0.0.1:{((IPEndPoint)sink.LocalEndpoint).Port}/agent.json";
        var document = Described.Document(clientId, ("redirect_uris", new[] { "http://127.0.0.1/cb" }));
        await using var server = await web.AuthServerAsync(host => host.UseIssuer(issuer));

        var asking = server.Browser().OpenAsync(Described.Agent(server, clientId, "http://127.0.0.1:7/cb").AskFor());
        if (isAsked)
        {
            using var wire = await sink.AcceptTcpClientAsync();
            await wire.GetStream().ReadExactlyAsync(new byte[4]);
            await wire.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {document.Length}\r\n\r\n{document}"));
            Assert.NotNull((await asking).Page.QuerySelector("input[name=Password]"));
            return;
        }
        await asking;

        Assert.False(sink.Pending());
    }

    [Theory]
    [InlineData("93.184.215.14", false)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", false)]
    [InlineData("172.15.0.1", false)]
    [InlineData("172.16.0.1", true)]
    [InlineData("198.18.0.1", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("3fff::1", true)]
    [InlineData("::", true)]
    public void Which_addresses_are_special(string address, bool isSpecial) =>
        Assert.Equal(isSpecial, SpecialAddress.Is(IPAddress.Parse(address)));
}
