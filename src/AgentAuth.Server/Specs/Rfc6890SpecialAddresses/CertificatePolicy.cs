using System.Security.Cryptography.X509Certificates;

namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>
/// How a host's certificate is held against who is trusted: by itself and what the host sent with it. A certificate names addresses too,
/// of its maker's and of lists of the revoked (RFC 5280 §4.2.2.1, §4.2.1.13); the runtime would ask them with a client of its own, past
/// every guard, and whoever made the certificate would choose what we ask.
/// </summary>
internal static class CertificatePolicy
{
    /// <param name="trusted">Null is the system's.</param>
    public static X509ChainPolicy AskingNobody(X509ChainPolicy? trusted = null)
    {
        var policy = trusted?.Clone() ?? new X509ChainPolicy();
        policy.DisableCertificateDownloads = true;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        return policy;
    }
}
