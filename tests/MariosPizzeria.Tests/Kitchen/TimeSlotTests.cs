using System.Globalization;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class TimeSlotTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task Four_kitchens_at_once_never_overbook_a_slot()
    {
        await using KitchenFactory second = new() { SharesWith = _kitchen },
            third = new() { SharesWith = _kitchen },
            fourth = new() { SharesWith = _kitchen };
        KitchenFactory[] kitchens = [_kitchen, second, third, fourth];
        var at = await ASlotAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 80)
                .Select(n => Task.Run(() => kitchens[n % 4].Get<ReserveSlot>().Handle($"order-{n / 2}", at, CancellationToken.None)))
        );

        // Each order was reserved twice, in two kitchens, and has one place.
        answers.Count(answer => answer.Succeeded).ShouldBe(14);
        answers.Where(answer => !answer.Succeeded).ShouldAllBe(answer => answer.Error!.Code == ErrorCodes.SlotFull);
        (await SlotAsync(at)).Places.Select(place => place.OrderId).Distinct().Count().ShouldBe(7);
        (await LeftAsync(at)).ShouldBe(0);
    }

    [Fact]
    public async Task How_many_orders_a_slot_takes_is_configured()
    {
        await using var small = _kitchen.WithWebHostBuilder(builder => builder.UseSetting("Shop:OrdersPerSlot", "2"));
        using var guest = small.CreateClient();

        var slots = (
            await guest.ReadAsync($"/api/shop/slots?day={_kitchen.Clock.GetUtcNow().AddDays(2):yyyy-MM-dd}").JsonAsync()
        ).GetProperty("items");

        slots[0].GetProperty("left").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_confirmed_order_keeps_its_place_and_a_cancelled_one_gives_it_back()
    {
        var at = await ASlotAsync();
        await ReserveAsync("kept", at);
        await ReserveAsync("cancelled", at);
        await ReserveAsync("never-placed", at);

        await _kitchen.TellAsync(KitchenFactory.Confirmed("kept", _kitchen.Clock.GetUtcNow()) with { RequestedFor = at });
        await _kitchen.TellAsync(KitchenFactory.Cancelled("cancelled") with { RequestedFor = at });
        await Answers.EventuallyAsync(async () => await LeftAsync(at) == 5, "the cancelled order's place is free");
        await Answers.EventuallyAsync(
            async () => (await SlotAsync(at)).Places.Exists(place => place is { OrderId: "kept", State: PlaceState.Kept }),
            "the confirmed order keeps its place"
        );

        // The lease of an order that was never stored ends; a confirmed order has no lease.
        (await SlotAsync(at))
            .Taken(_kitchen.Clock.GetUtcNow() + TimeSlot.Lease)
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_confirmation_that_comes_after_the_cancellation_takes_no_place()
    {
        var at = await ASlotAsync();
        await ReserveAsync("order-1", at);
        await _kitchen.TellAsync(KitchenFactory.Cancelled("order-1") with { RequestedFor = at });
        await Answers.EventuallyAsync(async () => await LeftAsync(at) == 7, "the place is free");

        await _kitchen.TellAsync(KitchenFactory.Confirmed("order-1", _kitchen.Clock.GetUtcNow()) with { RequestedFor = at });
        await _kitchen.TellAsync(KitchenFactory.Confirmed("order-2", _kitchen.Clock.GetUtcNow()) with { RequestedFor = at });

        await Answers.EventuallyAsync(async () => await LeftAsync(at) == 6, "the later order has its place");
        (await SlotAsync(at)).Places.Single(place => place.OrderId == "order-1").State.ShouldBe(PlaceState.Released);
    }

    [Fact]
    public async Task A_withdrawn_ticket_s_order_has_no_place_though_the_message_that_it_is_cancelled_is_lost()
    {
        var at = await ASlotAsync();
        await ReserveAsync("withdrawn-after", at);
        await _kitchen.TellAsync(KitchenFactory.Confirmed("withdrawn-after", _kitchen.Clock.GetUtcNow()) with { RequestedFor = at });
        await Answers.EventuallyAsync(async () => await _kitchen.FindAsync("withdrawn-after") is not null, "the ticket is there");
        await WithdrawAsync("withdrawn-after");
        await ReserveAsync("withdrawn-before", at);
        await WithdrawAsync("withdrawn-before");

        await _kitchen.TellAsync(KitchenFactory.Confirmed("withdrawn-before", _kitchen.Clock.GetUtcNow()) with { RequestedFor = at });

        await Answers.EventuallyAsync(
            async () => (await SlotAsync(at)).Places.TrueForAll(place => place.State == PlaceState.Released),
            "both places are free"
        );
    }

    [Fact]
    public void A_place_whose_lease_ended_goes_to_another_order_and_is_kept_by_its_own_only_where_that_is_confirmed()
    {
        var (now, slot) = (_kitchen.Clock.GetUtcNow(), TimeSlot.Empty(DateTimeOffset.UnixEpoch));
        slot.Reserve("lost", capacity: 1, now).OrThrow().ShouldBeTrue();
        slot.Reserve("order-2", capacity: 1, now).Error!.Code.ShouldBe(ErrorCodes.SlotFull);

        slot.Reserve("order-2", capacity: 1, now + TimeSlot.Lease).OrThrow().ShouldBeTrue();

        slot.Reserve("lost", capacity: 1, now + TimeSlot.Lease).Error!.Code.ShouldBe(ErrorCodes.SlotFull);
        slot.Keep("order-2").ShouldBeTrue();
        slot.Keep("order-2").ShouldBeFalse();
        slot.Reserve("order-2", capacity: 1, now + TimeSlot.Lease).OrThrow().ShouldBeFalse();
        slot.Taken(now + (2 * TimeSlot.Lease)).ShouldBe(1);
    }

    [Fact]
    public async Task Slots_are_quarters_of_an_hour_from_when_an_order_for_now_would_be_ready_to_the_end_of_the_day()
    {
        var now = _kitchen.Clock.GetUtcNow();
        var day = BusinessDays.Default.DayOf(now);
        await _kitchen.As(Roles.Manager).PutAsync("/api/shop/busy", new { extraMinutes = 30 }).JsonAsync();

        var today = await SlotsAsync(day);
        var tomorrow = await SlotsAsync(day.AddDays(1));
        var last = await SlotsAsync(day.AddDays(7));
        var beyond = await SlotsAsync(day.AddDays(9));

        today.ShouldAllBe(slot => slot.At >= now.AddMinutes(40) && slot.At < BusinessDays.Default.EndOf(day) && slot.Left == 7);
        tomorrow
            .Select(slot => slot.At)
            .ShouldBe(
                Enumerable
                    .Range(0, 96)
                    .Select(n => BusinessDays.Default.StartOf(day.AddDays(1)).AddMinutes(15 * n))
                    .Where(at => at >= now.AddMinutes(40))
            );
        last.ShouldAllBe(slot => slot.At <= now.AddDays(7));
        beyond.ShouldBeEmpty();
    }

    [Fact]
    public async Task Slots_lie_within_opening_hours()
    {
        var day = BusinessDays.Default.DayOf(_kitchen.Clock.GetUtcNow()).AddDays(2);
        var hours = new[]
        {
            new
            {
                day = day.DayOfWeek.ToString(),
                from = "18:00",
                to = "19:00",
            },
        };
        await _kitchen.As(Roles.Manager).PutAsync("/api/shop/hours", new { hours }).JsonAsync();

        (await SlotsAsync(day)).Select(slot => $"{slot.At:HH:mm}").ShouldBe(["18:00", "18:15", "18:30", "18:45"]);
        (await SlotsAsync(day.AddDays(1))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("2026-02-30")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task A_day_that_is_none_is_named(string day)
    {
        var problem = await _kitchen.Anonymous().ReadAsync($"/api/shop/slots?day={day}").ProblemAsync(400, "validation");

        problem.GetProperty("errors").TryGetProperty("day", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task An_order_is_due_at_a_slot_that_can_still_be_had()
    {
        var at = await ASlotAsync();

        foreach (var wrong in new[] { at.AddMinutes(1), at.AddDays(-2), at.AddDays(8), at.AddTicks(1) })
        {
            var refused = await _kitchen.Get<ReserveSlot>().Handle("order-1", wrong, CancellationToken.None);
            refused.Error!.Errors!.Keys.ShouldBe(["requestedFor"]);
        }
    }

    [Fact]
    public async Task The_ticket_of_an_order_for_later_is_there_at_once_and_listed_a_quarter_of_an_hour_before_it_must_be_started()
    {
        // Two pizzas of ten minutes: to be started in 17 minutes, listed in 2.
        var at = _kitchen.Clock.GetUtcNow().AddMinutes(37);
        var order = KitchenFactory.Confirmed("later", _kitchen.Clock.GetUtcNow()) with
        {
            PromisedAt = at,
            EstimatedReadyAt = at,
            RequestedFor = at,
        };
        await _kitchen
            .Get<IRepository<Ticket>>()
            .AddAsync(Ticket.Queue(order, minutesPerPizza: 10), [], handled: null, CancellationToken.None);
        await _kitchen.QueueAsync("now");

        var chef = _kitchen.As(Roles.Chef);

        var before = await ListedAsync(chef);
        _kitchen.Clock.Advance(TimeSpan.FromMinutes(3));

        before.ShouldBe("now, 1 queued");
        (await ListedAsync(chef)).ShouldBe("now later, 2 queued");
    }

    private static DateTimeOffset Instant(JsonElement slot) =>
        DateTimeOffset.Parse(slot.GetProperty("at").GetString()!, CultureInfo.InvariantCulture);

    private static async Task<string> ListedAsync(HttpClient chef)
    {
        var tickets = (await chef.ReadAsync("/api/kitchen/tickets").JsonAsync()).GetProperty("items");
        var queued = (await chef.ReadAsync("/api/kitchen/status").JsonAsync()).GetProperty("queued").GetInt32();
        return $"{string.Join(' ', tickets.EnumerateArray().Select(ticket => ticket.GetProperty("orderId").GetString()))}, {queued} queued";
    }

    private async Task<DateTimeOffset> ASlotAsync() =>
        (await SlotsAsync(BusinessDays.Default.DayOf(_kitchen.Clock.GetUtcNow()).AddDays(1)))[40].At;

    private async Task<List<(DateTimeOffset At, int Left)>> SlotsAsync(DateOnly day) =>
        [
            .. (await _kitchen.Anonymous().ReadAsync($"/api/shop/slots?day={day:yyyy-MM-dd}").JsonAsync())
                .GetProperty("items")
                .EnumerateArray()
                .Select(slot => (Instant(slot), slot.GetProperty("left").GetInt32())),
        ];

    private async Task<int> LeftAsync(DateTimeOffset at) =>
        (await SlotsAsync(BusinessDays.Default.DayOf(at))).Single(slot => slot.At == at).Left;

    private async Task WithdrawAsync(string orderId) =>
        (
            await _kitchen
                .Get<WithdrawTicket>()
                .Handle(orderId, orderVersion: 2, new Cause("order", _kitchen.Clock.GetUtcNow()), CancellationToken.None)
        )
            .OrThrow()
            .State.ShouldBe(TicketState.Withdrawn);

    private async Task ReserveAsync(string orderId, DateTimeOffset at) =>
        (await _kitchen.Get<ReserveSlot>().Handle(orderId, at, CancellationToken.None)).OrThrow().ShouldBe(at);

    private async Task<TimeSlot> SlotAsync(DateTimeOffset at) =>
        (await _kitchen.Get<IRepository<TimeSlot>>().FindAsync(TimeSlot.IdOf(at), CancellationToken.None))!;
}
