using System.Net;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.ServiceDefaults.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>What a process checks before its first request, and what it does not wait for.</summary>
public sealed class StartTests
{
    [Fact]
    public void What_nobody_can_make_is_found_when_the_process_is_put_together()
    {
        var builder = PizzeriaHost.CreateBuilder("probe", ["--environment=Development", "--PORT=0"]);
        builder.Services.AddSingleton<Baker>();

        Should.Throw<AggregateException>(builder.Build).Message.ShouldContain(nameof(Oven));
    }

    [Fact]
    public void What_lives_longer_than_what_it_holds_is_found_when_the_process_is_put_together()
    {
        var builder = PizzeriaHost.CreateBuilder("probe", ["--environment=Development", "--PORT=0"]);
        builder.Services.AddScoped<Oven>().AddSingleton<Baker>();

        Should.Throw<AggregateException>(builder.Build).Message.ShouldContain("Cannot consume scoped service");
    }

    [Fact]
    public async Task Health_is_told_at_once_and_no_server_is_asked()
    {
        var server = new SilentServer();
        await using var probe = await Probe.StartAsync(
            _ => { },
            services =>
            {
                services.AddSingleton(server);
                services.AddReadinessCheck<SilentServer>("silent");
            }
        );

        foreach (var path in new[] { "/health", "/alive" })
        {
            using var answer = await probe.Client.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        server.Asked.ShouldBe(0);
        using var ready = await probe.Client.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        server.Asked.ShouldBe(1);
    }

    private sealed class Oven;

    private sealed class Baker(Oven oven)
    {
        public Oven Oven { get; } = oven;
    }

    /// <summary>A health check that does not complete.</summary>
    private sealed class SilentServer : IHealthCheck
    {
        public int Asked { get; private set; }

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Asked++;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
