using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Http;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>What a process does before it reports that it is ready.</summary>
public sealed class WarmUpTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_process_is_ready_when_it_has_warmed_up_and_not_before()
    {
        var step = new Step();
        await using var probe = await Probe.StartAsync(_ => { }, services => services.AddSingleton<IWarmUp>(step));

        var meanwhile = await ReadinessAsync(probe);
        step.Finish.SetResult();
        await UntilAsync(probe, HttpStatusCode.OK);

        meanwhile.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        meanwhile.Checks.GetProperty("warm-up").GetString().ShouldBe("not_ready");
        (await probe.Client.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_warm_up_that_fails_keeps_nobody_from_serving()
    {
        var step = new Step();
        await using var probe = await Probe.StartAsync(_ => { }, services => services.AddSingleton<IWarmUp>(step));

        step.Finish.SetException(new InvalidOperationException("a server is away"));

        await UntilAsync(probe, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_process_asks_itself_what_needs_no_parameter_and_sends_what_it_was_given()
    {
        var asked = new List<string>();
        await using var probe = await Probe.StartAsync(Map, services => services.AddSingleton<IWarmUp, EndpointWarmUp>());

        await UntilAsync(probe, HttpStatusCode.OK);

        asked.ShouldBe(["list", "rest", "place nobody"], ignoreOrder: true);

        void Map(WebApplication app)
        {
            app.MapGet("/list", () => Note("list"));
            app.MapGet("/list/{id}", (string id) => Note("one"));
            app.MapGet("/rest/{**rest}", () => Note("rest"));
            app.MapPost("/unasked", () => Note("unasked"));
            app.MapPost("/place", (Body body) => Note("place " + body.Name)).WarmUpWith("""{"name":"nobody"}""");
        }

        IResult Note(string what)
        {
            lock (asked)
            {
                asked.Add(what);
            }

            return Results.NoContent();
        }
    }

    private static async Task<(HttpStatusCode Status, JsonElement Checks)> ReadinessAsync(Probe probe)
    {
        using var answer = await probe.Client.GetAsync("/health/ready");
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks"));
    }

    private static async Task UntilAsync(Probe probe, HttpStatusCode status)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while ((await ReadinessAsync(probe)).Status != status)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private sealed record Body(string Name);

    private sealed class Step : IWarmUp
    {
        public TaskCompletionSource Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task RunAsync(CancellationToken cancellationToken) => Finish.Task.WaitAsync(cancellationToken);
    }
}
