namespace AgentAuth.Server.Tests.Support;

/// <summary>Which paragraph of which document, or which rule of the threat model, a test holds us to.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class SpecAttribute(string document, string section = "") : Attribute
{
    public string Document => document;

    public string Section => section;
}
