using System.Net;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>What an operator can find out about orders, and mend.</summary>
public sealed class RepairTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();
    private readonly List<string> _tickets = [];
    private readonly List<string> _withdrawn = [];

    public RepairTests() => _service.Kitchen.Route = Kitchen;

    private IRepository<Order> Repository => _service.Get<IRepository<Order>>();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Sound_orders_are_left_alone()
    {
        foreach (var status in new[] { OrderStatus.Pending, OrderStatus.Confirmed, OrderStatus.Cooking, OrderStatus.Ready })
        {
            _tickets.Add(await _service.In(status));
        }

        _tickets.Clear();

        (await Find()).ShouldBeEmpty("none of them stands still for long");
    }

    [Fact]
    public async Task A_wrong_total_is_found_mended_on_demand_and_put_back_on_demand()
    {
        var id = await _service.Placed();
        await Corrupt(id, nameof(Order.Total), new Money(100));

        (await Find()).ShouldHaveSingleItem().Corruption.Name.ShouldBe(Corruptions.TotalDiffers);
        (await Stored(id)).Total.ShouldBe(new Money(100), "a dry run changes nothing");

        (await Mend()).ShouldHaveSingleItem().IsMended.ShouldBeTrue();
        (await Stored(id)).Total.ShouldBe(new Money(3378));
        (await Types(id)).ShouldContain(nameof(OrderRepaired));
        (await Mend()).ShouldBeEmpty();

        (await _service.Get<RepairOrders>().Undo(id, CancellationToken.None)).OrThrow();
        (await Stored(id)).Total.ShouldBe(new Money(100));
        (await Types(id)).Count(type => type == nameof(OrderRepaired)).ShouldBe(2, "undoing is part of the story");
        (await _service.Get<RepairOrders>().Undo("never-repaired", CancellationToken.None)).Fault!.Slug.ShouldBe(Slugs.NotFound);
    }

    [Fact]
    public async Task A_status_that_its_times_contradict_follows_the_times_and_a_lost_time_the_history()
    {
        var backwards = await _service.In(OrderStatus.Ready);
        await Corrupt(backwards, nameof(Order.Status), OrderStatus.Confirmed);
        var forgotten = await _service.In(OrderStatus.Ready);
        await Corrupt(forgotten, nameof(Order.ReadyAt), value: null);
        await Corrupt(forgotten, nameof(Order.Status), OrderStatus.Cooking);

        (await Mend()).Select(finding => finding.Corruption.Name).Distinct().ShouldBe([Corruptions.StatusContradictsTimes]);

        (await Stored(backwards)).Status.ShouldBe(OrderStatus.Ready);
        var mended = await Stored(forgotten);
        (mended.Status, mended.ReadyAt is not null).ShouldBe((OrderStatus.Ready, true));
    }

    [Fact]
    public async Task Two_repairs_at_once_mend_once()
    {
        var id = await _service.Placed();
        await Corrupt(id, nameof(Order.Total), new Money(100));

        await Task.WhenAll(Mend(), Mend(), Mend());

        (await Types(id)).Count(type => type == nameof(OrderRepaired)).ShouldBe(1);
    }

    [Fact]
    public async Task A_ticket_without_an_order_is_withdrawn()
    {
        _tickets.AddRange(["ghost", await _service.In(OrderStatus.Confirmed)]);

        var finding = (await Mend()).ShouldHaveSingleItem();

        (finding.OrderId, finding.Corruption.Name, finding.IsMended).ShouldBe(("ghost", Corruptions.TicketWithoutOrder, true));
        _withdrawn.ShouldBe(["ghost"]);
    }

    [Fact]
    public async Task Orders_that_stand_still_go_on()
    {
        var unpaid = await _service.Placed();
        var paid = await _service.Placed();
        var payment = Payment.For(WorkerFactory.Requested(paid, cardToken: null));
        payment.Succeed(reference: null, Orders.By("worker"));
        await _service.Get<IRepository<Payment>>().Add(payment, [], handled: null, CancellationToken.None);
        var unheard = await _service.In(OrderStatus.Confirmed);
        var cooking = await _service.In(OrderStatus.Cooking);
        _service.Clock.Advance(TimeSpan.FromHours(1));

        var found = await Mend();

        found.ShouldAllBe(finding => finding.Corruption.Name == Corruptions.Stuck && finding.IsMended);
        found.Select(finding => finding.OrderId).ShouldBe([unpaid, paid, unheard], ignoreOrder: true);
        (await Stored(unpaid)).Status.ShouldBe(OrderStatus.Cancelled);
        (await Stored(paid)).Status.ShouldBe(OrderStatus.Confirmed);
        (await Types(unheard)).Count(type => type == nameof(OrderConfirmed)).ShouldBe(2);
        (await Stored(cooking)).Status.ShouldBe(OrderStatus.Cooking);
    }

    [Fact]
    public async Task An_orders_story_tells_what_happened_who_handled_it_and_what_is_wrong_and_names_nobody()
    {
        var id = await _service.In(OrderStatus.Cooking);
        await Corrupt(id, nameof(Order.Total), new Money(100));

        var story = await _service.Get<ExplainOrder>().Handle(id, CancellationToken.None);

        story.ShouldNotBeNull();
        foreach (var told in new[] { id, "cooking", "OrderPlaced", "OrderConfirmed", "CookingStarted", "customer-1", "chef-1" })
        {
            story.ShouldContain(told);
        }

        story.ShouldContain(Corruptions.TotalDiffers);
        story.ShouldNotContain("Ada", Case.Sensitive);
        story.ShouldNotContain("Main St");
        (await _service.Get<ExplainOrder>().Handle("no-such-order", CancellationToken.None)).ShouldBeNull();
    }

    private HttpResponseMessage? Kitchen(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get)
        {
            return StandIn.Json(HttpStatusCode.OK, new { items = _tickets });
        }

        _withdrawn.Add(request.RequestUri!.Segments[^2].TrimEnd('/'));
        return null;
    }

    private Task<List<Finding>> Find() => Run(mend: false);

    private Task<List<Finding>> Mend() => Run(mend: true);

    private async Task<List<Finding>> Run(bool mend)
    {
        var found = new List<Finding>();
        await foreach (var finding in _service.Get<RepairOrders>().Handle(mend, TimeSpan.FromMinutes(20), CancellationToken.None))
        {
            found.Add(finding);
        }

        return found;
    }

    private async Task<Order> Stored(string id) => (await Repository.Find(id, CancellationToken.None)).ShouldNotBeNull();

    private async Task<IEnumerable<string>> Types(string id) => (await Stored(id)).History.Select(entry => entry.Type);

    /// <summary>What a fault in an older build, or a hand in the database, could have done.</summary>
    private async Task Corrupt(string id, string property, object? value)
    {
        var order = await Stored(id);
        typeof(Order).GetProperty(property)!.SetValue(order, value);
        (await Repository.Save(order, [], handled: null, CancellationToken.None)).ShouldBe(SaveResult.Saved);
    }
}
