using System.Net;
using System.Net.Http.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Gateway;

public sealed class LimitTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Too_large_a_body_is_413_however_it_is_sent(bool chunked, bool key)
    {
        await using var order = await Replica.StartAsync(async context => await context.Request.Body.CopyToAsync(Stream.Null));
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
        {
            Content = new ByteArrayContent(new byte[(256 * 1024) + 1]),
        };
        request.Headers.TransferEncodingChunked = chunked;
        if (key)
        {
            request.Headers.Add("Idempotency-Key", "key");
        }

        var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.SlugAsync()).ShouldBe("payload-too-large");
    }

    [Fact]
    public async Task A_body_of_just_the_limit_passes()
    {
        await using var order = await Replica.StartAsync(async context => await context.Request.Body.CopyToAsync(Stream.Null));
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Content = new ByteArrayContent(new byte[256 * 1024]) };
        request.Headers.Add("Idempotency-Key", "key");

        var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("RateLimits:OrdersPerAddressPerMinute", "/api/orders", 60)]
    [InlineData("RateLimits:TokensPerAddressPerMinute", "/api/auth/token", 60)]
    [InlineData("RateLimits:RegistersPerAddressPerHour", "/api/auth/register", 3600)]
    [InlineData("RateLimits:GuestOrdersPerAddressPerHour", "/api/guest/orders", 3600)]
    public async Task More_than_an_address_may_is_429_with_when_to_come_again(string setting, string path, int window)
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("order", order.Address).With(setting, "3").Started();

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await gateway.Client.PostAsync(path, new StringContent("{}")));
        }

        answers.Select(answer => (int)answer.StatusCode).ShouldBe([200, 200, 200, 429]);
        (await answers[^1].SlugAsync()).ShouldBe("rate-limited");
        answers[^1].Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, window);
        order.Seen.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("/api/auth/token")]
    [InlineData("/api/auth/login")]
    public async Task The_service_that_judges_passwords_is_told_where_they_come_from(string path)
    {
        var told = new List<string>();
        await using var order = await Replica.StartAsync(context =>
        {
            told.AddRange(context.Request.Headers[SealedClientAddress.Header].Select(value => value ?? ""));
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new { username = "ada", password = "wrong horse" }),
            Headers = { { SealedClientAddress.Header, "203.0.113.7;made up" } },
        };

        await gateway.Client.SendAsync(request);

        told.ShouldBe([gateway.Services.GetRequiredService<SealedClientAddress>().Sign("127.0.0.1")]);
    }

    [Fact]
    public async Task One_customers_orders_do_not_count_against_anothers()
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("order", order.Address).With("RateLimits:OrdersPerUserPerMinute", "1").Started();

        async Task<HttpStatusCode> Place(string user)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Content = new StringContent("{}") };
            request.Headers.Authorization = new("Bearer", gateway.TokenOf(user));
            return (await gateway.Client.SendAsync(request)).StatusCode;
        }

        (await Place("anna")).ShouldBe(HttpStatusCode.OK);
        (await Place("anna")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await Place("bert")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reading_orders_is_not_placing_them()
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("order", order.Address).With("RateLimits:OrdersPerAddressPerMinute", "1").Started();

        for (var i = 0; i < 5; i++)
        {
            (await gateway.Client.GetAsync("/api/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await gateway.Client.PostAsync("/api/orders/1/cancel", new StringContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public async Task A_limit_that_is_off_or_can_not_be_counted_lets_everyone_pass(string limit, bool cacheIsDown)
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess
            .Before("order", order.Address)
            .With("RateLimits:OrdersPerAddressPerMinute", limit)
            .With(services =>
            {
                if (cacheIsDown)
                {
                    services.AddSingleton<ICache, UnavailableCache>();
                }
            })
            .Started();

        for (var i = 0; i < 5; i++)
        {
            (await gateway.Client.PostAsync("/api/orders", new StringContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
