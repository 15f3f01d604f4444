using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.KitchenService.Domain;

/// <summary>What the kitchen makes for one order. Its id is the order's: an order never has two.</summary>
public sealed class Ticket : IDocument
{
    private Ticket() { }

    /// <summary>The order's id.</summary>
    public string Id { get; private set; } = "";

    /// <inheritdoc/>
    public long Version { get; set; }

    public TicketState State { get; private set; }

    /// <summary>What to make; empty where it was withdrawn before the kitchen had heard of the order.</summary>
    public List<TicketItem> Items { get; private set; } = [];

    /// <summary>What the customer wrote for the kitchen.</summary>
    public string? Notes { get; private set; }

    /// <summary>Who fetches it, a driver or the customer; null of a ticket that was made before tickets said so.</summary>
    public Fulfilment? Fulfilment { get; private set; }

    /// <summary>When the order was confirmed.</summary>
    public DateTimeOffset? QueuedAt { get; private set; }

    /// <summary>When a chef took it.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it came out of the oven.</summary>
    public DateTimeOffset? ReadyAt { get; private set; }

    /// <summary>When the customer was told it would be ready.</summary>
    public DateTimeOffset? PromisedAt { get; private set; }

    /// <summary>Since when it is late, which the kitchen is alarmed of; null where it is not.</summary>
    public DateTimeOffset? LateSince { get; private set; }

    /// <summary>When it was withdrawn or handed out, and so no longer was the kitchen's.</summary>
    public DateTimeOffset? LeftAt { get; private set; }

    /// <summary>Id of the chef who took it.</summary>
    public string? Chef { get; private set; }

    /// <summary>The ticket of an order that was confirmed.</summary>
    public static Ticket Queue(OrderConfirmed order) =>
        new()
        {
            Id = order.OrderId,
            Items =
            [
                .. order.Lines.Select(line => new TicketItem(
                    line.LineId,
                    line.PizzaId,
                    line.Name,
                    line.Size,
                    line.Toppings,
                    line.ExtraToppings,
                    line.Quantity
                )),
            ],
            Notes = order.Notes,
            Fulfilment = order.Fulfilment,
            QueuedAt = order.OccurredAt,
            PromisedAt = order.PromisedAt,
        };

    /// <summary>A ticket that was withdrawn before it existed.</summary>
    public static Ticket Withdrawn(string orderId, Cause cause) =>
        new()
        {
            Id = orderId,
            State = TicketState.Withdrawn,
            LeftAt = cause.At,
        };

    /// <summary>A chef takes it. The caller holds a slot for it.</summary>
    public Outcome<IReadOnlyList<Event>> Start(Cause cause)
    {
        if (State != TicketState.Queued)
        {
            return Refuse("started");
        }

        (State, StartedAt, Chef) = (TicketState.Cooking, cause.At, cause.Actor);
        return new[] { new CookingStarted { OrderId = Id, Chef = Chef }.Because(cause) };
    }

    /// <summary>It is out of the oven.</summary>
    public Outcome<IReadOnlyList<Event>> Finish(Cause cause)
    {
        if (State != TicketState.Cooking)
        {
            return Refuse("ready");
        }

        (State, ReadyAt) = (TicketState.Ready, cause.At);
        return new[]
        {
            new OrderReady
            {
                OrderId = Id,
                Chef = Chef!,
                CookingStartedAt = StartedAt!.Value,
            }.Because(cause),
        };
    }

    /// <summary>The order wants to be cancelled: possible until a chef has it. Twice is once.</summary>
    /// <returns>Whether it was withdrawn now.</returns>
    public Outcome<bool> Withdraw(Cause cause)
    {
        switch (State)
        {
            case TicketState.Withdrawn:
                return false;
            case TicketState.Queued:
                (State, LeftAt) = (TicketState.Withdrawn, cause.At);
                return true;
            default:
                return Fault.IllegalTransition($"The ticket is {Text(State)} and can't be withdrawn.");
        }
    }

    /// <summary>The order was cancelled, however far its ticket is. One that is handed out stays as it is.</summary>
    /// <returns>Whether anything changed.</returns>
    public Outcome<bool> Cancel(Cause cause)
    {
        if (LeftAt is not null)
        {
            return false;
        }

        (State, LeftAt) = (TicketState.Withdrawn, cause.At);
        return true;
    }

    /// <summary>A driver or the customer took it.</summary>
    /// <returns>Whether anything changed.</returns>
    public Outcome<bool> HandOut(Cause cause)
    {
        if (State != TicketState.Ready || LeftAt is not null)
        {
            return false;
        }

        LeftAt = cause.At;
        return true;
    }

    /// <summary>The order is late: its screens say so. Nothing for one that is ready.</summary>
    /// <returns>Whether anything changed.</returns>
    public Outcome<bool> NoteLate(DateTimeOffset since)
    {
        if (LateSince is not null || State is not (TicketState.Queued or TicketState.Cooking))
        {
            return false;
        }

        LateSince = since;
        return true;
    }

    private Fault Refuse(string step) => Fault.IllegalTransition($"The ticket is {Text(State)} and can't be {step}.");

    private static string Text(TicketState state) => state.ToString().ToLowerInvariant();
}
