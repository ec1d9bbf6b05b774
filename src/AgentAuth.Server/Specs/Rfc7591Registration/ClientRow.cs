using System.Text.Encodings.Web;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// Metadata as a row: who introduces itself becomes a client like any other, with what this server gives to all such, and never more. It
/// may ask people for anything people can allow; it may do nothing in its own name.
/// </summary>
internal static class ClientRow
{
    /// <summary>As OpenIddict writes its lists.</summary>
    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Given = JsonSerializer.Serialize<string[]>(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
            Permissions.Endpoints.EndSession, Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken,
            Permissions.ResponseTypes.Code, AccessPolicy.Anything,
        ],
        Plainly);

    public static Client New(string clientId, Origin origin, TimeProvider clock) => new()
    {
        Id = Guid.CreateVersion7(),
        ClientId = clientId,
        Origin = origin,
        CreatedAt = clock.GetUtcNow(),
        ConsentType = ConsentTypes.Explicit,
        Permissions = Given,
    };

    /// <summary>
    /// Whether a person who said yes to the one said yes to the other. Whose publisher was verified is shown with its picture as one that
    /// somebody here looked at: another picture is another appearance, as another name is. Of all others a picture says nothing.
    /// </summary>
    public static bool IsSameToPeople(Client client, ClientMetadata before, ClientMetadata after) =>
        before.IsSameToPeople(after) && (client.Trust != Trust.VerifiedPublisher || before.LogoUri == after.LogoUri);

    /// <summary>Says whether anything is different now. A yes to what was before is no yes to another name, address or key.</summary>
    public static bool Write(Client client, ClientMetadata metadata, TimeProvider clock)
    {
        var before = ClientMetadata.Of(client.Metadata);
        var written = metadata.ToJson();
        if (client.Metadata == written)
        {
            return false;
        }
        client.Metadata = written;
        client.DisplayName = metadata.Name;
        client.ClientType = metadata.IsPublic ? ClientTypes.Public : ClientTypes.Confidential;
        client.ApplicationType = metadata.IsNative ? ApplicationTypes.Native : ApplicationTypes.Web;
        client.RedirectUris = JsonSerializer.Serialize(metadata.RedirectUris, Plainly);
        if (before is null)
        {
            client.Trust = TrustOf(client, metadata);
        }
        else if (!IsSameToPeople(client, before, metadata))
        {
            if (!IsStillVerified(client, before, metadata))
            {
                client.Trust = TrustOf(client, metadata);
            }
            client.AskAnew(clock);
        }
        client.Changed();
        return true;
    }

    /// <summary>A document proves whose domain it is on, a registration nothing, and neither who a program here is.</summary>
    private static Trust TrustOf(Client client, ClientMetadata metadata) =>
        metadata.RedirectUris.All(LoopbackRedirect.StaysHere) ? Trust.RunsOnThisComputer
        : client is { Origin: Origin.ByDocument, IsTrustHeld: false } ? Trust.DomainProved
        : Trust.SelfDeclared;

    /// <summary>
    /// A name, a picture and the hosts answers go to were approved. A domain may change all else in its document, its keys first, and send
    /// answers to itself; what was approved of an app that somebody changes here is approved anew.
    /// </summary>
    private static bool IsStillVerified(Client client, ClientMetadata before, ClientMetadata after) =>
        client is { Origin: Origin.ByDocument, Trust: Trust.VerifiedPublisher } && before.Name == after.Name
        && before.LogoUri == after.LogoUri
        && after.RedirectUris.Select(LoopbackRedirect.HostOf).ToHashSet(StringComparer.Ordinal)
            .IsSubsetOf(before.RedirectUris.Append(client.ClientId!).Select(LoopbackRedirect.HostOf));
}
