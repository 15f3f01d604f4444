namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// The kitchen's events of an order's ticket. Each has the version of the ticket, and the event with the highest version decides the status
/// of the order, in whatever order the events arrive. Events of an earlier release have no version: they move the order forward only.
/// </summary>
public sealed partial class Order
{
    /// <summary>The highest received version of its ticket; 0 if none was received.</summary>
    public long TicketVersion { get; private set; }

    /// <summary>Records that a chef has started cooking.</summary>
    public Result<IReadOnlyList<Event>> Apply(CookingStarted started)
    {
        if (IsNew(started, Mark(started.TicketVersion, TicketStep.Cooking)))
        {
            // The chef is the one who started cooking, even if another one took the pizzas out of the oven and that event arrived first.
            if (started.TicketVersion is { } version)
            {
                MoveTo(version, TicketStep.Cooking, started.OccurredAt, readyAt: null, started.Chef);
            }
            else
            {
                (CookingStartedAt, Chef) = (started.OccurredAt, started.Chef);
                Advance(OrderStatus.Cooking);
            }
        }

        return Nothing;
    }

    /// <summary>Records that the pizzas are out of the oven, and when cooking started if that event has not arrived yet.</summary>
    public Result<IReadOnlyList<Event>> Apply(OrderReady ready)
    {
        if (IsNew(ready, Mark(ready.TicketVersion, TicketStep.Ready)))
        {
            if (ready.TicketVersion is { } version)
            {
                MoveTo(version, TicketStep.Ready, ready.CookingStartedAt, ready.OccurredAt, ready.Chef);
            }
            else
            {
                CookingStartedAt ??= ready.CookingStartedAt;
                Chef ??= ready.Chef;
                ReadyAt = ready.OccurredAt;
                Advance(OrderStatus.Ready);
            }
        }

        return Nothing;
    }

    /// <summary>Records that a chef has undone a step.</summary>
    public Result<IReadOnlyList<Event>> Apply(TicketStepUndone undone)
    {
        if (IsNew(undone, Mark(undone.TicketVersion, undone.Step)) && undone.TicketVersion is { } version)
        {
            MoveTo(version, undone.Step, undone.CookingStartedAt, readyAt: null, undone.Chef);
        }

        return Nothing;
    }

    /// <summary>
    /// Takes a ready order back into the kitchen, so that no driver can take it. Idempotent; <c>illegal-transition</c> if a driver or the
    /// customer has it, or if it is cancelled.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public Result<bool> Recall(TicketStepUndone undone)
    {
        if (Status is OrderStatus.Delivering or OrderStatus.Delivered or OrderStatus.Cancelled)
        {
            return Error.IllegalTransition($"The order is {KitchenAnswer(Status)} and can't go back into the oven.");
        }

        var known = History.Count;
        return Apply(undone).Select(_ => History.Count > known);
    }

    private static TicketMark? Mark(long? version, TicketStep step) => version is { } known ? new(known, step) : null;

    private void MoveTo(long version, TicketStep step, DateTimeOffset? startedAt, DateTimeOffset? readyAt, string? chef)
    {
        if (version <= TicketVersion)
        {
            return;
        }

        TicketVersion = version;
        switch (Status)
        {
            case OrderStatus.Delivering or OrderStatus.Delivered:
                // An order that has left was ready, whatever the state of its ticket.
                return;
            case OrderStatus.Pending or OrderStatus.Confirmed or OrderStatus.Cooking or OrderStatus.Ready:
                Status = step switch
                {
                    TicketStep.Ready => OrderStatus.Ready,
                    TicketStep.Cooking => OrderStatus.Cooking,
                    _ => ConfirmedAt is null ? OrderStatus.Pending : OrderStatus.Confirmed,
                };
                break;
        }

        (CookingStartedAt, ReadyAt, Chef) = (startedAt, readyAt, chef);
    }

    /// <summary>
    /// Returns when cooking started and ended according to some entries of the history; the one with the highest ticket version decides.
    /// </summary>
    private (DateTimeOffset? Started, DateTimeOffset? Ready) TicketTimes(IReadOnlyCollection<HistoryEntry> known)
    {
        var last = known.Where(entry => entry.Ticket is not null).MaxBy(entry => entry.Ticket!.Version);
        var hasEarlierReleases = known.Any(entry => entry.Type == nameof(OrderReady) && entry.Ticket is null);
        if (last is null || (hasEarlierReleases && last.Type != nameof(TicketStepUndone)))
        {
            // Events of an earlier release only move the order forward.
            var ready = known.FirstOrDefault(entry => entry.Type == nameof(OrderReady));
            var began = known.FirstOrDefault(entry => entry.Type == nameof(CookingStarted)) ?? ready;
            return (began is null ? null : CookingStartedAt ?? began.At, ready is null ? null : ReadyAt ?? ready.At);
        }

        var started = known
            .Where(entry => entry.Ticket is { Step: TicketStep.Cooking } && entry.Type == nameof(CookingStarted))
            .Where(entry => entry.Ticket!.Version <= last.Ticket!.Version)
            .MaxBy(entry => entry.Ticket!.Version);
        return (
            last.Ticket!.Step == TicketStep.Queued ? null : started?.At ?? CookingStartedAt ?? last.At,
            last.Ticket.Step == TicketStep.Ready ? last.At : null
        );
    }
}
