using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>What an operator can inspect and repair in orders.</summary>
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
            _tickets.Add(await _service.InAsync(status));
        }

        _tickets.Clear();

        (await FindAsync()).ShouldBeEmpty("none of them stands still for long");
    }

    [Fact]
    public async Task A_wrong_total_is_found_mended_on_demand_and_put_back_on_demand()
    {
        var id = await _service.PlacedAsync();
        await CorruptAsync(id, nameof(Order.Total), new Money(100));

        (await FindAsync()).ShouldHaveSingleItem().Corruption.Name.ShouldBe(Corruptions.TotalDiffers);
        (await StoredAsync(id)).Total.ShouldBe(new Money(100), "a dry run changes nothing");

        (await MendAsync()).ShouldHaveSingleItem().IsRepaired.ShouldBeTrue();
        (await StoredAsync(id)).Total.ShouldBe(new Money(3378));
        (await TypesAsync(id)).ShouldContain(nameof(OrderRepaired));
        (await MendAsync()).ShouldBeEmpty();

        (await _service.Get<RepairOrders>().UndoAsync(id, CancellationToken.None)).OrThrow();
        (await StoredAsync(id)).Total.ShouldBe(new Money(100));
        (await TypesAsync(id)).Count(type => type == nameof(OrderRepaired)).ShouldBe(2, "undoing is part of the story");
        (await _service.Get<RepairOrders>().UndoAsync("never-repaired", CancellationToken.None)).Error!.Code.ShouldBe(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_status_that_its_times_contradict_follows_the_times_and_a_lost_time_the_history()
    {
        var backwards = await _service.InAsync(OrderStatus.Ready);
        await CorruptAsync(backwards, nameof(Order.Status), OrderStatus.Confirmed);
        var forgotten = await _service.InAsync(OrderStatus.Ready);
        await CorruptAsync(forgotten, nameof(Order.ReadyAt), value: null);
        await CorruptAsync(forgotten, nameof(Order.Status), OrderStatus.Cooking);

        (await MendAsync()).Select(finding => finding.Corruption.Name).Distinct().ShouldBe([Corruptions.StatusContradictsTimes]);

        (await StoredAsync(backwards)).Status.ShouldBe(OrderStatus.Ready);
        var mended = await StoredAsync(forgotten);
        (mended.Status, mended.ReadyAt is not null).ShouldBe((OrderStatus.Ready, true));
    }

    [Fact]
    public async Task Two_repairs_at_once_mend_once()
    {
        var id = await _service.PlacedAsync();
        await CorruptAsync(id, nameof(Order.Total), new Money(100));

        await Task.WhenAll(MendAsync(), MendAsync(), MendAsync());

        (await TypesAsync(id)).Count(type => type == nameof(OrderRepaired)).ShouldBe(1);
    }

    [Fact]
    public async Task A_ticket_without_an_order_is_withdrawn()
    {
        _tickets.AddRange(["ghost", await _service.InAsync(OrderStatus.Confirmed)]);

        var finding = (await MendAsync()).ShouldHaveSingleItem();

        (finding.OrderId, finding.Corruption.Name, finding.IsRepaired).ShouldBe(("ghost", Corruptions.TicketWithoutOrder, true));
        _withdrawn.ShouldBe(["ghost"]);
    }

    [Fact]
    public async Task Orders_that_stand_still_go_on()
    {
        var unpaid = await _service.PlacedAsync("credit_card");
        var paid = await _service.PlacedAsync("credit_card");
        var payment = Payment.For(WorkerFactory.Requested(paid, "tok_ok"));
        payment.Succeed("pay_1", Orders.By("worker"));
        await _service.Get<IRepository<Payment>>().AddAsync(payment, [], handled: null, CancellationToken.None);
        var unheard = await _service.InAsync(OrderStatus.Confirmed);
        var cooking = await _service.InAsync(OrderStatus.Cooking);
        await _service.LaterAsync(TimeSpan.FromHours(1));

        var found = await MendAsync();

        found.ShouldAllBe(finding => finding.Corruption.Name == Corruptions.Stuck && finding.IsRepaired);
        found.Select(finding => finding.OrderId).ShouldBe([unpaid, paid, unheard], ignoreOrder: true);
        (await StoredAsync(unpaid)).Status.ShouldBe(OrderStatus.Cancelled);
        (await StoredAsync(paid)).Status.ShouldBe(OrderStatus.Confirmed);
        (await TypesAsync(unheard)).Count(type => type == nameof(OrderConfirmed)).ShouldBe(2);
        (await StoredAsync(cooking)).Status.ShouldBe(OrderStatus.Cooking);
    }

    [Fact]
    public async Task An_orders_story_tells_what_happened_who_handled_it_and_what_is_wrong_and_names_nobody()
    {
        var id = await _service.InAsync(OrderStatus.Cooking);
        await CorruptAsync(id, nameof(Order.Total), new Money(100));

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

    private Task<List<Finding>> FindAsync() => RunAsync(mend: false);

    private Task<List<Finding>> MendAsync() => RunAsync(mend: true);

    private async Task<List<Finding>> RunAsync(bool mend)
    {
        var found = new List<Finding>();
        await foreach (var finding in _service.Get<RepairOrders>().Handle(mend, TimeSpan.FromMinutes(20), CancellationToken.None))
        {
            found.Add(finding);
        }

        return found;
    }

    private async Task<Order> StoredAsync(string id) => (await Repository.FindAsync(id, CancellationToken.None)).ShouldNotBeNull();

    private async Task<IEnumerable<string>> TypesAsync(string id) => (await StoredAsync(id)).History.Select(entry => entry.Type);

    /// <summary>Changes an order as a defect of an older build, or a manual change in the database, could have done.</summary>
    private async Task CorruptAsync(string id, string property, object? value)
    {
        var order = await StoredAsync(id);
        typeof(Order).GetProperty(property)!.SetValue(order, value);
        (await Repository.SaveAsync(order, [], handled: null, CancellationToken.None)).ShouldBe(SaveResult.Saved);
    }
}
