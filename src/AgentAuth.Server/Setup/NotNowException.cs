namespace AgentAuth.Server.Setup;

/// <summary>
/// What stops a start and may be over the next time, with nothing changed by the operator: the database away, a disk full. Its message is
/// one line for them; the process ends with 1, and whoever watches over it may start it again.
/// </summary>
internal sealed class NotNowException : Exception
{
    public NotNowException()
    {
    }

    public NotNowException(string words)
        : base(words)
    {
    }

    public NotNowException(string words, Exception because)
        : base(words, because)
    {
    }
}
