using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>What can be wrong with a stored order, and how it is repaired.</summary>
public sealed partial class Order
{
    /// <summary>What is wrong with the order in itself; empty where nothing is.</summary>
    public IReadOnlyList<Corruption> Corruptions()
    {
        var found = new List<Corruption>();
        if (SumOfLines() != Total)
        {
            found.Add(new(Domain.Corruptions.TotalDiffers, $"the total is {Total}, its lines sum up to {SumOfLines()}"));
        }

        var recorded = RecordedSteps().Status;
        if (recorded != Status)
        {
            found.Add(new(Domain.Corruptions.StatusContradictsTimes, $"it is {Word(Status)}, its times say {Word(recorded)}"));
        }

        return found;
    }

    /// <summary>Makes the total what the lines say, and times and status what the history says. Nothing where nothing is wrong.</summary>
    public Outcome<IReadOnlyList<Event>> Repair(string backupId, Cause cause)
    {
        var found = Corruptions();
        if (found.Count == 0)
        {
            return Nothing;
        }

        Total = SumOfLines();
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

    /// <summary>The order as it was in a backup, but for its history, which has this too.</summary>
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

    private Money SumOfLines() => Lines.Select(line => line.LineTotal).Sum();

    /// <summary>The times as they are, or where one is missing as the history has it.</summary>
    private StepTimes RecordedSteps()
    {
        return new(
            ConfirmedAt ?? When(nameof(OrderConfirmed)),
            CookingStartedAt ?? When(nameof(CookingStarted)),
            ReadyAt ?? When(nameof(OrderReady)),
            DeliveringAt ?? When(nameof(DeliveryStarted)),
            DeliveredAt ?? When(nameof(OrderDelivered)),
            CancelledAt ?? When(nameof(OrderCancelled))
        );

        DateTimeOffset? When(string type) => History.Find(entry => entry.Type == type)?.At;
    }
}
