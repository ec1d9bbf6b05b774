using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Server;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>What a client asks for, understood: one resource and scopes that exist there and that the client may ask.</summary>
internal sealed record Access(Client Client, Resource Resource, IReadOnlyList<string> Scopes)
{
    private const string Property = "agentauth:access";

    public static Access? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<Access>(Property);

    public void KeepIn(OpenIddictServerTransaction transaction) => transaction.SetProperty(Property, this);
}

/// <summary>A refusal is a value: the rule, an OAuth error name and words for the developer.</summary>
internal sealed record Refusal(Rule Rule, string Error, string Words);
