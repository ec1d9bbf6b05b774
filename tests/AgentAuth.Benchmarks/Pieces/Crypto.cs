using System.Security.Cryptography;
using AgentAuth.Server.Specs.Rfc6749Framework;
using BenchmarkDotNet.Attributes;

namespace AgentAuth.Benchmarks.Pieces;

/// <summary>Signing, verifying, and checking a client's secret.</summary>
public class Crypto : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _data = RandomNumberGenerator.GetBytes(600);
    private readonly string _hash = ClientSecret.Hash("demo-service-secret");
    private byte[] _signature = [];

    [GlobalSetup]
    public void Prepare() => _signature = _key.SignData(_data, HashAlgorithmName.SHA256);

    [Benchmark(Description = "ES256 signature")]
    public byte[] Sign() => _key.SignData(_data, HashAlgorithmName.SHA256);

    [Benchmark(Description = "ES256 verification")]
    public bool Verify() => _key.VerifyData(_data, _signature, HashAlgorithmName.SHA256);

    [Benchmark(Description = "client secret check (SHA-256, constant time)")]
    public bool Secret() => ClientSecret.Matches("demo-service-secret", _hash);

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            _key.Dispose();
        }
    }
}
