using System.Diagnostics;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs;
using Microsoft.Extensions.Configuration.Memory;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Metrics and traces by OTLP, when OpenTelemetry's own variables or <c>AgentAuth:Telemetry:Endpoint</c> name a collector; otherwise
/// nothing of it is there. Nothing is offered for scraping, so no stranger can read it.
/// </summary>
internal static class TelemetrySetup
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string Service = "agentauth";

    private static readonly PathString[] Untraced = ["/health", Endpoints.RevocationEvents];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        // Under OpenTelemetry's own names and first in line, so that its variables win.
        settings.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                [Endpoint] = settings["AgentAuth:Telemetry:Endpoint"],
                [Protocol] = settings["AgentAuth:Telemetry:Protocol"],
            },
        });
        var (metrics, traces) = (IsOn(settings, "METRICS"), IsOn(settings, "TRACES"));
        if (settings.GetValue("OTEL_SDK_DISABLED", false) || !(metrics || traces))
        {
            return;
        }
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(settings["OTEL_SERVICE_NAME"] ?? Service));
        if (metrics)
        {
            telemetry.WithMetrics(m => m
                .AddMeter(Telemetry.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddNpgsqlInstrumentation()
                .AddOtlpExporter());
            builder.Services.AddHostedService<CountFromZero>();
        }
        if (traces)
        {
            telemetry.WithTracing(t => t
                .AddSource(Telemetry.Name).AddAspNetCoreInstrumentation(TraceCarefully).AddNpgsql()
                .AddOtlpExporter());
        }
    }

    private static bool IsOn(ConfigurationManager settings, string signal)
    {
        var name = $"OTEL_{signal}_EXPORTER";
        if (settings[name] is { Length: > 0 } exporter and not ("otlp" or "none"))
        {
            throw new FormatException($"{name} is '{exporter}'; this server sends by OTLP or not at all. Set it: {name}=otlp");
        }
        var own = $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";
        var (from, address) = settings[own] is { Length: > 0 } special ? (own, special) : (Endpoint, settings[Endpoint]);
        if (string.IsNullOrEmpty(address) || settings[name] == "none")
        {
            return false;
        }
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? true
            : throw new FormatException($"{from} is '{address}', which is no http(s) address. Set it: {from}=http://127.0.0.1:4317");
    }

    /// <summary>
    /// Turned away before it was matched, or matched by nothing: of what is no endpoint of the protocol only the first part, because behind
    /// it may be anybody's identifier.
    /// </summary>
    private static string AddressOf(PathString address) => address.Value switch
    {
        null or "" => "/",
        var path when WatchEndpoints.NameOf(address) is not null => path,
        var path => path.IndexOf('/', 1) is > 0 and var end ? $"{path[..end]}/…" : path,
    };

    /// <summary>
    /// Addresses carry secrets: an authorization request's parameters, the set-up link's token, a question's identifier. The query is left
    /// out altogether, and a path that was matched by a pattern is told as the pattern.
    /// </summary>
    private static void TraceCarefully(OpenTelemetry.Instrumentation.AspNetCore.AspNetCoreTraceInstrumentationOptions o)
    {
        o.Filter = http => !Array.Exists(Untraced, p => http.Request.Path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));
        o.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
        o.EnrichWithHttpResponse = (span, response) =>
        {
            span.SetTag("url.query", null);
            span.SetTag("url.path", PatternOf(span, response.HttpContext));
        };
    }

    private static string PatternOf(Activity span, HttpContext http)
    {
        if (http.GetEndpoint() is RouteEndpoint { RoutePattern: { Parameters.Count: > 0, RawText: { } pattern } })
        {
            return $"/{pattern.TrimStart('/')}";
        }
        return span.GetTagItem("http.route") as string ?? AddressOf(http.Request.Path);
    }
}
