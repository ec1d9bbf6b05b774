using System.Diagnostics.CodeAnalysis;

namespace AgentAuth.ResourceServer.Rfc6750Bearer;

/// <summary>A value, or the reason there is none.</summary>
internal readonly struct OrRefusal<T>
    where T : class
{
    private OrRefusal(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    public T? Value { get; }

    public Refusal? Refusal { get; }

    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal, [NotNullWhen(false)] out T? value)
    {
        refusal = Refusal;
        value = Value;
        return refusal is not null;
    }

    /// <summary>For interfaces, which no operator can convert.</summary>
    public static OrRefusal<T> Of(T value) => new(value, refusal: null);

    public static implicit operator OrRefusal<T>(T value)
    {
        return new(value, refusal: null);
    }

    public static implicit operator OrRefusal<T>(Refusal refusal)
    {
        return new(value: null, refusal);
    }
}
