namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>Refuses by its spelling what the guard would not connect to, before a name is looked up.</summary>
internal sealed class OnlyOutside(Issuer issuer) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        WebAddress.HostProblem(request.RequestUri!, issuer) is { } problem
            ? throw new HttpRequestException(problem)
            : base.SendAsync(request, cancellationToken);
}
