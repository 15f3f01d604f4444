using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.Stores;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Simulation.Checks;

/// <summary>A broken invariant.</summary>
/// <param name="Invariant">The name of the invariant: the same text for the same fault.</param>
/// <param name="Detail">What broke it.</param>
internal sealed record Violation(string Invariant, string Detail);

/// <summary>
/// Observes every save and every mail. It knows the current state of each order and ticket, for the simulated staff, and records the
/// first broken invariant.
/// </summary>
internal sealed class Watch(World.World world, SimulatedDatabase orders, SimulatedDatabase menu, SimulatedDatabase kitchen)
{
    // Twice the duration of the lease under which a worker sends a mail.
    private static readonly TimeSpan Undisturbed = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> _notified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _mailed = new(StringComparer.Ordinal);
    private readonly Dictionary<(DateOnly? Day, int? Number), string> _numbered = [];
    private readonly HashSet<string> _undone = new(StringComparer.Ordinal);
    private int _slots;

    /// <summary>The first broken invariant; null if none is broken.</summary>
    public Violation? Broken { get; private set; }

    /// <summary>Whether the broker lost a message that it had confirmed.</summary>
    public bool HasLost { get; private set; }

    /// <summary>The prices of each pizza over time.</summary>
    public PriceHistory Prices { get; } = new(world);

    /// <summary>The last saved state of each order, by id.</summary>
    public Dictionary<string, OrderView> Orders { get; } = new(StringComparer.Ordinal);

    /// <summary>The last saved state of each ticket, by order id.</summary>
    public Dictionary<string, TicketView> Tickets { get; } = new(StringComparer.Ordinal);

    /// <summary>The maximum number of tickets that may cook at the same time.</summary>
    public int Capacity { get; private set; }

    /// <summary>What guests were told about their orders, accepted or cancelled, by idempotency key.</summary>
    public Dictionary<string, Promise> Promised { get; } = new(StringComparer.Ordinal);

    public SimulatedDatabase OrderDatabase => orders;

    public SimulatedDatabase MenuDatabase => menu;

    public SimulatedDatabase KitchenDatabase => kitchen;

    /// <summary>Records that the broker lost a confirmed message; checks that depend on the arrival of each message are skipped.</summary>
    public void Lost() => HasLost = true;

    /// <summary>Records a broken invariant, unless another was recorded before.</summary>
    public void Break(string invariant, string detail)
    {
        if (Broken is null)
        {
            Broken = new(invariant, detail);
            world.Tell(world.Outside, () => $"BROKEN: {invariant}: {detail}");
        }
    }

    /// <summary>Whether a step of the order or of its ticket was undone.</summary>
    public bool HasUndone(string orderId) => _undone.Contains(orderId);

    /// <summary>Checks a saved document.</summary>
    public void Saved(SimulatedProcess process, IDocument document, IReadOnlyList<Event> events)
    {
        if (events.Any(e => e is TicketStepUndone or DeliveryUndone or DeliveryFailed))
        {
            _undone.Add(document.Id);
        }

        switch (document)
        {
            case Order order:
                See(process, order, events);
                break;
            case Ticket ticket:
                See(ticket);
                break;
            case Kitchen place:
                See(place);
                break;
            case Notification notification:
                See(notification);
                break;
            case Pizza pizza:
                Prices.Add(pizza);
                break;
        }
    }

    /// <summary>Checks a mail that the mail server accepted.</summary>
    public void Mailed(MailContent letter)
    {
        if (!_mailed.TryAdd(letter.Id, world.Loop.Now) && world.LastDisturbed < _mailed[letter.Id] - Undisturbed)
        {
            Break(
                "A mail goes out once, unless something kept the worker that sent it from noting that",
                $"{Ids.Short(letter.Id)} went out again, and nothing had gone wrong for a minute before it went out first"
            );
        }
    }

    /// <summary>Records that a guest was told that an order is accepted.</summary>
    public void Accepted(string key, string orderId)
    {
        if (Promised.TryGetValue(key, out var promise) && promise.OrderId != orderId)
        {
            Break("One key makes one order", $"{key} made {Ids.Short(promise.OrderId)} and {Ids.Short(orderId)}");
        }

        Promised[key] = new(orderId, promise?.IsCancelled ?? false);
    }

    /// <summary>Records that a guest was told that an order is cancelled.</summary>
    public void Cancelled(string key) => Promised[key] = Promised[key] with { IsCancelled = true };

    private void See(SimulatedProcess process, Order order, IReadOnlyList<Event> events)
    {
        var before = Orders.GetValueOrDefault(order.Id);
        if (
            before is not null
            && order.Status < before.Status
            && !events.Any(e => e is DeliveryUndone or DeliveryFailed)
            && !(order.TicketVersion > before.TicketVersion && before.Status is OrderStatus.Cooking or OrderStatus.Ready)
        )
        {
            Break(
                "An order's status never goes back",
                $"{Ids.Short(order.Id)} was {before.Status} and is {order.Status} by {process.Name}"
            );
        }

        if (before is { Status: OrderStatus.Delivered } && order.Status == OrderStatus.Cancelled)
        {
            Break("What was delivered is not cancelled", Ids.Short(order.Id));
        }

        if (
            order is { Status: OrderStatus.Cancelled, CancellationReason: CancellationReasons.PaymentExpired }
            && before?.Status != OrderStatus.Cancelled
            && orders.Find<Payment>("payments", order.Id) is { Status: CollectionStatus.Collected or CollectionStatus.Requested } payment
            && order.PaymentMethod != PaymentMethod.Cash
        )
        {
            Break(
                "An order expires only when its payment is closed",
                $"{Ids.Short(order.Id)} expires while its payment is {payment.Status}"
            );
        }

        if (order.Total != Pricing.Total(order.Lines.Select(line => line.LineTotal), order.DeliveryFee))
        {
            Break("An order costs what its lines cost", Ids.Short(order.Id));
        }

        if (before is null && order.Lines.FirstOrDefault(line => !Prices.Holds(line, order.PlacedAt)) is { } line)
        {
            Break("A line costs what the pizza cost when it was ordered", $"{Ids.Short(order.Id)}: {line.PizzaId} at {line.UnitPrice}");
        }

        if (!_numbered.TryAdd((order.Day, order.Number), order.Id) && _numbered[(order.Day, order.Number)] != order.Id)
        {
            Break("A number is one order's within its day", $"{Ids.Short(order.Id)} has the number {order.Number} of another");
        }

        Orders[order.Id] = new(order.Status, order.Fulfilment, order.Driver, order.PaymentMethod, order.TicketVersion, world.Loop.Now);
    }

    private void See(Ticket ticket)
    {
        var before = Tickets.GetValueOrDefault(ticket.Id);
        if (before is not null && ticket.State < before.State && !(ticket.SteppedAt is null && ticket.State == before.State - 1))
        {
            Break("A ticket's state never goes back but by an undo", $"{Ids.Short(ticket.Id)} was {before.State} and is {ticket.State}");
        }

        if (
            before is { State: TicketState.Ready }
            && ticket.State == TicketState.Cooking
            && orders.Find<Order>("orders", ticket.Id) is { Status: OrderStatus.Delivering or OrderStatus.Delivered } gone
        )
        {
            Break("What has left the kitchen does not cook again", $"{Ids.Short(ticket.Id)} is {gone.Status}");
        }

        if (
            before is null
            && ticket.State == TicketState.Queued
            && orders.Find<Order>("orders", ticket.Id) is not { ConfirmedAt: not null }
        )
        {
            Break("A ticket belongs to a confirmed order", Ids.Short(ticket.Id));
        }

        Tickets[ticket.Id] = new(ticket.State, ticket.StartedAt, ticket.LeftAt, ticket.Chef, world.Loop.Now);
        if (ticket.State == TicketState.Cooking && before?.State != TicketState.Cooking)
        {
            var place = kitchen.Find<Kitchen>("kitchens", Kitchen.SingletonId);
            if (Tickets.Values.Count(each => each.State == TicketState.Cooking) > (place?.Slots.Count ?? 0))
            {
                Break("No more tickets cook than slots are held", Ids.Short(ticket.Id));
            }

            if (Tickets.Values.Count(each => each.State == TicketState.Cooking) > Math.Max(Capacity, _slots))
            {
                Break("No more cooks than capacity allows", Ids.Short(ticket.Id));
            }
        }
    }

    private void See(Kitchen place)
    {
        if (place.Slots.Count > _slots && place.Slots.Count > place.Capacity)
        {
            Break("No more slots than capacity allows", $"{place.Slots.Count} of {place.Capacity}");
        }

        if (place.Slots.DistinctBy(slot => slot.OrderId).Count() != place.Slots.Count)
        {
            Break("A ticket has one slot", string.Join(' ', place.Slots.Select(slot => Ids.Short(slot.OrderId))));
        }

        (Capacity, _slots) = (place.Capacity, place.Slots.Count);
    }

    private void See(Notification notification)
    {
        // A step of an order is notified once, a step that was undone twice, lateness three times. The number of refused
        // cancellations depends on the guest.
        if (notification.Version > 1 || notification.OrderId is null || notification.Type == "cancellation_refused")
        {
            return;
        }

        var key = $"{notification.Type} of {Ids.Short(notification.OrderId)} to {notification.CustomerId}";
        var times = _notified[key] = _notified.GetValueOrDefault(key) + 1;
        var most = notification.Type switch
        {
            "order_late" => 3,
            "order_ready" => 2,
            _ => 1,
        };
        if (times > most)
        {
            Break("A step of an order is notified once", key);
        }
    }

    /// <summary>The last saved state of an order.</summary>
    internal sealed record OrderView(
        OrderStatus Status,
        Fulfilment Fulfilment,
        string? Driver,
        PaymentMethod PaymentMethod,
        long TicketVersion,
        DateTimeOffset Since
    );

    /// <summary>The last saved state of a ticket.</summary>
    internal sealed record TicketView(
        TicketState State,
        DateTimeOffset? StartedAt,
        DateTimeOffset? LeftAt,
        string? Chef,
        DateTimeOffset Since
    );

    /// <summary>What a guest was told about an order.</summary>
    internal sealed record Promise(string OrderId, bool IsCancelled);
}
