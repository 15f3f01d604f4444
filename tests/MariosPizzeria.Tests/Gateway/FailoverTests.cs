using System.Net;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

public sealed class FailoverTests
{
    [Fact]
    public async Task A_spare_address_that_nobody_listens_at_costs_no_request_anything()
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("order", Replica.Nobody(), order.Address, Replica.Nobody()).Started();

        for (var i = 0; i < 40; i++)
        {
            var answer = await gateway.Client.PostAsync("/api/orders", new StringContent("{}"));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        order.Seen.Count.ShouldBe(40, "each request arrives once");
    }

    [Fact]
    public async Task A_replica_that_dies_costs_no_request_that_had_not_reached_it()
    {
        var first = await Replica.NamedAsync("first");
        await using var second = await Replica.NamedAsync("second");
        using var gateway = GatewayProcess.Before("order", first.Address, second.Address).Started();
        await gateway.Client.GetStringAsync("/api/orders");

        await first.DisposeAsync();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++)
        {
            answers.Add((await gateway.Client.PostAsync("/api/orders", new StringContent("{}"))).StatusCode);
        }

        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_post_with_a_key_that_was_cut_goes_whole_to_another_replica()
    {
        await using var dying = await Replica.StartAsync(CutAsync);
        await using var living = await Replica.StartAsync(EchoAsync);
        using var gateway = GatewayProcess.Before("order", dying.Address, living.Address).Started();

        for (var i = 0; i < 20; i++)
        {
            var body = new string((char)('a' + i), 100_000);
            var answer = await gateway.Client.SendAsync(Post("/api/orders", body, key: $"key-{i}"));

            (await answer.Content.ReadAsStringAsync()).ShouldBe(body);
        }

        dying.Seen.ShouldNotBeEmpty("else nothing was tried");
        living.Seen.Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_change_whose_answer_was_cut_is_answered_by_another_replica()
    {
        await using var dying = await Replica.StartAsync(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (201, "application/json");
            await context.Response.WriteAsync("""{"id":""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var living = await Replica.StartAsync(EchoAsync);
        using var gateway = GatewayProcess.Before("order", dying.Address, living.Address).Started();

        for (var i = 0; i < 20; i++)
        {
            var answer = await gateway.Client.SendAsync(Post("/api/orders", "{}", key: $"key-{i}"));

            (await answer.Content.ReadAsStringAsync()).ShouldBe("{}");
        }

        dying.Seen.ShouldNotBeEmpty("else nothing was tried");
    }

    [Fact]
    public async Task A_get_that_was_cut_is_answered_by_another_replica()
    {
        await using var dying = await Replica.StartAsync(CutAsync);
        await using var living = await Replica.NamedAsync("living");
        using var gateway = GatewayProcess.Before("menu", dying.Address, living.Address).Started();

        for (var i = 0; i < 20; i++)
        {
            (await gateway.Client.GetStringAsync("/api/menu")).ShouldBe("living");
        }

        dying.Seen.ShouldNotBeEmpty("else nothing was tried");
    }

    [Theory]
    [InlineData("POST", "{}")]
    [InlineData("POST", null)]
    [InlineData("DELETE", null)]
    public async Task A_change_without_a_key_that_was_cut_is_not_repeated(string method, string? body)
    {
        using var first = new DyingReplica();
        using var second = new DyingReplica();
        using var gateway = GatewayProcess.Before("menu", first.Address, second.Address).Started();
        for (var i = 0; i < 10; i++)
        {
            // Opens connections that are kept: on such a connection the HTTP client itself retries a request without content.
            await gateway.Client.GetStringAsync("/api/menu");
        }

        using var request = new HttpRequestMessage(new(method), "/api/menu/pizzas/1");
        request.Content = body is null ? null : new StringContent(body);
        var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.SlugAsync()).ShouldBe("unavailable");
        answer.Headers.RetryAfter!.Delta.ShouldNotBeNull();
        first.Unanswered.Concat(second.Unanswered).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_bare_gateway_error_is_no_answer_and_another_replica_is_asked(int status)
    {
        await using var failing = await Replica.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers["X-Leftover"] = "yes";
            return context.Response.WriteAsync("<html>upstream</html>");
        });
        await using var living = await Replica.NamedAsync("living");
        using var gateway = GatewayProcess.Before("menu", failing.Address, living.Address).Started();

        for (var i = 0; i < 20; i++)
        {
            var answer = await gateway.Client.GetAsync("/api/menu");

            (await answer.Content.ReadAsStringAsync()).ShouldBe("living");
            answer.Headers.Contains("X-Leftover").ShouldBeFalse();
        }

        failing.Seen.ShouldNotBeEmpty("else nothing was tried");
    }

    [Fact]
    public async Task The_reservation_of_a_replica_that_died_is_waited_out()
    {
        var reserved = 3;
        await using var replica = await Replica.StartAsync(async context =>
        {
            if (Interlocked.Decrement(ref reserved) >= 0)
            {
                await ProblemAsync(context, 409, "idempotency-in-progress");
                return;
            }

            context.Response.StatusCode = 201;
            await EchoAsync(context);
        });
        await using var dying = await Replica.StartAsync(CutAsync);
        using var gateway = GatewayProcess.Before("order", replica.Address, dying.Address).Started();

        // Repeats until the dying replica is called first: only then does the gateway know that the reservation is its own.
        await Expectations.EventuallyAsync(
            async () =>
            {
                Volatile.Write(ref reserved, 3);
                var answer = await gateway.Client.SendAsync(Post("/api/orders", "{}", key: "key"));
                return answer.StatusCode == HttpStatusCode.Created && Volatile.Read(ref reserved) < 0;
            },
            "the order is placed once the reservation has lapsed"
        );
    }

    [Fact]
    public async Task Somebody_elses_request_in_progress_is_told_at_once()
    {
        await using var replica = await Replica.StartAsync(context => ProblemAsync(context, 409, "idempotency-in-progress"));
        using var gateway = GatewayProcess.Before("order", replica.Address).Started();

        var answer = await gateway.Client.SendAsync(Post("/api/orders", "{}", key: "key"));

        (await answer.SlugAsync()).ShouldBe("idempotency-in-progress");
        replica.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_replica_that_drains_is_turned_away()
    {
        await using var draining = await Replica.NamedAsync("draining");
        await using var living = await Replica.NamedAsync("living");
        using var gateway = GatewayProcess.Before("menu", draining.Address, living.Address).Started();

        draining.IsReady = false;

        await Expectations.EventuallyAsync(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    if (await gateway.Client.GetStringAsync("/api/menu") != "living")
                    {
                        return false;
                    }
                }

                return true;
            },
            "twenty requests in a row go to the other replica"
        );
    }

    [Fact]
    public async Task A_lone_replica_is_asked_even_when_it_looks_unhealthy()
    {
        await using var lone = await Replica.NamedAsync("lone");
        lone.IsReady = false;
        using var gateway = GatewayProcess.Before("menu", lone.Address).Started();
        await Expectations.EventuallyAsync(() => Task.FromResult(lone.Probes >= 2), "the replica is probed");

        var answer = await gateway.Client.GetStringAsync("/api/menu");

        answer.ShouldBe("lone");
    }

    [Theory]
    [InlineData(2, HttpStatusCode.OK)]
    [InlineData(3, HttpStatusCode.ServiceUnavailable)]
    public async Task A_lone_address_is_tried_thrice_as_a_cluster_has_all_replicas_behind_it(int cuts, HttpStatusCode status)
    {
        await using var lone = await Replica.StartAsync(context =>
            Interlocked.Decrement(ref cuts) >= 0 ? CutAsync(context) : EchoAsync(context)
        );
        using var gateway = GatewayProcess.Before("order", lone.Address).Started();

        var answer = await gateway.Client.SendAsync(Post("/api/orders", "{}", key: "key"));

        answer.StatusCode.ShouldBe(status);
        lone.Seen.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_nobody_answers_it_is_said_with_when_to_come_again(bool anyAddress)
    {
        using var gateway = GatewayProcess.Before("menu", anyAddress ? [Replica.Nobody(), Replica.Nobody()] : []).Started();

        var answer = await gateway.Client.GetAsync("/api/menu");

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.SlugAsync()).ShouldBe("unavailable");
        answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 10);
        answer.Headers.Contains("X-Content-Type-Options").ShouldBeTrue();
    }

    private static async Task EchoAsync(HttpContext context) => await context.Request.Body.CopyToAsync(context.Response.Body);

    private static async Task CutAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Abort();
    }

    private static Task ProblemAsync(HttpContext context, int status, string slug)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { type = $"/problems/{slug}", status }, options: null, "application/problem+json");
    }

    private static HttpRequestMessage Post(string path, string body, string key) =>
        new(HttpMethod.Post, path) { Content = new StringContent(body), Headers = { { "Idempotency-Key", key } } };
}
