using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>What is done when the scheduler says that it is due.</summary>
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
    public async Task An_order_that_is_not_ready_in_time_raises_the_alarm_once()
    {
        var late = await _service.In(OrderStatus.Confirmed);
        var ready = await _service.In(OrderStatus.Ready);
        _service.Clock.Advance(TimeSpan.FromMinutes(12) + RaiseLateAlarms.Grace + TimeSpan.FromSeconds(1));
        var inTime = await _service.In(OrderStatus.Confirmed);

        var tick = Due(ScheduledJobs.LateOrders);
        await _service.Hear(tick);
        await _service.Hear(tick);
        await _service.Hear(Due(ScheduledJobs.LateOrders));
        await Answers.Eventually(async () => (await Alarms(late)) == 1, "the alarm is raised");
        var last = await _service.In(OrderStatus.Confirmed);

        (await Alarms(late), await Alarms(ready), await Alarms(inTime), await Alarms(last)).ShouldBe((1, 0, 0, 0));
    }

    [Fact]
    public async Task A_late_order_is_told_to_its_customer_and_to_the_managers()
    {
        var alarm = new OrderLate
        {
            OrderId = "order-1",
            CustomerId = "customer-1",
            PromisedAt = Orders.Start,
            OccurredAt = Orders.Start.AddMinutes(6),
        };

        await _worker.Hear(alarm);
        await _worker.Hear(alarm);

        await Answers.Eventually(async () => await Notifications("customer") == 1 && await Notifications("manager") == 1, "both are told");
        var told = (await _service.As("manager").Read("/api/notifications").Json()).GetProperty("items")[0];
        (told.GetProperty("type").GetString(), told.GetProperty("orderId").GetString()).ShouldBe(("order_late", "order-1"));
        var read = await _service.As("manager").Post($"/api/notifications/{told.GetProperty("id").GetString()}/read").Json();
        read.GetProperty("status").GetString().ShouldBe("read");
        await _service.As("customer").Post($"/api/notifications/{told.GetProperty("id").GetString()}/read").Problem(404, "not-found");
    }

    [Fact]
    public async Task The_day_that_is_over_is_reported_and_mailed_once()
    {
        await _service.Get<IRepository<FigureDay>>().Add(Day(2, 1), [], handled: null, CancellationToken.None);
        await _service.Get<IRepository<FigureDay>>().Add(Day(3, 2), [], handled: null, CancellationToken.None);
        var tick = Due(ScheduledJobs.DailyReport, new(2026, 3, 4, 0, 10, 0, TimeSpan.Zero));

        await _worker.Hear(tick);
        await _worker.Hear(tick);
        await _worker.Hear(Due(ScheduledJobs.DailyReport, tick.DueAt));
        await Answers.Eventually(() => Task.FromResult(_server.Taken.Count >= 2), "both days are mailed");
        var reports = (await _service.As("manager").Read("/api/reports/daily?from=2026-03-01&to=2026-03-31").Json()).GetProperty("items");

        reports.EnumerateArray().Select(report => report.GetProperty("date").GetString()).ShouldBe(["2026-03-03", "2026-03-02"]);
        reports[0].GetProperty("summary").GetProperty("revenue").GetRawText().ShouldBe("111.54");
        _server
            .Taken.Select(mail => (mail.To, mail.Header("Subject")))
            .ShouldBe([
                ("boss@pizzeria.example", "Mario's Pizzeria on 2026-03-02"),
                ("boss@pizzeria.example", "Mario's Pizzeria on 2026-03-03"),
            ]);
        _server.Taken[1].Text.ShouldContain("Revenue: 111.54 USD");
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
            await notifications.Add(Notification.Of(e, "customer-1", "t", "t", "m"), [], handled: null, CancellationToken.None);
        }

        await _service.Hear(Due(ScheduledJobs.Prune));

        await Answers.Eventually(async () => await Notifications("customer") == 2, "the old ones are gone");
        (await notifications.List(Query<Notification>.All, CancellationToken.None))
            .Select(notification => notification.OrderId)
            .ShouldBe(["0", "29"], ignoreOrder: true);
    }

    private static FigureDay Day(int day, int orders)
    {
        var figures = FigureDay.Of(new(2026, 3, day));
        figures.Take(Figures.Sum(Enumerable.Repeat(Figures.Of(Orders.In(OrderStatus.Delivered)), orders)));
        return figures;
    }

    private ScheduledJobDue Due(string job, DateTimeOffset? at = null) =>
        new()
        {
            Job = job,
            DueAt = at ?? _service.Clock.GetUtcNow(),
            Actor = "scheduler",
        };

    private async Task<int> Alarms(string id) =>
        (await _service.As("manager").Read($"/api/orders/{id}/timeline").Json())
            .GetProperty("events")
            .EnumerateArray()
            .Count(entry => entry.GetProperty("type").GetString() == nameof(OrderLate));

    private async Task<int> Notifications(string role) =>
        (await _service.As(role).Read("/api/notifications").Json()).GetProperty("items").GetArrayLength();
}
