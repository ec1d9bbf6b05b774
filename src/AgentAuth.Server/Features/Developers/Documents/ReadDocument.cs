using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Features.Developers.Documents;

/// <summary>A document as this server would take it, and the question people would be asked.</summary>
internal sealed record ReadDocument(ClientMetadata Metadata, TimeSpan Fresh, ConsentView View)
{
    public static string HowToRaise(Trust trust) => trust switch
    {
        Trust.RunsOnThisComputer =>
            "Answers to a program on a person's computer prove nothing; with an https redirect address on your host it is the host's.",
        Trust.DomainProved =>
            "The document proves its host. To have the name in the question, ask an administrator to verify the publisher.",
        Trust.VerifiedPublisher => "There is nothing above it.",
        _ => "Put the document on a host of your own.",
    };
}
