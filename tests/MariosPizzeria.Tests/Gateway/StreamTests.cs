using MariosPizzeria.BuildingBlocks.Caching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Gateway;

public sealed class StreamTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_first_event_passes_while_the_stream_goes_on()
    {
        await using var order = await Replica.StartAsync(StreamAsync);
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        using var reader = await OpenAsync(gateway);

        (await reader.ReadLineAsync().WaitAsync(Deadline)).ShouldBe("data: first");
    }

    [Fact]
    public async Task A_stream_ends_in_good_order_when_the_gateway_begins_to_stop()
    {
        await using var order = await Replica.StartAsync(StreamAsync);
        using var gateway = GatewayProcess.Before("order", order.Address).With("Drain:Delay", "5").Started();
        using var reader = await OpenAsync(gateway);
        await reader.ReadLineAsync();

        gateway.Stop();

        // The stream ends before the drain is over, and without an error: a cut connection would throw.
        (await reader.ReadToEndAsync().WaitAsync(Deadline))
            .Trim()
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_ends_in_good_order_when_its_replica_dies()
    {
        var death = new TaskCompletionSource();
        await using var order = await Replica.StartAsync(async context =>
        {
            await BeginAsync(context);
            await death.Task;
            context.Abort();
        });
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var reader = await OpenAsync(gateway);
        await reader.ReadLineAsync();

        death.SetResult();

        (await reader.ReadToEndAsync().WaitAsync(Deadline)).Trim().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replica_hears_of_a_viewer_who_left()
    {
        var left = new TaskCompletionSource();
        await using var order = await Replica.StartAsync(async context =>
        {
            using var _ = context.RequestAborted.Register(left.SetResult);
            await StreamAsync(context);
        });
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var reader = await OpenAsync(gateway);
        await reader.ReadLineAsync();

        reader.Dispose();

        await left.Task.WaitAsync(Deadline);
    }

    [Theory]
    [InlineData("logout")]
    [InlineData("withdrawal")]
    [InlineData("expiry")]
    public async Task A_stream_of_a_session_ends_with_it(string how)
    {
        await using var order = await Pizzeria.OrderAsync(StreamAsync);
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var visitor = gateway.Visitor();
        await visitor.SignInAsync("anna");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/orders/1/stream") { Headers = { { "Cookie", visitor.Cookies } } };
        var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe("data: first");
        var cache = gateway.Services.GetRequiredService<ICache>();

        switch (how)
        {
            case "logout":
                await visitor.GetAsync("/signin");
                await visitor.SendAsync("/signout");
                break;
            case "withdrawal":
                // As Order announces it to the other processes.
                await cache.SetAsync(
                    "access:id-anna",
                    $"1@{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}",
                    TimeSpan.FromMinutes(1),
                    default
                );
                break;
            case "expiry":
                await cache.RemoveAsync($"session:{visitor.Cookies.Split('=')[1]}", expected: null, default);
                break;
        }

        (await reader.ReadToEndAsync().WaitAsync(Deadline)).Trim().ShouldBeEmpty();
    }

    private static async Task<StreamReader> OpenAsync(GatewayProcess gateway) =>
        new(await gateway.Client.GetStreamAsync("/api/orders/1/stream"));

    private static async Task StreamAsync(HttpContext context)
    {
        await BeginAsync(context);
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The viewer or the gateway closed the connection.
        }
    }

    private static async Task BeginAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: first\n\n");
        await context.Response.Body.FlushAsync();
    }
}
