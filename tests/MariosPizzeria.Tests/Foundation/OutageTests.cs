using System.Diagnostics;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.Worker.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Every missing response is an outage, like a refused connection: it is bounded in time, retried, counted and named.</summary>
public sealed class OutageTests
{
    private const int MostCalls = 20;

    private static readonly ResiliencePolicy Policy = new(
        TimeSpan.FromMilliseconds(300),
        Retries: 1,
        TimeSpan.FromMilliseconds(1),
        FailureRatio: 0.5,
        MinimumThroughput: 6
    )
    {
        Name = "somebody",
        IsRepeatable = _ => true,
    };

    // Two attempts of 300 ms, on a machine that is busy with other tests.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static TheoryData<Breakage> All => [.. Enum.GetValues<Breakage>()];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_payment_provider_that_gives_no_whole_answer_is_unavailable_within_the_time_limit(Breakage breakage)
    {
        using var server = new BrokenServer(breakage);
        using var http = Client(server);
        var provider = new PaymentProvider(http, new(server.Address, "key"));

        await BoundedAsync(() => provider.ChargeAsync("order-1", new(100), "tok_ok", CancellationToken.None));
        await BoundedAsync(() => provider.RefundAsync("order-1", "order-1", new(100), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Accounts_that_cannot_be_asked_are_unavailable(Breakage breakage)
    {
        using var server = new BrokenServer(breakage);
        using var http = Client(server);
        var accounts = new AccountsClient(http, new(new([1, 2, 3])));

        var verified = await accounts.VerifyAsync("ada", "secret", new DefaultHttpContext()).WaitAsync(Bound);

        verified.Error!.Code.ShouldBe(ErrorCodes.Unavailable);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_kitchen_that_gives_no_whole_answer_is_unavailable(Breakage breakage)
    {
        using var server = new BrokenServer(breakage);
        using var http = Client(server);

        await BoundedAsync(() => new KitchenClient(http).ListTicketsAsync(CancellationToken.None));
        if (breakage < Breakage.CutUnseen)
        {
            // This call reads only the status, so a complete body, or one that cannot be recognized as cut, is not a failure for it.
            await BoundedAsync(() => new KitchenClient(http).WithdrawAsync("order-1", orderVersion: null, CancellationToken.None));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_menu_that_gives_no_whole_answer_is_unavailable_whether_it_agrees_or_refuses(Breakage breakage)
    {
        foreach (var status in new[] { 200, 409, 422 })
        {
            using var server = new BrokenServer(breakage, status);
            using var http = Client(server);

            var quoted = await new MenuClient(http, TimeProvider.System).QuoteAsync([], CancellationToken.None).WaitAsync(Bound);

            quoted.Error!.Code.ShouldBe(ErrorCodes.MenuUnavailable);
        }
    }

    [Theory]
    [InlineData(Breakage.StallsInBody)]
    [InlineData(Breakage.CutByLength)]
    [InlineData(Breakage.CutInChunks)]
    public async Task A_body_that_stalls_or_is_cut_is_repeated_and_opens_the_breaker(Breakage breakage)
    {
        using var server = new BrokenServer(breakage);
        using var http = Client(server);

        var failures = new List<ServiceUnavailableException>();
        int requests;
        do
        {
            requests = server.Requests;
            failures.Add(await Should.ThrowAsync<ServiceUnavailableException>(() => http.GetAsync(server.Address)));
        } while (server.Requests > requests && failures.Count < MostCalls);

        failures.ShouldAllBe(failure => failure.Message == "somebody does not answer.");
        failures.Count.ShouldBeLessThan(MostCalls, "the breaker opens, and then a call sends no request");

        // It opens at the sixth failure within ten seconds; on a busy machine earlier ones are older.
        requests.ShouldBeInRange(6, 2 * (failures.Count - 1), "each call is tried twice");
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_told_of_its_own_cancellation()
    {
        using var server = new BrokenServer(Breakage.StallsInBody);
        using var http = Client(server);
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Should.ThrowAsync<OperationCanceledException>(() => http.GetAsync(server.Address, caller.Token));
    }

    private static HttpClient Client(BrokenServer server)
    {
        var builder = PizzeriaHost.CreateBuilder("probe", ["--environment=Development", "--PORT=0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddHttpClient("somebody").AddResilience(Policy);
        var http = builder.Build().Services.GetRequiredService<IHttpClientFactory>().CreateClient("somebody");
        http.BaseAddress = server.Address;
        http.Timeout = Timeout.InfiniteTimeSpan;
        return http;
    }

    private static async Task BoundedAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await Should.ThrowAsync<ServiceUnavailableException>(() => call().WaitAsync(Bound));
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Bound);
    }
}
