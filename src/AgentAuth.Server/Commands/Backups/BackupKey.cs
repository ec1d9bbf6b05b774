using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentAuth.Server.Commands.Backups;

/// <summary>
/// The first bytes of a backup, and the key made from them and the passphrase. Each backup has a salt, so a key, of its own. The bytes are
/// bound into every chunk's seal; the check tells a wrong passphrase from a damaged file.
/// </summary>
internal sealed class BackupKey
{
    public const int HeaderLength = 16 + 1 + 4 + SaltLength + CheckLength;

    /// <summary>About a third of a second for who has the passphrase, and for each guess of who has not.</summary>
    private const int Iterations = 600_000;

    private const int MostIterations = 10_000_000; // a file that asks for more only wants to keep the machine busy
    private const int SaltLength = 32;
    private const int CheckLength = 16;
    private const int KeyLength = 32;
    private const byte Version = 1;
    private const int SaltAt = 16 + 1 + 4;

    private static readonly byte[] Name = "AgentAuth backup"u8.ToArray();

    private BackupKey(byte[] header, byte[] key) => (Header, Key) = (header, key);

    public byte[] Header { get; }

    public byte[] Key { get; }

    public static BackupKey New(string passphrase)
    {
        var header = new byte[HeaderLength];
        Name.CopyTo(header, 0);
        header[Name.Length] = Version;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(Name.Length + 1), Iterations);
        RandomNumberGenerator.Fill(header.AsSpan(SaltAt, SaltLength));
        var (key, check) = Derive(passphrase, header, Iterations);
        check.CopyTo(header, SaltAt + SaltLength);
        return new(header, key);
    }

    /// <exception cref="InvalidDataException">Not a backup, a newer kind of backup, or another passphrase.</exception>
    public static BackupKey Open(string passphrase, Stream file)
    {
        var header = new byte[HeaderLength];
        var length = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (length < HeaderLength || !header.AsSpan().StartsWith(Name))
        {
            throw new InvalidDataException("This is no backup of AgentAuth, or not all of one.");
        }
        var iterations = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(Name.Length + 1));
        if (header[Name.Length] != Version || iterations is < 1 or > MostIterations)
        {
            throw new InvalidDataException("This backup was made by a newer version, or its first bytes are damaged.");
        }
        var (key, check) = Derive(passphrase, header, iterations);
        return CryptographicOperations.FixedTimeEquals(check, header.AsSpan(SaltAt + SaltLength))
            ? new(header, key)
            : throw new InvalidDataException("The passphrase is not the one this backup was made with.");
    }

    private static (byte[] Key, byte[] Check) Derive(string passphrase, byte[] header, int iterations)
    {
        var root = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase), header.AsSpan(SaltAt, SaltLength), iterations, HashAlgorithmName.SHA256, KeyLength);
        return (HKDF.Expand(HashAlgorithmName.SHA256, root, KeyLength, "AgentAuth.Backup.v1.key"u8.ToArray()),
            HKDF.Expand(HashAlgorithmName.SHA256, root, CheckLength, "AgentAuth.Backup.v1.check"u8.ToArray()));
    }
}
