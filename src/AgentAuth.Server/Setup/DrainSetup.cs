using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Told to stop, the server first only says so: it is not ready any more and asks each caller to close its connection, while it answers
/// everything. Proxies and clients go elsewhere meanwhile; then newcomers are kept out until whoever was let in has been heard; only then
/// the listener closes, and what is still being answered is answered.
/// </summary>
internal static class DrainSetup
{
    private const string Key = "AgentAuth:Shutdown:Drain";

    private static readonly TimeSpan Default = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>What a request that is being answered may still take when the listener is closed; longer ones are cut.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    /// <summary>What a request may be under way from the kernel's letting its connection in to its being read here.</summary>
    private static readonly TimeSpan LastKnocks = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// A first packet that was dropped is sent again after a second (RFC 6298 §2). As long as the process is there, it is told that
    /// nobody listens any more; in a container that has gone it would wait for its time-out.
    /// </summary>
    private static readonly TimeSpan SecondKnock = TimeSpan.FromSeconds(1.1);

    public static void AddDrain(this WebApplicationBuilder builder)
    {
        var drain = Parse(builder.Configuration[Key]);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = drain + LastKnocks + LastAnswers);
        builder.Services.AddSingleton<Doors>();
        builder.Services.AddOptions<SocketTransportOptions>().Configure<Doors>((o, doors) =>
        {
            var create = o.CreateBoundListenSocket;
            o.CreateBoundListenSocket = where => doors.Keep(create(where));
        });
        builder.Services.AddHostedService(services => new Drain(drain, services.GetRequiredService<Doors>()));
    }

    /// <summary>A connection that is kept open would be cut in the middle of its next request.</summary>
    public static void UseDrain(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) =>
        {
            if (stopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Connection = "close"; // HTTP/2 has a frame for it, and Kestrel sends that
            }
            return next(context);
        });
    }

    private static TimeSpan Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Default;
        }
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var drain) && drain >= TimeSpan.Zero && drain <= Longest
            ? drain
            : throw new FormatException($"{Key} is '{text}', which is no time from 0 to {Longest:c}. Set it: --{Key}=00:00:05");
    }

    private sealed class Drain(TimeSpan time, Doors doors) : IHostedLifecycleService
    {
        private long? _shutAt;

        /// <summary>Runs before anything is stopped, the listener included.</summary>
        public async Task StoppingAsync(CancellationToken cancellationToken)
        {
            if (time > TimeSpan.Zero)
            {
                await Task.Delay(time, TimeProvider.System, cancellationToken);
            }
            if (doors.ShutToNewcomers())
            {
                _shutAt = TimeProvider.System.GetTimestamp();
                await Task.Delay(LastKnocks, TimeProvider.System, cancellationToken);
            }
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Runs after everything, the listener included, has stopped.</summary>
        public async Task StoppedAsync(CancellationToken cancellationToken)
        {
            if (_shutAt is { } shutAt && SecondKnock - TimeProvider.System.GetElapsedTime(shutAt) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, TimeProvider.System, cancellationToken);
            }
        }
    }
}
