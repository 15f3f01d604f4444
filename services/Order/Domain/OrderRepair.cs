namespace MariosPizzeria.OrderService.Domain;

/// <summary>The detection and repair of corruptions in a stored order.</summary>
public sealed partial class Order
{
    /// <summary>Returns the corruptions within the order itself; empty if there are none.</summary>
    public IReadOnlyList<Corruption> Corruptions()
    {
        var found = new List<Corruption>();
        if (PriceOfLines() != Total)
        {
            found.Add(
                new(Domain.Corruptions.TotalDiffers, $"the total is {Total}, but the lines and the delivery fee add up to {PriceOfLines()}")
            );
        }

        var recorded = RecordedSteps().Status;
        if (recorded != Status)
        {
            found.Add(
                new(Domain.Corruptions.StatusContradictsTimes, $"it is {KitchenAnswer(Status)}; its times say {KitchenAnswer(recorded)}")
            );
        }

        return found;
    }

    /// <summary>Sets the total from the lines, and times and status from the history. Returns no events if nothing is wrong.</summary>
    public Result<IReadOnlyList<Event>> Repair(string backupId, Cause cause)
    {
        var found = Corruptions();
        if (found.Count == 0)
        {
            return Nothing;
        }

        Total = PriceOfLines();
        SetSteps(RecordedSteps());
        return Raise(
            cause,
            new OrderRepaired
            {
                OrderId = Id,
                PlacedAt = PlacedAt,
                Repairs = [.. found.Select(each => each.Name)],
                BackupId = backupId,
            }
        );
    }

    /// <summary>Returns the order as it was in a backup, except for the history, to which the restore is added.</summary>
    public (Order Order, IReadOnlyList<Event> Events) Restore(OrderBackup backup, Cause cause)
    {
        var restored = (Order)backup.Order!.MemberwiseClone();
        (restored.Version, restored.History) = (Version, History);
        return (
            restored,
            restored.Raise(
                cause,
                new OrderRepaired
                {
                    OrderId = Id,
                    PlacedAt = PlacedAt,
                    Repairs = ["undone"],
                    BackupId = backup.Id,
                }
            )
        );
    }

    private Money PriceOfLines() => Pricing.Total(Lines.Select(line => line.LineTotal), DeliveryFee);

    /// <summary>Returns the stored times; a missing time is taken from the history.</summary>
    private StepTimes RecordedSteps()
    {
        var (departure, handover) = DeliverySteps(History);
        var ticket = TicketTimes(History);

        // An order that a driver has, or had, was ready, so an undo in its ticket does not count.
        var hasLeft = DeliveringAt is not null || DeliveredAt is not null;
        var isUndone = TicketVersion > 0 && !hasLeft;
        return new(
            ConfirmedAt ?? When(nameof(OrderConfirmed)),
            isUndone && ticket.Started is null ? null : CookingStartedAt ?? ticket.Started,
            isUndone && ticket.Ready is null ? null : ReadyAt ?? ticket.Ready,
            WasTakenBack(nameof(DeliveryFailed)) ? departure?.At : DeliveringAt ?? departure?.At,
            WasTakenBack(nameof(DeliveryUndone)) || WasTakenBack(nameof(DeliveryFailed)) ? handover?.At : DeliveredAt ?? handover?.At,
            CancelledAt ?? When(nameof(OrderCancelled))
        );

        // After an undo or a failed delivery only the history tells which times are valid.
        bool WasTakenBack(string by) => History.Exists(entry => entry.Type == by);

        DateTimeOffset? When(string type) => History.Find(entry => entry.Type == type)?.At;
    }
}
