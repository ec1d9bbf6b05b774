namespace AgentAuth.ResourceServer.Objects;

/// <summary>One of a person's things that may be picked on the consent page, such as a folder.</summary>
/// <param name="Identifier">What tokens name it by: at most 64 visible ASCII characters.</param>
/// <param name="Name">What the person reads.</param>
public sealed record PickableObject(string Identifier, string Name);
