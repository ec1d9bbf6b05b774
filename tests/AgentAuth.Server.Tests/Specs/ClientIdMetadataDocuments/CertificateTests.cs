using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.ClientIdMetadataDocuments;

/// <summary>A certificate is somebody's words too: what it says about its makers is not followed.</summary>
public sealed class CertificateTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Spec("AA-T071")]
    [Spec("RFC 6890", "2.2")]
    public async Task Nobody_is_asked_for_the_maker_of_a_certificate(bool hasRootsOfItsOwn)
    {
        using var sink = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        sink.Start();
        using var certificate = Certificate($"http://{sink.LocalEndpoint}/maker.cer");
        await using var web = await OutsideWeb.StartAsync(certificate);
        web.Publish(Described.App, Described.Document());
        web.Trusted = hasRootsOfItsOwn ? new() { RevocationMode = X509RevocationMode.Online } : null;
        await using var server = await web.AuthServerAsync();

        var browser = server.Browser();
        await browser.OpenAsync(Described.Agent(server).AskFor());

        Assert.False(sink.Pending());
        Assert.Single(web.ConnectedTo);
        Assert.Empty(web.Asked);
        Assert.Contains("invalid_client", browser.Text, StringComparison.Ordinal);
    }

    /// <summary>By a maker nobody knows, with the address where to fetch it (RFC 5280 §4.2.2.1).</summary>
    private static X509Certificate2 Certificate(string makersAddress)
    {
        using var makersKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var maker = new CertificateRequest("CN=nobody knows", makersKey, HashAlgorithmName.SHA256);
        maker.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = maker.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=app.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("app.test");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [makersAddress]));
        using var leaf = request.Create(made, now.AddDays(-1), now.AddDays(20), [1, 2, 3, 4]);
        using var whole = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), password: null);
    }
}
