using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json;
using AgentAuth.ResourceServer;
using ModelContextProtocol.Server;

namespace AgentAuth.SampleMcp;

/// <summary>What both servers offer to whoever was let in at all: no scope is named, so any token for this resource will do.</summary>
[McpServerToolType]
internal sealed class CallerTools
{
    [McpServerTool(Name = "whoami", ReadOnly = true)]
    [Description("Tells for whom and as which agent this call is made, and what it may do here.")]
    public static string WhoAmI(ClaimsPrincipal user)
    {
        var caller = user.GetAgentCaller();
        return JsonSerializer.Serialize(new
        {
            subject = caller.Subject,
            client_id = caller.ClientId,
            grant_id = caller.GrantId,
            scopes = caller.Scopes,
        });
    }
}
