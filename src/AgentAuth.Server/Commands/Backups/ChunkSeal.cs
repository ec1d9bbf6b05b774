using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AgentAuth.Server.Commands.Backups;

/// <summary>
/// AES-256-GCM over chunks that are numbered, the last one marked: none can be changed, left out, repeated, moved or cut off unseen
/// (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). A key seals one file only, so numbers are nonces enough.
/// </summary>
internal sealed class ChunkSeal(BackupKey key) : IDisposable
{
    public const int ChunkLength = 64 * 1024;
    public const int TagLength = 16;

    private const int NonceLength = 12;

    private readonly AesGcm _cipher = new(key.Key, TagLength);
    private long _next;

    public void Seal(ReadOnlySpan<byte> plain, Span<byte> sealedChunk, bool isLast) =>
        _cipher.Encrypt(Nonce(isLast), plain, sealedChunk[..plain.Length], sealedChunk.Slice(plain.Length, TagLength), key.Header);

    /// <exception cref="AuthenticationTagMismatchException">It is not this chunk, or not the last one.</exception>
    public void Open(ReadOnlySpan<byte> sealedChunk, Span<byte> plain, bool isLast) =>
        _cipher.Decrypt(Nonce(isLast), sealedChunk[..^TagLength], sealedChunk[^TagLength..], plain, key.Header);

    public void Dispose() => _cipher.Dispose();

    private byte[] Nonce(bool isLast)
    {
        var nonce = new byte[NonceLength];
        nonce[0] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(NonceLength - sizeof(long)), _next++);
        return nonce;
    }
}
