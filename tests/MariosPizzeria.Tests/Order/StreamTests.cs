using System.Text.Json;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.Tests.Ordering;

public sealed class StreamTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();
    private readonly OrderFactory _replica;

    public StreamTests() => _replica = new() { SharesWith = _service };

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_gets_the_order_and_then_each_change_of_it()
    {
        var id = await _service.PlacedAsync("credit_card");
        await _service.PlacedAsync();
        using var viewer = await ConnectAsync(_service, id);

        var (name, version, order) = await viewer.NextAsync();
        (name, version, order.GetProperty("id").GetString()).ShouldBe(("order", "1", id));

        await PayAsync(id);
        var confirmed = await viewer.NextAsync();
        confirmed.Id.ShouldBe(confirmed.Data.GetProperty("version").GetRawText());
        Status(confirmed.Data).ShouldBe("confirmed");

        await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", new { reason = "changed my mind" }).JsonAsync();
        Status((await viewer.NextAsync()).Data).ShouldBe("confirmed"); // the request to cancel
        Status((await viewer.NextAsync()).Data).ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_change_made_through_one_replica_is_seen_through_another()
    {
        var id = await _service.InAsync(OrderStatus.Ready);
        using var viewer = await ConnectAsync(_replica, id);
        Status((await viewer.NextAsync()).Data).ShouldBe("ready");

        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").JsonAsync();

        var (_, _, taken) = await viewer.NextAsync();
        (Status(taken), taken.GetProperty("driver").GetString()).ShouldBe(("delivering", "driver-1"));
    }

    [Fact]
    public async Task Who_comes_again_gets_every_change_it_missed_from_any_replica()
    {
        var id = await _service.PlacedAsync();
        string? seen;
        using (var viewer = await ConnectAsync(_service, id))
        {
            seen = (await viewer.NextAsync()).Id;
        }

        await AdvanceAsync(id, OrderStatus.Ready);
        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").JsonAsync();
        await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").JsonAsync();
        using var again = await EventReader.ConnectAsync(_replica.As("customer"), $"/api/orders/{id}/stream", seen);
        var missed = new List<(string? Id, JsonElement Order)>();
        while (missed.Count < 4)
        {
            var (_, version, order) = await again.NextAsync();
            missed.Add((version, order));
        }

        missed.Select(each => Status(each.Order)).ShouldBe(["cooking", "ready", "delivering", "delivered"]);
        missed
            .Select(each => each.Order.GetProperty("payment").GetProperty("status").GetString())
            .Distinct()
            .ShouldBe(["cash_due", "paid"]);
        missed.Select(each => each.Id).ShouldBe(missed.Select(each => each.Order.GetProperty("version").GetRawText()));
        missed.Select(each => long.Parse(each.Id!, System.Globalization.CultureInfo.InvariantCulture)).ShouldBeInOrder();
        missed[0].Order.GetProperty("readyAt").ValueKind.ShouldBe(JsonValueKind.Null);
        var now = await _service.As("customer").ReadAsync($"/api/orders/{id}").JsonAsync();
        JsonElement.DeepEquals(missed[3].Order, now).ShouldBeTrue(missed[3].Order.GetRawText());
    }

    [Fact]
    public async Task Who_comes_again_having_missed_nothing_waits_for_the_next_change()
    {
        var id = await _service.PlacedAsync("credit_card");
        using var viewer = await EventReader.ConnectAsync(_replica.As("customer"), $"/api/orders/{id}/stream", "1");

        await PayAsync(id);

        Status((await viewer.NextAsync()).Data).ShouldBe("confirmed");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("999")]
    [InlineData("-1")]
    public async Task An_event_id_that_is_none_of_ours_is_as_none(string lastEventId)
    {
        var id = await _service.PlacedAsync();

        using var viewer = await EventReader.ConnectAsync(_service.As("customer"), $"/api/orders/{id}/stream", lastEventId);

        (await viewer.NextAsync()).Id.ShouldBe("1");
    }

    [Fact]
    public async Task Another_customers_order_is_not_found_and_staff_may_view_it()
    {
        var theirs = await _service.PlacedAsync(by: _service.As("manager"));

        await _service.As("customer").ReadAsync($"/api/orders/{theirs}/stream").ProblemAsync(404, "not-found");
        await _service.As("customer").ReadAsync("/api/orders/nothing/stream").ProblemAsync(404, "not-found");
        await _service.Anonymous().ReadAsync($"/api/orders/{theirs}/stream").ProblemAsync(401, "unauthenticated");
        using var chef = await EventReader.ConnectAsync(_service.As("chef"), $"/api/orders/{theirs}/stream");
        (await chef.NextAsync()).Name.ShouldBe("order");
    }

    [Fact]
    public async Task A_driver_is_shown_what_is_out_of_the_oven_and_under_way_whenever_it_changes_through_whichever_replica()
    {
        using var viewer = await EventReader.ConnectAsync(_replica.As("driver"), "/api/delivery/stream");
        Ids((await viewer.NextAsync()).Data, "ready").ShouldBeEmpty();

        var delivery = await _service.InAsync(OrderStatus.Ready);
        var (name, _, seen) = await UntilAsync(viewer, data => Ids(data, "ready").Any());
        (name, Ids(seen, "ready").Single()).ShouldBe(("delivery", delivery));

        var pickup = await _service.InAsync(OrderStatus.Ready, fulfilment: "pickup");
        Ids((await UntilAsync(viewer, data => Ids(data, "pickups").Any())).Data, "pickups").ShouldBe([pickup]);

        await _service.As("driver").PostAsync($"/api/delivery/{delivery}/take").JsonAsync();
        (_, _, seen) = await UntilAsync(viewer, data => Ids(data, "tour").Any());
        (Ids(seen, "tour").Single(), Ids(seen, "ready").Count()).ShouldBe((delivery, 0));
    }

    [Fact]
    public async Task A_manager_is_shown_the_overview_whenever_an_order_moves_through_whichever_replica()
    {
        using var viewer = await EventReader.ConnectAsync(_replica.As("manager"), "/api/reports/stream");
        var (name, _, first) = await viewer.NextAsync();
        (name, Cooking(first)).ShouldBe(("overview", 0));

        await _service.InAsync(OrderStatus.Cooking);

        await UntilAsync(viewer, data => Cooking(data) == 1);
        await _service.As("chef").ReadAsync("/api/reports/stream").ProblemAsync(403, "forbidden");
        await _service.As("customer").ReadAsync("/api/delivery/stream").ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task A_stream_ends_when_the_process_begins_to_stop()
    {
        using var viewer = await ConnectAsync(_service, await _service.PlacedAsync());
        await viewer.NextAsync();

        _service.Get<IHostApplicationLifetime>().StopApplication();

        (await viewer.RestAsync()).ShouldBeEmpty();
    }

    private static IEnumerable<string?> Ids(JsonElement seen, string list) =>
        seen.GetProperty(list).EnumerateArray().Select(order => order.GetProperty("id").GetString());

    private static int Cooking(JsonElement overview) => overview.GetProperty("active").GetProperty("cooking").GetInt32();

    // Skips the events in between; the reader has its own deadline.
    private static async Task<(string Name, string? Id, JsonElement Data)> UntilAsync(EventReader viewer, Func<JsonElement, bool> awaited)
    {
        while (true)
        {
            if (await viewer.NextAsync() is var next && awaited(next.Data))
            {
                return next;
            }
        }
    }

    private static string? Status(JsonElement order) => order.GetProperty("status").GetString();

    private static Task<EventReader> ConnectAsync(OrderFactory replica, string id) =>
        EventReader.ConnectAsync(replica.As("customer"), $"/api/orders/{id}/stream");

    private Task PayAsync(string id) => _service.BringAsync(id, OrderStatus.Confirmed, "credit_card");

    private Task AdvanceAsync(string id, OrderStatus status) => _service.BringAsync(id, status);
}
