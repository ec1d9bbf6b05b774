using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Server.Tokens.Receipts;

/// <summary>Which decision a receipt is of.</summary>
internal enum ReceiptAct
{
    Allow = 0,
    Renew = 1,
    Reduce = 2,

    /// <summary>Another end.</summary>
    Until = 3,

    /// <summary>Other limits.</summary>
    Limit = 4,
    Pause = 5,
    Resume = 6,

    /// <summary>The person took all of it back.</summary>
    Remove = 7,
}

/// <summary>Signs what a person decided, in the transaction of the decision.</summary>
internal sealed class ReceiptBook(AgentAuthDb db, KeyMint mint, Issuer issuer, TimeProvider clock)
{
    /// <summary>Adds one to what the caller saves; the grant is as the decision leaves it.</summary>
    /// <param name="act">What was decided.</param>
    /// <param name="facts">About what.</param>
    /// <param name="shown">The permissions that stood on the page, in the language of the request.</param>
    /// <param name="stop">When nobody waits any more.</param>
    public async Task AddAsync(ReceiptAct act, GrantFacts facts, IEnumerable<ReceiptLine> shown, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var (id, grant) = (Guid.CreateVersion7(), facts.Grant);
        var payload = new ConsentReceipt
        {
            Issuer = issuer.Value,
            Subject = facts.Account.Subject,
            Email = facts.Account.Email!,
            At = now.ToUnixTimeSeconds(),
            Id = id.ToString("D"),
            GrantId = grant.Id.ToString("D"),
            Act = WordOf(act),
            Client = new(
                facts.Client.ClientId!, facts.Client.Name, WordOf(facts.RunsHere ? Trust.RunsOnThisComputer : facts.Client.Trust),
                grant.RedirectHost, facts.DocumentHost),
            Resource = new(facts.Resource.Identifier, facts.Resource.Name),
            Language = CultureInfo.CurrentUICulture.Name,
            Permissions = [.. shown],
            Scope = act is ReceiptAct.Pause or ReceiptAct.Remove ? "" : string.Join(' ', grant.AllowedScopes),
            Limits = new(grant.AsksFirst, grant.SessionId is not null, grant.ChangesPerDay, grant.PickedObjects),
            Label = grant.Label,
            EndsAt = act == ReceiptAct.Remove ? now.ToUnixTimeSeconds()
                : grant.EndsAt == Grant.Unending ? null : grant.EndsAt.ToUnixTimeSeconds(),
        };
        var jws = Sign(JsonSerializer.SerializeToUtf8Bytes(payload, ConsentReceipt.Json), await SignerAsync(stop));
        db.Add(new Receipt { Id = id, GrantId = grant.Id, AccountId = grant.AccountId, At = now, Jws = jws });
    }

    /// <summary>Of somebody's own grant, newest first.</summary>
    public async Task<IReadOnlyList<Receipt>> OfAsync(Guid accountId, Guid grantId, CancellationToken stop) =>
        await db.Receipts.AsNoTracking().Where(r => r.GrantId == grantId && r.AccountId == accountId)
            .OrderByDescending(r => r.At).ThenBy(r => r.Id).Take(Most).ToListAsync(stop);

    /// <summary>A page shows so many; the record has all.</summary>
    private const int Most = 50;

    /// <summary>Read each time: a decision is rare, and a key that was replaced must sign nothing more.</summary>
    private Task<SigningKey> SignerAsync(CancellationToken stop) => db.SigningKeys.AsNoTracking()
        .Where(k => k.Use == KeyUse.Receipt && k.GoneAt == null).OrderByDescending(k => k.UsedFrom).FirstAsync(stop);

    /// <summary>JWS, compact (RFC 7515 §7.1).</summary>
    private string Sign(byte[] payload, SigningKey signer)
    {
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{signer.Id:N}}","typ":"{{ConsentReceipt.Type}}"}""");
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        using var key = ((ECDsaSecurityKey)mint.Open(signer)).ECDsa;
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string WordOf(ReceiptAct act) => act switch
    {
        ReceiptAct.Renew => "renew",
        ReceiptAct.Reduce => "reduce",
        ReceiptAct.Until => "until",
        ReceiptAct.Limit => "limit",
        ReceiptAct.Pause => "pause",
        ReceiptAct.Resume => "resume",
        ReceiptAct.Remove => "remove",
        _ => "allow",
    };

    private static string WordOf(Trust trust) => trust switch
    {
        Trust.VerifiedPublisher => "verified_publisher",
        Trust.DomainProved => "domain_proved",
        Trust.RunsOnThisComputer => "runs_on_this_computer",
        _ => "self_declared",
    };
}
