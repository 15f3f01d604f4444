using System.Net;
using System.Text.Json;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>How a real process ends when it is told to.</summary>
public sealed class ProcessStopTests
{
    [Theory]
    [MemberData(nameof(ServiceProcess.Types), MemberType = typeof(ServiceProcess))]
    public async Task Every_process_type_drains_at_SIGTERM_and_exits_with_zero_and_its_log_is_one_object_a_line(string service)
    {
        // On a machine that is busy with other tests a second may pass before anybody asks.
        await using var process = ServiceProcess.Start(
            service,
            new Dictionary<string, string>(ServiceProcess.Nowhere, StringComparer.Ordinal) { ["Drain__Delay"] = "4" }
        );
        using var client = await process.Serving();

        await process.Terminate();
        await Gateway.Expectations.Eventually(
            async () => (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable,
            "readiness is false"
        );
        using var alive = await client.GetAsync("/health");

        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await process.Exit()).ShouldBe(0);
        process.Error.ShouldBeEmpty();
        process.Output.ShouldNotBeEmpty();
        foreach (var line in process.Output)
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line);
            entry.GetProperty("service").GetString().ShouldBe(service.ToLowerInvariant());
            entry.GetProperty("level").GetString().ShouldBeOneOf("Information", "Warning");
            entry.GetProperty("timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
            entry.GetProperty("logger").GetString().ShouldNotBeNullOrEmpty();
            entry.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        }
    }
}
