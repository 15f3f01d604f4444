using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MariosPizzeria.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs over OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says whither.</summary>
internal static class TelemetryRegistration
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Of the last two, Aspire's integrations make the spans where they are built in.
    private static readonly string[] Sources =
    [
        "Microsoft.AspNetCore",
        "System.Net.Http",
        "Npgsql",
        "MassTransit",
        "MongoDB.Driver.Core.Extensions.DiagnosticSources",
        "OpenTelemetry.Instrumentation.StackExchangeRedis",
    ];

    private static readonly ActivityListener TraceIdsOnly = new()
    {
        ShouldListenTo = source => source.Name == "MassTransit",
        Sample = (ref _) => ActivitySamplingResult.PropagationData,
    };

    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        if (builder.Configuration[EndpointSetting] is not { Length: > 0 } text)
        {
            // Nobody collects; but log lines, problems and events still say in which trace they are, behind the bus too.
            ActivitySource.AddActivityListener(TraceIdsOnly);
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint))
        {
            builder.ReportFault(EndpointSetting, "is not an absolute URL");
            return;
        }

        // The endpoint is one for all signals: over gRPC as it is (Aspire's dashboard asks for that), over HTTP with a path for each.
        var grpc = builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc";
        void Export(OtlpExporterOptions options, string path)
        {
            options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = grpc ? endpoint : new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
        }

        var resource = ResourceBuilder.CreateDefault().AddService(service, "MariosPizzeria", ServiceIdentity.Of(service).Version);
        builder.Services.AddSingleton(_ =>
            OpenTelemetrySdk.Create(sdk =>
                sdk.WithTracing(traces =>
                        traces.SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter(options => Export(options, "v1/traces"))
                    )
                    .WithMetrics(metrics =>
                        metrics
                            .SetResourceBuilder(resource)
                            .AddMeter(
                                "Microsoft.AspNetCore.Hosting",
                                "Microsoft.AspNetCore.Server.Kestrel",
                                "System.Net.Http",
                                "System.Runtime",
                                "Npgsql",
                                "MassTransit"
                            )
                            .AddOtlpExporter(options => Export(options, "v1/metrics"))
                    )
            )
        );
        builder.Services.AddHostedService<TelemetryFlush>();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            // What a person reads in a dashboard; without it there is the template alone.
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(resource).AddOtlpExporter(options => Export(options, "v1/logs"));
        });
    }

    /// <summary>Starts the exporters with the process, and hands in what they still hold when it stops.</summary>
    private sealed class TelemetryFlush(OpenTelemetrySdk sdk) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            sdk.TracerProvider.ForceFlush(2000);
            sdk.MeterProvider.ForceFlush(2000);
            return Task.CompletedTask;
        }
    }
}
