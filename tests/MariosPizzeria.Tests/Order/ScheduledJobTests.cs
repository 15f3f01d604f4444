using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The work that is done when the scheduler reports that a job is due.</summary>
public sealed class ScheduledJobTests : IAsyncDisposable
{
    private readonly MailServer _server = new();
    private readonly OrderFactory _service = new();
    private readonly WorkerFactory _worker;

    public ScheduledJobTests()
    {
        var settings = _server.Settings;
        settings["Reports:MailTo"] = "boss@pizzeria.example";
        _worker = new(() => _service.Server.CreateHandler()) { SharesWith = _service, Settings = settings };
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _service.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task An_order_that_its_customer_does_not_have_in_time_raises_the_alarm_once()
    {
        var late = await _service.InAsync(OrderStatus.Confirmed, fulfilment: "pickup");
        var ready = await _service.InAsync(OrderStatus.Ready, fulfilment: "pickup");
        var atTheDoor = await _service.InAsync(OrderStatus.Ready);
        await _service.As("driver").PostAsync($"/api/delivery/{atTheDoor}/take").JsonAsync();
        await _service.As("driver").PostAsync($"/api/delivery/{atTheDoor}/delivered").JsonAsync();
        var onTheRoad = await _service.InAsync(OrderStatus.Ready);
        await _service.As("driver").PostAsync($"/api/delivery/{onTheRoad}/take").JsonAsync();
        await _service.LaterAsync(TimeSpan.FromMinutes(12 + 20) + RaiseLateAlarms.Grace + TimeSpan.FromSeconds(1));
        var inTime = await _service.InAsync(OrderStatus.Confirmed);

        var tick = Due(ScheduledJobs.LateOrders);
        await _service.HearAsync(tick);
        await _service.HearAsync(tick);
        await _service.HearAsync(Due(ScheduledJobs.LateOrders));
        await Answers.EventuallyAsync(
            async () => (await AlarmsAsync(late), await AlarmsAsync(onTheRoad)) == (1, 1),
            "the alarms are raised"
        );
        var last = await _service.InAsync(OrderStatus.Confirmed);

        (await AlarmsAsync(late), await AlarmsAsync(onTheRoad), await AlarmsAsync(ready), await AlarmsAsync(atTheDoor)).ShouldBe(
            (1, 1, 0, 0)
        );
        (await AlarmsAsync(inTime), await AlarmsAsync(last)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task An_order_whose_alarm_was_raised_since_it_was_listed_does_not_count()
    {
        await _service.InAsync(OrderStatus.Confirmed, fulfilment: "pickup");
        await _service.LaterAsync(TimeSpan.FromMinutes(12 + 20) + RaiseLateAlarms.Grace + TimeSpan.FromSeconds(1));
        var orders = _service.Get<IRepository<Order>>();
        var listed = await orders.ListAsync(Query<Order>.All, CancellationToken.None);
        var cause = new Cause("scheduler", _service.Clock.GetUtcNow());

        (await _service.Get<RaiseLateAlarms>().RunAsync(cause, Guid.NewGuid(), CancellationToken.None)).ShouldBe(1);

        var slow = new RaiseLateAlarms(new ListedBefore(orders, listed));
        (await slow.RunAsync(cause, Guid.NewGuid(), CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_late_order_is_told_to_its_customer_and_to_the_managers()
    {
        var alarm = new OrderLate
        {
            OrderId = "order-1",
            CustomerId = "customer-1",
            PromisedAt = Orders.Start,
            NewPromisedAt = Orders.Start.AddMinutes(25),
            OccurredAt = Orders.Start.AddMinutes(6),
        };

        await _worker.HearAsync(alarm);
        await _worker.HearAsync(alarm);

        await Answers.EventuallyAsync(
            async () => await NotificationsAsync("customer") == 1 && await NotificationsAsync("manager") == 1,
            "both are told"
        );
        var told = (await _service.As("manager").ReadAsync("/api/notifications").JsonAsync()).GetProperty("items")[0];
        (told.GetProperty("type").GetString(), told.GetProperty("orderId").GetString()).ShouldBe(("order_late", "order-1"));
        var sorry = (await _service.As("customer").ReadAsync("/api/notifications").JsonAsync()).GetProperty("items")[0];
        sorry.GetProperty("message").GetString()!.ShouldContain("We are sorry: we now expect it at 18:25");
        var read = await _service.As("manager").PostAsync($"/api/notifications/{told.GetProperty("id").GetString()}/read").JsonAsync();
        read.GetProperty("status").GetString().ShouldBe("read");
        await _service
            .As("customer")
            .PostAsync($"/api/notifications/{told.GetProperty("id").GetString()}/read")
            .ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task The_day_that_is_over_is_reported_and_mailed_once()
    {
        // Until 04:00 the previous business day continues.
        await PlacedAsync("before", new(2026, 3, 2, 3, 59, 59, TimeSpan.Zero));
        await PlacedAsync("order-1", new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero));
        await PlacedAsync("order-2", new(2026, 3, 3, 18, 0, 0, TimeSpan.Zero));
        await PlacedAsync("order-3", new(2026, 3, 4, 3, 59, 59, TimeSpan.Zero));
        await PlacedAsync("today", new(2026, 3, 4, 4, 0, 0, TimeSpan.Zero));
        var tick = Due(ScheduledJobs.DailyReport, new(2026, 3, 4, 4, 10, 0, TimeSpan.Zero));

        await _worker.HearAsync(tick);
        await _worker.HearAsync(tick);
        await _worker.HearAsync(Due(ScheduledJobs.DailyReport, tick.DueAt));
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Count >= 3), "all days are mailed");
        var reports = (await _service.As("manager").ReadAsync("/api/reports/daily?from=2026-03-01&to=2026-03-31").JsonAsync()).GetProperty(
            "items"
        );

        reports
            .EnumerateArray()
            .Select(report => report.GetProperty("date").GetString())
            .ShouldBe(["2026-03-03", "2026-03-02", "2026-03-01"]);
        reports[0].GetProperty("summary").GetProperty("revenue").GetRawText().ShouldBe("111.54");
        _server
            .Taken.Select(mail => (mail.To, mail.Header("Subject")))
            .ShouldBe([
                ("boss@pizzeria.example", "Mario's Pizzeria on 2026-03-01"),
                ("boss@pizzeria.example", "Mario's Pizzeria on 2026-03-02"),
                ("boss@pizzeria.example", "Mario's Pizzeria on 2026-03-03"),
            ]);
        _server.Taken[2].Text.ShouldContain("Revenue: 111.54 USD");
        _server.Taken[2].Text.ShouldContain("4 x Margherita: 67.56");
    }

    [Fact]
    public async Task Old_notifications_are_forgotten_and_new_ones_stay()
    {
        var notifications = _service.Get<IRepository<Notification>>();
        var now = _service.Clock.GetUtcNow();
        foreach (var age in new[] { 0, 29, 31, 400 })
        {
            var e = new OrderReady
            {
                OrderId = $"{age}",
                Chef = "chef-1",
                CookingStartedAt = now,
                OccurredAt = now.AddDays(-age),
            };
            await notifications.AddAsync(Notification.Of(e, "customer-1", "t", "t", "m"), [], handled: null, CancellationToken.None);
        }

        await _service.HearAsync(Due(ScheduledJobs.Prune));

        await Answers.EventuallyAsync(async () => await NotificationsAsync("customer") == 2, "the old ones are gone");
        (await notifications.ListAsync(Query<Notification>.All, CancellationToken.None))
            .Select(notification => notification.OrderId)
            .ShouldBe(["0", "29"], ignoreOrder: true);
    }

    private async Task PlacedAsync(string id, DateTimeOffset at)
    {
        var order = Order.Place(Orders.New() with { Id = id }, new Cause(Orders.Customer, at)).Order;
        (await _service.Get<IRepository<Order>>().AddAsync(order, [], handled: null, CancellationToken.None)).ShouldBeTrue();
    }

    private ScheduledJobDue Due(string job, DateTimeOffset? at = null) =>
        new()
        {
            Job = job,
            DueAt = at ?? _service.Clock.GetUtcNow(),
            Actor = "scheduler",
        };

    private async Task<int> AlarmsAsync(string id) =>
        (await _service.As("manager").ReadAsync($"/api/orders/{id}/timeline").JsonAsync())
            .GetProperty("events")
            .EnumerateArray()
            .Count(entry => entry.GetProperty("type").GetString() == nameof(OrderLate));

    private async Task<int> NotificationsAsync(string role) =>
        (await _service.As(role).ReadAsync("/api/notifications").JsonAsync()).GetProperty("items").GetArrayLength();

    /// <summary>A repository that returns orders as they were when they were listed.</summary>
    private sealed class ListedBefore(IRepository<Order> orders, IReadOnlyList<Order> listed) : IRepository<Order>
    {
        public Task<IReadOnlyList<Order>> ListAsync(Query<Order> query, CancellationToken cancellationToken) => Task.FromResult(listed);

        public Task<Order?> FindAsync(string id, CancellationToken cancellationToken) => orders.FindAsync(id, cancellationToken);

        public Task<SaveResult> SaveAsync(
            Order document,
            IReadOnlyList<Event> events,
            HandledMessage? handled,
            CancellationToken cancellationToken
        ) => orders.SaveAsync(document, events, handled, cancellationToken);

        public Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken) =>
            orders.HasHandledAsync(id, handled, cancellationToken);

        public Task<long> CountAsync(Query<Order> query, CancellationToken cancellationToken) =>
            orders.CountAsync(query, cancellationToken);

        public Task<int> RemoveAsync(Query<Order> query, CancellationToken cancellationToken) =>
            orders.RemoveAsync(query, cancellationToken);
    }
}
