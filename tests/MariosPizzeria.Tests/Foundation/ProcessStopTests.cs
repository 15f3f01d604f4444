using System.Net;
using System.Text.Json;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>How a real process ends after a request to stop.</summary>
public sealed class ProcessStopTests
{
    [Fact]
    public async Task Every_process_type_drains_at_SIGTERM_and_exits_with_zero_and_its_log_is_one_object_a_line()
    {
        // On a machine that is busy with other tests a second may pass before the first request.
        var environment = new Dictionary<string, string>(ServiceProcess.Nowhere, StringComparer.Ordinal) { ["Drain__Delay"] = "4" };
        var processes = ServiceProcess.Types.ToDictionary(type => type, type => ServiceProcess.Start(type, environment));
        try
        {
            // All of them serve before the first is stopped: a starting process would take CPU time from a draining one.
            var clients = processes.ToDictionary(process => process.Key, process => process.Value.ServingAsync());
            await Task.WhenAll(clients.Values);

            await Task.WhenAll(
                processes.Select(async process => await DrainsAsync(process.Key, process.Value, await clients[process.Key]))
            );
        }
        finally
        {
            foreach (var process in processes.Values)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static async Task DrainsAsync(string service, ServiceProcess process, HttpClient client)
    {
        await process.TerminateAsync();
        await Gateway.Expectations.EventuallyAsync(
            async () => (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable,
            $"{service}'s readiness is false"
        );
        using var alive = await client.GetAsync("/health");

        alive.StatusCode.ShouldBe(HttpStatusCode.OK, service);
        (await process.ExitAsync()).ShouldBe(0, service);
        process.Error.ShouldBeEmpty(service);
        process.Output.ShouldNotBeEmpty(service);
        foreach (var line in process.Output)
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line);
            entry.GetProperty("service").GetString().ShouldBe(ServiceProcess.NameOf(service));
            entry.GetProperty("level").GetString().ShouldBeOneOf(["Information", "Warning"], line);
            entry.GetProperty("timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
            entry.GetProperty("logger").GetString().ShouldNotBeNullOrEmpty();
            entry.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        }
    }
}
