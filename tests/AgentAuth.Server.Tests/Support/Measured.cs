using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AgentAuth.Server.Signals;

namespace AgentAuth.Server.Tests.Support;

/// <summary>
/// Hears everything the server counts and times. The meter is one for the whole process, so tests that listen run alone.
/// </summary>
[CollectionDefinition(nameof(Measured), DisableParallelization = true)]
public sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentBag<(string Name, double Value, string Tags)> _heard = [];

    public Measured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Hear(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Hear(i, value, tags));
        Telemetry.CatalogHit(); // the meter comes into being with its first use
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>What was measured by this name: how often and how much together, for each set of tags.</summary>
    public Dictionary<string, (int Times, double Sum)> Of(string name) => _heard.Where(h => h.Name == name)
        .GroupBy(h => h.Tags, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => (g.Count(), g.Sum(h => h.Value)), StringComparer.Ordinal);

    /// <summary>Every value of every tag.</summary>
    public IEnumerable<string> Tags => _heard.Select(h => h.Tags).Distinct(StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();

    /// <summary>Asks the gauges, which say nothing by themselves.</summary>
    public void Look() => _listener.RecordObservableInstruments();

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _heard.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))));
}
