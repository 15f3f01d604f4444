using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Orders of guests without an account.</summary>
public sealed class GuestOrderTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_guest_is_told_where_the_order_can_be_followed()
    {
        using var response = await _service.Anonymous().PostAsync("/api/guest/orders", OrderFactory.Request());
        var order = await ReadAsync(response);
        var token = order.GetProperty("trackingToken").GetString();

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.Location!.OriginalString.ShouldBe($"/api/track/{token}");
        order.GetProperty("number").GetInt32().ShouldBe(1);
        var tracked = await _service.Anonymous().ReadAsync($"/api/track/{token}").JsonAsync();
        tracked.GetProperty("id").GetString().ShouldBe(order.GetProperty("id").GetString());
        tracked.GetProperty("status").GetString().ShouldBe("confirmed");
    }

    [Fact]
    public async Task A_guest_cancels_by_the_token()
    {
        var token = await PlacedAsync();

        var cancelled = await _service.Anonymous().PostAsync($"/api/track/{token}/cancel", new { reason = "changed my mind" }).JsonAsync();

        cancelled.GetProperty("status").GetString().ShouldBe("cancelled");
        await _service.Anonymous().PostAsync($"/api/track/{token}/cancel", new { }).ProblemAsync(400, "validation");
    }

    [Fact]
    public async Task Whatever_is_not_the_token_is_not_found()
    {
        var token = await PlacedAsync();
        var (id, mac) = (token.Split('.')[0], token.Split('.')[1]);
        var another = _service.Get<TrackingTokens>().Of(new string('0', 32));
        var wrong = mac[0] == 'A' ? $"B{mac[1..]}" : $"A{mac[1..]}";

        foreach (
            var guess in new[] { id, $"{id}.", $"{id}.{wrong}", $"{id}.{mac}x", $".{mac}", mac, another, $"{id}.{another.Split('.')[1]}" }
        )
        {
            foreach (var path in new[] { "", "/stream" })
            {
                await _service.Anonymous().ReadAsync($"/api/track/{guess}{path}").ProblemAsync(404, "not-found");
            }

            await _service.Anonymous().PostAsync($"/api/track/{guess}/cancel", new { reason = "x" }).ProblemAsync(404, "not-found");
        }
    }

    [Theory]
    [InlineData(Roles.Manager, "manager-1")]
    [InlineData(Roles.Chef, "chef-1")]
    [InlineData("customer", PlaceOrder.Guest)]
    public async Task Staff_place_an_order_for_a_guest_who_calls_and_its_history_says_who(string role, string actor)
    {
        using var response = await _service.As(role).PostAsync("/api/guest/orders", OrderFactory.Request());
        var order = await ReadAsync(response);

        var id = order.GetProperty("id").GetString()!;
        order.GetProperty("customer").GetProperty("id").GetString().ShouldBe(Order.GuestOf(id), "it is the guest's all the same");
        response.Headers.Location!.OriginalString.ShouldBe($"/api/track/{order.GetProperty("trackingToken").GetString()}");
        var story = await _service.As(Roles.Manager).ReadAsync($"/api/orders/{id}/timeline").JsonAsync();
        var placed = story.GetProperty("events").EnumerateArray().First();
        (placed.GetProperty("type").GetString(), placed.GetProperty("actor").GetString()).ShouldBe(("OrderPlaced", actor));
    }

    [Fact]
    public async Task The_same_call_typed_twice_is_one_order()
    {
        using var manager = _service.As(Roles.Manager);
        manager.DefaultRequestHeaders.Add("Idempotency-Key", "phone-1");

        var first = await manager.PostAsync("/api/guest/orders", OrderFactory.Request()).JsonAsync(201);
        var again = await manager.PostAsync("/api/guest/orders", OrderFactory.Request()).JsonAsync(201);

        again.GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
        again.GetProperty("trackingToken").GetString().ShouldBe(first.GetProperty("trackingToken").GetString());
    }

    [Fact]
    public async Task A_guests_order_is_no_customers()
    {
        var token = await PlacedAsync();

        await _service.As("customer").ReadAsync($"/api/orders/{token.Split('.')[0]}").ProblemAsync(404, "not-found");
        await _service.Anonymous().ReadAsync($"/api/orders/{token.Split('.')[0]}").ProblemAsync(401, "unauthenticated");
        (await _service.As(Roles.Manager).ReadAsync($"/api/orders/{token.Split('.')[0]}").JsonAsync())
            .GetProperty("trackingToken")
            .ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_guest_who_has_an_account_now_keeps_the_order_in_it_and_nobody_else_does()
    {
        var token = await PlacedAsync();
        var id = token.Split('.')[0];

        await _service.Anonymous().PostAsync($"/api/track/{token}/keep").ProblemAsync(401, "unauthenticated");
        await _service.As("customer").PostAsync($"/api/track/{id}.x/keep").ProblemAsync(404, "not-found");
        await _service.As("customer").PostAsync($"/api/track/{token}/keep").JsonAsync();
        await _service.As("customer").PostAsync($"/api/track/{token}/keep").JsonAsync();

        (await _service.As("customer").ReadAsync($"/api/orders/{id}").JsonAsync()).GetProperty("id").GetString().ShouldBe(id);
        await _service.As(Roles.Manager).PostAsync($"/api/track/{token}/keep").ProblemAsync(409, "illegal-transition");
        (await _service.Anonymous().ReadAsync($"/api/track/{token}").JsonAsync()).GetProperty("id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task A_repeated_request_is_answered_as_the_first_and_the_token_is_kept_nowhere()
    {
        using var guest = _service.Anonymous();
        guest.DefaultRequestHeaders.Add("Idempotency-Key", "key-1");

        using var first = await guest.PostAsync("/api/guest/orders", OrderFactory.Request());
        using var again = await guest.PostAsync("/api/guest/orders", OrderFactory.Request());

        var (answer, repeated) = (await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        repeated.ShouldBe(answer);
        again.Headers.Location.ShouldBe(first.Headers.Location);
        again.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        var token = JsonSerializer.Deserialize<JsonElement>(answer).GetProperty("trackingToken").GetString()!;
        var kept = await _service.Get<ICache>().GetAsync($"idempotency:{await ScopeOfAsync(token)}", CancellationToken.None);
        kept.ShouldNotBeNull().ShouldNotContain(token.Split('.')[1]);
    }

    [Fact]
    public async Task Two_guests_with_one_key_place_two_orders()
    {
        using var guest = _service.Anonymous();
        guest.DefaultRequestHeaders.Add("Idempotency-Key", "key-1");

        var first = await guest.PostAsync("/api/guest/orders", OrderFactory.Request()).JsonAsync(201);
        var second = await guest.PostAsync("/api/guest/orders", OrderFactory.Request(notes: "another")).JsonAsync(201);

        second.GetProperty("id").GetString().ShouldNotBe(first.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_email_address_is_optional_and_must_be_one()
    {
        (await Ordered("ada@example.org").JsonAsync(201))
            .GetProperty("customer")
            .GetProperty("email")
            .GetString()
            .ShouldBe("ada@example.org");
        (await Ordered("nobody").ProblemAsync(400, "validation"))
            .GetProperty("errors")
            .TryGetProperty("customer.email", out _)
            .ShouldBeTrue();

        Task<HttpResponseMessage> Ordered(string email)
        {
            var request = JsonSerializer.SerializeToNode(OrderFactory.Request())!;
            request["customer"]!["email"] = email;
            return _service.Anonymous().PostAsync<JsonNode>("/api/guest/orders", request);
        }
    }

    private async Task<string> PlacedAsync() =>
        (await _service.Anonymous().PostAsync("/api/guest/orders", OrderFactory.Request()).JsonAsync(201))
            .GetProperty("trackingToken")
            .GetString()!;

    private async Task<string> ScopeOfAsync(string token) =>
        (await _service.Get<IRepository<Order>>().FindAsync(token.Split('.')[0], CancellationToken.None))
            .ShouldNotBeNull()
            .PlacedBy.ShouldNotBeNull()
            .Scope;

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
}
