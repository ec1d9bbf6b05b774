using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace AgentAuth.Benchmarks.Pieces;

/// <summary>Reading the form, deciding, putting the token together, writing the answer.</summary>
public class Messages
{
    private const string Mail = "https://mail.example/mcp";

    private static readonly byte[] Form = System.Text.Encoding.ASCII.GetBytes(
        "grant_type=client_credentials&scope=mail.read&resource=" + Uri.EscapeDataString(Mail));

    private static readonly JsonWebTokenHandler Jwts = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _key = new(
        new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "one" }, SecurityAlgorithms.EcdsaSha256);

    private Client _client = null!;
    private Resource _resource = null!;
    private string _token = "";

    [GlobalSetup]
    public void Prepare()
    {
        _resource = new Resource { Identifier = Mail, Name = "Mail" };
        _resource.Scopes.Add(Scope.Of(_resource, "mail.read", Risk.See, "Read your messages"));
        _client = new Client
        {
            ClientId = "service",
            Permissions = JsonSerializer.Serialize(new[] { AccessPolicy.Permission(Mail, "mail.read") }),
        };
        _token = Jwt();
    }

    [Benchmark(Description = "form parsing")]
    public async Task<int> ParseAsync()
    {
        var reader = new FormPipeReader(PipeReader.Create(new ReadOnlySequence<byte>(Form)));
        return (await reader.ReadFormAsync()).Count;
    }

    [Benchmark(Description = "may this client have this scope here (AccessPolicy)")]
    public bool Decide() => AccessPolicy.MayUse(_client, _resource) && AccessPolicy.Offers(_client, _resource, "mail.read");

    [Benchmark(Description = "claims (TokenClaims)")]
    public object Claims() => TokenClaims.For(new Access(_client, _resource, ["mail.read"]));

    [Benchmark(Description = "JWT with our claims, signed")]
    public string Jwt()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return Jwts.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "https://id.example",
            Audience = Mail,
            TokenType = "at+jwt",
            IssuedAt = now,
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = "service",
                ["client_id"] = "service",
                ["scope"] = "mail.read",
                ["jti"] = Guid.CreateVersion7().ToString(),
            },
            SigningCredentials = _key,
        });
    }

    [Benchmark(Description = "JSON answer")]
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(new OpenIddictResponse
    {
        AccessToken = _token,
        TokenType = "Bearer",
        ExpiresIn = 3600,
        Scope = "mail.read",
    });
}
