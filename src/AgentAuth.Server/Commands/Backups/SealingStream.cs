namespace AgentAuth.Server.Commands.Backups;

/// <summary>Seals what is written to it, chunk by chunk. A file is whole only after <see cref="Complete"/>.</summary>
internal sealed class SealingStream(Stream file, BackupKey key) : Stream
{
    private readonly ChunkSeal _seal = new(key);
    private readonly byte[] _plain = new byte[ChunkSeal.ChunkLength];
    private readonly byte[] _sealed = new byte[ChunkSeal.ChunkLength + ChunkSeal.TagLength];
    private int _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == _plain.Length)
            {
                WriteChunk(isLast: false); // only now: what is full may still be the last
            }
            var taken = Math.Min(buffer.Length, _plain.Length - _length);
            buffer[..taken].CopyTo(_plain.AsSpan(_length));
            _length += taken;
            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public void Complete() => WriteChunk(isLast: true);

    public override void Flush()
    {
        // A chunk is written when it is full, or the last.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _seal.Dispose();
        base.Dispose(disposing);
    }

    private void WriteChunk(bool isLast)
    {
        _seal.Seal(_plain.AsSpan(0, _length), _sealed, isLast);
        file.Write(_sealed.AsSpan(0, _length + ChunkSeal.TagLength));
        _length = 0;
    }
}
