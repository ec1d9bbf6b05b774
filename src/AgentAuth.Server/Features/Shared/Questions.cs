using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Shared;

/// <summary>The question as one line of text, for the title of the page. What the client says of itself has no place in it.</summary>
internal static class Questions
{
    public static string Of(ConsentView view, IStringLocalizer words)
    {
        if (view.RunsHere && !view.IsNamed)
        {
            return $"{words["Let a program on this computer act for you in"]} {view.ResourceName}{words["?"]}";
        }
        var asker = view.IsNamed ? DisplayText.Clean(view.ClientName) : view.ProofHost;
        return $"{words["Let"]} {asker} {words["act for you in"]} {view.ResourceName}{words["?"]}";
    }
}
