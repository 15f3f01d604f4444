using System.Collections.Concurrent;
using System.Text;
using MariosPizzeria.Tests.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>What a process exports over OTLP, to a collector of the test.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _traces = [];
    private readonly WebApplication _collector;
    private int _polls;

    public TelemetryTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _collector = builder.Build();
        _collector.MapPost("/v1/traces", Keep);
        _collector.MapPost("/v1/{other}", () => Results.Ok());
        _collector.MapGet("/health/ready", () => Interlocked.Increment(ref _polls));
    }

    [Theory]
    [InlineData("MenuService", "/api/menu", 0)]
    [InlineData("Gateway", "/cart", 2)]
    public async Task A_request_is_a_trace_and_a_health_check_is_none(string service, string path, int polls)
    {
        var collector = _collector.Urls.Single();
        await using var process = ServiceProcess.Start(
            service,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
                ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
                ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=replica-7",
                ["services__menu__http__0"] = collector,
                ["services__order__http__0"] = collector,
                ["services__kitchen__http__0"] = collector,
            }
        );
        using var client = await process.ServingAsync();
        await Answers.EventuallyAsync(() => Task.FromResult(Volatile.Read(ref _polls) >= polls), "it asks how the services are");
        using var answer = await client.ReadAsync(path);

        await Answers.EventuallyAsync(
            () => Task.FromResult(_traces.Any(body => body.Contains(path, StringComparison.Ordinal))),
            $"a trace of {path}"
        );
        _traces.ShouldAllBe(body => body.Contains("replica-7"), "a resource's attributes are the environment's");
        _traces.ShouldAllBe(body => !body.Contains("/health"));
    }

    public Task InitializeAsync() => _collector.StartAsync();

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    // Protobuf contains text unchanged.
    private async Task<IResult> Keep(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _traces.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        return Results.Bytes([], "application/x-protobuf");
    }
}
