namespace AgentAuth.Server.Tokens;

/// <summary>Who acts, for the audit table: a person at an address, or the server itself.</summary>
internal sealed record Actor(Guid? AccountId, string Name, string? Address)
{
    public static Actor Server { get; } = new(null, "server", null);

    public static Actor ClientNamed(string clientId, string? address) =>
        new(null, clientId.Length > Model.Account.MaxEmailLength ? clientId[..Model.Account.MaxEmailLength] : clientId, address);
}
