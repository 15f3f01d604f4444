using System.Net;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MariosPizzeria.IntegrationTests.Idempotency;

/// <summary>Idempotency keys of two replicas that share one Redis, which the test starts itself.</summary>
public sealed class IdempotencyTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly RedisServer _redis = new(new());
    private readonly Till _till = new();
    private Replica _here = null!;
    private Replica _there = null!;

    public async Task InitializeAsync()
    {
        await _redis.StartAsync(default);
        _here = await Replica.StartAsync(_redis.ConnectionString, _till);
        _there = await Replica.StartAsync(_redis.ConnectionString, _till);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Of_sixteen_calls_at_once_one_is_carried_out_and_the_others_are_given_its_answer_or_told_to_wait()
    {
        _till.Answer = async n =>
        {
            await Task.Delay(100);
            return Results.Created($"/sales/{n}", new { sale = n });
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => (n % 2 == 0 ? _here : _there).PayAsync("key", "{\"a\":1}")));

        _till.Sales.ShouldBe(1);
        answers.Count(answer => answer is { StatusCode: HttpStatusCode.Created } && !IsReplayed(answer)).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            (await SlugAsync(answer)).ShouldBe("idempotency-in-progress");
        }
    }

    [Fact]
    public async Task The_same_again_is_given_the_first_answer_by_any_replica()
    {
        _till.Answer = n => Task.FromResult(Results.Created($"/sales/{n}", new { sale = n }));

        var first = await _here.PayAsync("key", "{\"a\":1}");
        var again = await _there.PayAsync("key", "{\"a\":1}");

        (first.StatusCode, again.StatusCode).ShouldBe((HttpStatusCode.Created, HttpStatusCode.Created));
        (IsReplayed(first), IsReplayed(again)).ShouldBe((false, true));
        again.Headers.Location.ShouldBe(first.Headers.Location);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        again.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        _till.Sales.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_422_and_another_key_is_another_request()
    {
        await _here.PayAsync("key", "{\"a\":1}");

        var mismatch = await _there.PayAsync("key", "{\"a\":2}");
        var other = await _there.PayAsync("other", "{\"a\":2}");

        ((int)mismatch.StatusCode, await SlugAsync(mismatch)).ShouldBe((422, "idempotency-mismatch"));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        _till.Sales.ShouldBe(2);
    }

    [Fact]
    public async Task A_strangers_key_is_in_no_other_strangers_way()
    {
        _till.Answer = n => Task.FromResult(Results.Created($"/sales/{n}", new { sale = n }));

        var ada = await _here.PayAsync("1", """{"username":"ada","password":"correct horse"}""", user: null);
        var bob = await _there.PayAsync("1", """{"username":"bob","password":"correct horse"}""", user: null);
        var adaAgain = await _there.PayAsync("1", """{"username":"ada","password":"correct horse"}""", user: null);

        (ada.StatusCode, bob.StatusCode, adaAgain.StatusCode).ShouldBe(
            (HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created)
        );
        (IsReplayed(ada), IsReplayed(bob), IsReplayed(adaAgain)).ShouldBe((false, false, true));
        _till.Sales.ShouldBe(2);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/sales/nowhere")]
    [InlineData("/sales/../nowhere")]
    [InlineData("/")]
    public async Task That_there_is_no_such_route_is_not_remembered(string path)
    {
        foreach (var user in new[] { "ada", null })
        {
            var answer = await _here.PayAsync(Guid.NewGuid().ToString(), "{}", user, path);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        (await redis.GetServer(redis.GetEndPoints().Single()).DatabaseSizeAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task While_the_first_is_running_the_second_is_told_so_for_longer_than_the_lease()
    {
        var finish = new TaskCompletionSource();
        _till.Answer = async n =>
        {
            await finish.Task;
            return Results.Ok(new { sale = n });
        };
        var first = _here.PayAsync("key", "{}");
        await Eventually.UntilAsync("the first is running", () => _till.Sales == 1);

        // The running request renews its lease.
        await Task.Delay(IdempotencyFilter.Lease + TimeSpan.FromSeconds(1));
        var second = await _there.PayAsync("key", "{}");
        finish.SetResult();

        (await SlugAsync(second)).ShouldBe("idempotency-in-progress");
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        IsReplayed(await _there.PayAsync("key", "{}")).ShouldBeTrue();
        _till.Sales.ShouldBe(1);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_failure_that_another_try_may_overcome_is_not_remembered(int status)
    {
        _till.Answer = n => Task.FromResult(n == 1 ? Results.StatusCode(status) : Results.Ok());

        var first = await _here.PayAsync("key", "{}");
        var second = await _there.PayAsync("key", "{}");

        ((int)first.StatusCode, (int)second.StatusCode).ShouldBe((status, 200));
        IsReplayed(second).ShouldBeFalse();
    }

    [Fact]
    public async Task A_handler_that_throws_gives_the_key_free()
    {
        _till.Answer = n => n == 1 ? throw new InvalidOperationException("jammed") : Task.FromResult(Results.Ok());

        var first = await _here.PayAsync("key", "{}");
        var second = await _there.PayAsync("key", "{}");

        ((int)first.StatusCode, (int)second.StatusCode).ShouldBe((500, 200));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    public async Task A_refusal_that_stands_is_remembered(int status)
    {
        _till.Answer = _ => Task.FromResult(Results.Json(new { no = true }, statusCode: status));

        await _here.PayAsync("key", "{}");
        var again = await _there.PayAsync("key", "{}");

        ((int)again.StatusCode, IsReplayed(again)).ShouldBe((status, true));
        _till.Sales.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(
        "x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x12345678"
    )]
    public async Task A_key_that_is_none_is_400(string key)
    {
        var answer = await _here.PayAsync(key, "{}");

        ((int)answer.StatusCode, await SlugAsync(answer)).ShouldBe((400, "validation"));
        _till.Sales.ShouldBe(0);
    }

    [Fact]
    public async Task Without_Redis_a_request_with_a_key_is_503_and_one_without_goes_through_and_all_is_well_when_it_is_back()
    {
        _redis.Kill();
        await _redis.WaitForExitAsync(default);

        var with = await _here.PayAsync("key", "{}");
        var without = await _here.PayAsync(key: null, "{}");

        ((int)with.StatusCode, await SlugAsync(with)).ShouldBe((503, "unavailable"));
        with.Headers.RetryAfter.ShouldNotBeNull();
        without.StatusCode.ShouldBe(HttpStatusCode.OK);

        await _redis.StartAsync(default);
        await Eventually.UntilAsync(
            "keys are honoured again",
            async () => (await _here.PayAsync("key", "{}")).StatusCode == HttpStatusCode.OK
        );

        // Each replica reconnects to Redis by itself.
        await Eventually.UntilAsync("the other replica honours them as well", async () => IsReplayed(await _there.PayAsync("key", "{}")));
    }

    [Fact]
    public async Task Redis_going_away_over_a_request_does_not_take_its_answer_back()
    {
        _till.Answer = async n =>
        {
            _redis.Kill();
            await _redis.WaitForExitAsync(default);
            return Results.Ok(new { sale = n });
        };

        (await _here.PayAsync("key", "{}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static bool IsReplayed(HttpResponseMessage answer) => answer.Headers.Contains(IdempotencyFilter.ReplayedHeader);

    private static async Task<string> SlugAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("type").GetString()![
            "/problems/".Length..
        ];

    /// <summary>The endpoint's work: it counts the calls and returns the answer that the test sets.</summary>
    private sealed class Till
    {
        private int _sales;

        public int Sales => Volatile.Read(ref _sales);

        public Func<int, Task<IResult>> Answer { get; set; } = n => Task.FromResult(Results.Ok(new { sale = n }));

        public Task<IResult> Sell() => Answer(Interlocked.Increment(ref _sales));
    }

    /// <summary>One of two processes.</summary>
    private sealed class Replica : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly Task<int> _running;
        private readonly HttpClient _client;

        private Replica(WebApplication app, Task<int> running) =>
            (_app, _running, _client) = (
                app,
                running,
                new() { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) }
            );

        public static async Task<Replica> StartAsync(string redis, Till till)
        {
            var builder = PizzeriaHost.CreateBuilder(
                "test",
                [
                    "--environment",
                    Environments.Development,
                    "--PORT=0",
                    "--SERVER_HOST=127.0.0.1",
                    "--Drain:Delay=0",
                    "--JWT_SECRET_KEY=a-secret-of-the-tests-that-is-long-enough",
                ]
            );
            builder.Logging.ClearProviders();
            builder.Configuration["ConnectionStrings:redis"] = redis;
            builder.AddCache("redis");
            var app = builder.Build();
            app.MapPost("/sales", till.Sell).WithIdempotency();
            var started = new TaskCompletionSource();
            app.Lifetime.ApplicationStarted.Register(started.SetResult);
            var running = app.RunAsync([]);
            await Task.WhenAny(started.Task, running);
            return new(app, running);
        }

        /// <summary>Sends a request as a user, or anonymously if the user is null.</summary>
        public async Task<HttpResponseMessage> PayAsync(string? key, string body, string? user = "ada", string path = "/sales")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
            if (user is not null)
            {
                var token = _app.Services.GetRequiredService<AccessTokenIssuer>().Issue(user, user, [], TimeSpan.FromMinutes(5));
                request.Headers.Authorization = new("Bearer", token);
            }

            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation(IdempotencyFilter.Header, key);
            }

            return await _client.SendAsync(request);
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            _app.Lifetime.StopApplication();
            (await _running).ShouldBe(0);
        }
    }
}
