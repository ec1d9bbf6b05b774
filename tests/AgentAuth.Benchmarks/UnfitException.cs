namespace AgentAuth.Benchmarks;

/// <summary>The benchmark cannot go on, or a contestant answered otherwise than it must; the message says which.</summary>
internal sealed class UnfitException : Exception
{
    public UnfitException()
    {
    }

    public UnfitException(string message)
        : base(message)
    {
    }

    public UnfitException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
