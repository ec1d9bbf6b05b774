using System.Security.Cryptography;

namespace AgentAuth.ResourceServer.Usage;

/// <summary>
/// Genuine tokens that were refused because they are for another resource: each gets an <c>error_id</c>, by which the authorization server
/// explains it to the client's developer once it was told. Like counts they wait in memory, alike ones are one, and nobody waits for them.
/// </summary>
internal sealed class RefusalNotes(bool isOn)
{
    /// <summary>As many as the server takes at once; who comes then gets no id, since nobody could look it up.</summary>
    public const int Most = 50;

    private const int IdLength = 12;
    private const int MaxClientIdLength = 512;
    private const int MaxAudiences = 5;
    private const int MaxAudienceLength = 300;

    private readonly Lock _turn = new();
    private Dictionary<string, RefusalNote> _notes = new(StringComparer.Ordinal);

    /// <returns>The <c>error_id</c> for the answer; null when the refusal will not be told.</returns>
    public string? Note(string? clientId, IReadOnlyList<string> audiences)
    {
        if (!isOn || clientId is not { Length: > 0 and <= MaxClientIdLength }
            || audiences.Count > MaxAudiences || audiences.Any(a => a.Length > MaxAudienceLength))
        {
            return null;
        }

        var key = string.Join('\n', audiences.Prepend(clientId));
        lock (_turn)
        {
            if (_notes.TryGetValue(key, out var known))
            {
                return known.ErrorId;
            }

            if (_notes.Count >= Most)
            {
                return null;
            }

            var note = new RefusalNote(RandomNumberGenerator.GetHexString(IdLength, lowercase: true), clientId, audiences);
            _notes[key] = note;
            return note.ErrorId;
        }
    }

    public IReadOnlyCollection<RefusalNote> Take()
    {
        lock (_turn)
        {
            var taken = _notes.Values;
            _notes = new(StringComparer.Ordinal);
            return taken;
        }
    }
}

/// <summary>What the server needs to explain one.</summary>
internal sealed record RefusalNote(string ErrorId, string ClientId, IReadOnlyList<string> Audiences);
