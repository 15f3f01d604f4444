using System.Text;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>What the filter stores of a request with an idempotency key.</summary>
public sealed class IdempotencyFilterTests
{
    private readonly IdempotencyFilter _filter = new(
        new MemoryCache(TimeProvider.System),
        new ServerKey(new byte[32]),
        new RandomSource(),
        TimeProvider.System
    );

    [Fact]
    public async Task An_answer_to_a_caller_who_hung_up_is_remembered_whole()
    {
        using var hungUp = new CancellationTokenSource();
        await AskAsync(
            () =>
            {
                hungUp.Cancel();
                return Results.Created("/sales/1", new { id = "1" });
            },
            hungUp.Token
        );

        var (status, body) = await AskAsync(
            () => throw new InvalidOperationException("It was carried out before."),
            CancellationToken.None
        );

        status.ShouldBe(StatusCodes.Status201Created);
        body.ShouldBe("""{"id":"1"}""");
    }

    private async Task<(int Status, string Body)> AskAsync(Func<IResult> handler, CancellationToken aborted)
    {
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
            RequestAborted = aborted,
        };
        http.Request.Method = HttpMethods.Post;
        http.Request.Headers[IdempotencyFilter.Header] = "1";
        http.Request.Body = new MemoryStream("{}"u8.ToArray());
        http.Response.Body = answer;
        http.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/sales"), 0, metadata: null, "sales"));

        var result = await _filter.InvokeAsync(
            new DefaultEndpointFilterInvocationContext(http),
            _ => ValueTask.FromResult<object?>(handler())
        );
        if (!aborted.IsCancellationRequested)
        {
            await ((IResult)result!).ExecuteAsync(http);
        }

        return (http.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
