using System.Net;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("/api/menu", "menu")]
    [InlineData("/api/menu/pizzas/margherita", "menu")]
    [InlineData("/api/orders", "order")]
    [InlineData("/api/orders/1/timeline", "order")]
    [InlineData("/api/delivery/ready", "order")]
    [InlineData("/api/auth/register", "order")]
    [InlineData("/api/auth/token", "order")]
    [InlineData("/api/profile", "order")]
    [InlineData("/api/notifications", "order")]
    [InlineData("/api/reports/overview", "order")]
    [InlineData("/api/kitchen/status", "kitchen")]
    public async Task Each_path_of_the_contract_leads_to_the_service_that_owns_it(string path, string service)
    {
        await using var menu = await Replica.NamedAsync("menu");
        await using var order = await Replica.NamedAsync("order");
        await using var kitchen = await Replica.NamedAsync("kitchen");
        using var gateway = GatewayProcess
            .Before("menu", menu.Address)
            .And("order", order.Address)
            .And("kitchen", kitchen.Address)
            .Started();

        var answer = await gateway.Client.GetStringAsync(path);

        answer.ShouldBe(service);
    }

    [Theory]
    [InlineData("/internal/auth/verify")]
    [InlineData("/sandbox/payments")]
    [InlineData("/INTERNAL/auth/verify")]
    [InlineData("//internal/auth/verify")]
    [InlineData("/api/orders/../../internal/auth/verify")]
    [InlineData("/api/orders/%2e%2e/%2e%2e/internal/auth/verify")]
    [InlineData("/api/unheard-of")]
    [InlineData("/api/auth/unheard-of")]
    public async Task What_is_not_in_the_table_can_not_be_reached(string path)
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        // The path is sent unchanged; otherwise Uri would normalize it.
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var address = new Uri(gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, options);
        var answer = await gateway.Client.SendAsync(new(HttpMethod.Post, address));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.SlugAsync()).ShouldBe("not-found");
        order.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/api/orders/..%2f..%2finternal/auth/verify")]
    [InlineData("/api/orders/..%5c..%5cinternal/auth/verify")]
    [InlineData("/api/orders/%252e%252e/%252e%252e/internal/auth/verify")]
    public async Task An_encoded_path_stays_under_its_route(string path)
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        await gateway.Client.GetAsync(new Uri(gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, options));

        order.Seen.ShouldHaveSingleItem().ShouldStartWith("GET /api/orders/");
    }

    [Fact]
    public async Task A_menu_that_has_not_changed_is_304_through_the_gateway()
    {
        await using var menu = await Replica.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"7\"";
            context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"7\"" ? 304 : 200;
            return Task.CompletedTask;
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/menu") { Headers = { { "If-None-Match", "\"7\"" } } };

        var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        answer.Headers.ETag!.Tag.ShouldBe("\"7\"");
    }

    [Fact]
    public async Task A_problem_of_a_service_is_passed_on_as_it_is()
    {
        await using var order = await Replica.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "7";
            return context.Response.WriteAsJsonAsync(
                new { type = "/problems/menu-unavailable", status = 503 },
                options: null,
                "application/problem+json"
            );
        });
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var answer = await gateway.Client.GetAsync("/api/orders");

        (await answer.SlugAsync()).ShouldBe("menu-unavailable");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        order.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_client_has_a_say_in_where_it_comes_from_and_every_answer_is_safe_to_show()
    {
        HeaderDictionary? received = null;
        await using var menu = await Replica.StartAsync(context =>
        {
            received = new HeaderDictionary(context.Request.Headers.ToDictionary());
            return Task.CompletedTask;
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/menu")
        {
            Headers =
            {
                { "X-Forwarded-For", "203.0.113.9" },
                { "X-Forwarded-Proto", "https" },
                { "X-Forwarded-Prefix", "/evil" },
                { "X-Real-IP", "203.0.113.9" },
                { "Forwarded", "for=203.0.113.9" },
                { "X-Correlation-Id", "abc" },
            },
        };

        var answer = await gateway.Client.SendAsync(request);

        received!["X-Forwarded-For"].ToString().ShouldBe("127.0.0.1");
        received["X-Forwarded-Proto"].ToString().ShouldBe("http");
        received.ShouldNotContainKey("X-Forwarded-Prefix");
        received.ShouldNotContainKey("X-Real-IP");
        received.ShouldNotContainKey("Forwarded");
        received["X-Correlation-Id"].ToString().ShouldBe("abc");
        answer.Headers.GetValues("X-Correlation-Id").ShouldBe(["abc"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse("it is for HTTPS only");
    }
}
