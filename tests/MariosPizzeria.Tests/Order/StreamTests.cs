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
        var id = await _service.Placed();
        await _service.Placed();
        using var viewer = await Connect(_service, id);

        var (name, version, order) = await viewer.Next();
        (name, version, order.GetProperty("id").GetString()).ShouldBe(("order", "1", id));

        await Pay(id);
        var confirmed = await viewer.Next();
        confirmed.Id.ShouldBe(confirmed.Data.GetProperty("version").GetRawText());
        Status(confirmed.Data).ShouldBe("confirmed");

        await _service.As("customer").Post($"/api/orders/{id}/cancel", new { reason = "changed my mind" }).Json();
        Status((await viewer.Next()).Data).ShouldBe("confirmed"); // the wish
        Status((await viewer.Next()).Data).ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_change_made_through_one_replica_is_seen_through_another()
    {
        var id = await _service.In(OrderStatus.Ready);
        using var viewer = await Connect(_replica, id);
        Status((await viewer.Next()).Data).ShouldBe("ready");

        await _service.As("driver").Post($"/api/delivery/{id}/take").Json();

        var (_, _, taken) = await viewer.Next();
        (Status(taken), taken.GetProperty("driver").GetString()).ShouldBe(("delivering", "driver-1"));
    }

    [Fact]
    public async Task Who_comes_again_gets_every_change_it_missed_from_any_replica()
    {
        var id = await _service.Placed();
        string? seen;
        using (var viewer = await Connect(_service, id))
        {
            seen = (await viewer.Next()).Id;
        }

        await Advance(id, OrderStatus.Ready);
        await _service.As("driver").Post($"/api/delivery/{id}/take").Json();
        await _service.As("driver").Post($"/api/delivery/{id}/delivered").Json();
        using var again = await EventReader.Connect(_replica.As("customer"), $"/api/orders/{id}/stream", seen);
        var missed = new List<(string? Id, JsonElement Order)>();
        while (missed.Count < 5)
        {
            var (_, version, order) = await again.Next();
            missed.Add((version, order));
        }

        missed.Select(each => Status(each.Order)).ShouldBe(["confirmed", "cooking", "ready", "delivering", "delivered"]);
        missed
            .Select(each => each.Order.GetProperty("payment").GetProperty("status").GetString())
            .Distinct()
            .ShouldBe(["cash_due", "paid"]);
        missed.Select(each => each.Id).ShouldBe(missed.Select(each => each.Order.GetProperty("version").GetRawText()));
        missed.Select(each => long.Parse(each.Id!, System.Globalization.CultureInfo.InvariantCulture)).ShouldBeInOrder();
        missed[1].Order.GetProperty("readyAt").ValueKind.ShouldBe(JsonValueKind.Null);
        var now = await _service.As("customer").Read($"/api/orders/{id}").Json();
        JsonElement.DeepEquals(missed[4].Order, now).ShouldBeTrue(missed[4].Order.GetRawText());
    }

    [Fact]
    public async Task Who_comes_again_having_missed_nothing_waits_for_the_next_change()
    {
        var id = await _service.Placed();
        using var viewer = await EventReader.Connect(_replica.As("customer"), $"/api/orders/{id}/stream", "1");

        await Pay(id);

        Status((await viewer.Next()).Data).ShouldBe("confirmed");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("999")]
    [InlineData("-1")]
    public async Task An_event_id_that_is_none_of_ours_is_as_none(string lastEventId)
    {
        var id = await _service.Placed();

        using var viewer = await EventReader.Connect(_service.As("customer"), $"/api/orders/{id}/stream", lastEventId);

        (await viewer.Next()).Id.ShouldBe("1");
    }

    [Fact]
    public async Task Another_customers_order_is_not_found_and_staff_may_view_it()
    {
        var theirs = await _service.Placed(by: _service.As("manager"));

        await _service.As("customer").Read($"/api/orders/{theirs}/stream").Problem(404, "not-found");
        await _service.As("customer").Read("/api/orders/nothing/stream").Problem(404, "not-found");
        await _service.Anonymous().Read($"/api/orders/{theirs}/stream").Problem(401, "unauthenticated");
        using var chef = await EventReader.Connect(_service.As("chef"), $"/api/orders/{theirs}/stream");
        (await chef.Next()).Name.ShouldBe("order");
    }

    [Fact]
    public async Task A_driver_is_shown_what_is_out_of_the_oven_and_under_way_whenever_it_changes_through_whichever_replica()
    {
        using var viewer = await EventReader.Connect(_replica.As("driver"), "/api/delivery/stream");
        Ids((await viewer.Next()).Data, "ready").ShouldBeEmpty();

        var delivery = await _service.In(OrderStatus.Ready);
        var (name, _, seen) = await Until(viewer, data => Ids(data, "ready").Any());
        (name, Ids(seen, "ready").Single()).ShouldBe(("delivery", delivery));

        var pickup = await _service.In(OrderStatus.Ready, fulfilment: "pickup");
        Ids((await Until(viewer, data => Ids(data, "pickups").Any())).Data, "pickups").ShouldBe([pickup]);

        await _service.As("driver").Post($"/api/delivery/{delivery}/take").Json();
        (_, _, seen) = await Until(viewer, data => Ids(data, "tour").Any());
        (Ids(seen, "tour").Single(), Ids(seen, "ready").Count()).ShouldBe((delivery, 0));
    }

    [Fact]
    public async Task A_manager_is_shown_the_overview_whenever_an_order_moves_through_whichever_replica()
    {
        using var viewer = await EventReader.Connect(_replica.As("manager"), "/api/reports/stream");
        var (name, _, first) = await viewer.Next();
        (name, Cooking(first)).ShouldBe(("overview", 0));

        await _service.In(OrderStatus.Cooking);

        await Until(viewer, data => Cooking(data) == 1);
        await _service.As("chef").Read("/api/reports/stream").Problem(403, "forbidden");
        await _service.As("customer").Read("/api/delivery/stream").Problem(403, "forbidden");
    }

    [Fact]
    public async Task A_stream_ends_when_the_process_begins_to_stop()
    {
        using var viewer = await Connect(_service, await _service.Placed());
        await viewer.Next();

        _service.Get<IHostApplicationLifetime>().StopApplication();

        (await viewer.Rest()).ShouldBeEmpty();
    }

    private static IEnumerable<string?> Ids(JsonElement seen, string list) =>
        seen.GetProperty(list).EnumerateArray().Select(order => order.GetProperty("id").GetString());

    private static int Cooking(JsonElement overview) => overview.GetProperty("active").GetProperty("cooking").GetInt32();

    // What comes in between is a step on the way; the reader has a deadline of its own.
    private static async Task<(string Name, string? Id, JsonElement Data)> Until(EventReader viewer, Func<JsonElement, bool> awaited)
    {
        while (true)
        {
            if (await viewer.Next() is var next && awaited(next.Data))
            {
                return next;
            }
        }
    }

    private static string? Status(JsonElement order) => order.GetProperty("status").GetString();

    private static Task<EventReader> Connect(OrderFactory replica, string id) =>
        EventReader.Connect(replica.As("customer"), $"/api/orders/{id}/stream");

    private Task Pay(string id) => Advance(id, OrderStatus.Confirmed);

    private Task Advance(string id, OrderStatus status) => _service.Bring(id, status);
}
