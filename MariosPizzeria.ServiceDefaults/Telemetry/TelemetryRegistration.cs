using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MariosPizzeria.ServiceDefaults.Telemetry;

/// <summary>Exports traces, metrics and logs over OTLP if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class TelemetryRegistration
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly ActivityListener TraceIdsOnly = new()
    {
        ShouldListenTo = source => source.Name == "MassTransit",
        Sample = (ref _) => ActivitySamplingResult.PropagationData,
    };

    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        if (builder.Configuration[EndpointSetting] is not { Length: > 0 } text)
        {
            // Nothing is exported, but log lines, problem documents and events still carry the trace id across the broker.
            ActivitySource.AddActivityListener(TraceIdsOnly);
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint))
        {
            builder.ReportError(EndpointSetting, "is not an absolute URL");
            return;
        }

        builder.Logging.AddOpenTelemetry(logs =>
        {
            // Dashboards show the message; without this setting only the template is exported.
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
        });
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence: Aspire's dashboard finds a resource's telemetry by them.
                resource.AddService(service, "MariosPizzeria", ServiceIdentity.Of(service).Version).AddEnvironmentVariableDetector()
            )
            .WithTracing(traces =>
                // A trace is the work of a request or a message. Health checks and polls, ten a second when idle, would hide them.
                traces
                    .AddAspNetCoreInstrumentation(http => http.Filter = context => !HealthEndpoints.IsHealth(context.Request.Path))
                    .AddHttpClientInstrumentation(http => http.FilterHttpRequestMessage = _ => Activity.Current?.Parent is not null)
                    .AddSource("Npgsql", "MassTransit")
                    .AddProcessor(new SecretPathProcessor())
            )
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter("Npgsql", "MassTransit", PizzeriaMeter.Name)
            )
            .UseOtlpExporter(
                builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
                endpoint
            );
    }
}
