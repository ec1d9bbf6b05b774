using System.Security.Cryptography;

namespace AgentAuth.Server.Commands.Backups;

/// <summary>Gives out only what was sealed with this key, in this order, to the very end.</summary>
internal sealed class UnsealingStream(Stream file, BackupKey key) : Stream
{
    private readonly ChunkSeal _seal = new(key);
    private readonly byte[] _plain = new byte[ChunkSeal.ChunkLength];
    private byte[] _sealed = [];
    private byte[]? _following;
    private int _at;
    private int _length;
    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The file is damaged or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_at == _length && !_isOver)
        {
            NextChunk();
        }
        var given = Math.Min(buffer.Length, _length - _at);
        _plain.AsSpan(_at, given).CopyTo(buffer);
        _at += given;
        return given;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _seal.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The last chunk is the one nothing follows; that it was meant to be the last, its seal says.</summary>
    private void NextChunk()
    {
        _sealed = _following ?? ReadChunk();
        _following = ReadChunk();
        _isOver = _following.Length == 0;
        (_at, _length) = (0, Math.Max(0, _sealed.Length - ChunkSeal.TagLength));
        try
        {
            _seal.Open(_sealed, _plain.AsSpan(0, _length), _isOver);
        }
        catch (Exception damaged) when (damaged is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException("The backup is damaged or not all of it is here; nothing was restored.", damaged);
        }
    }

    private byte[] ReadChunk()
    {
        var chunk = new byte[ChunkSeal.ChunkLength + ChunkSeal.TagLength];
        var length = file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
        return chunk[..length];
    }
}
