using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Simulation.Stores;

namespace MariosPizzeria.Simulation.Checks;

/// <summary>Checks the invariants that must hold once all orders have ended.</summary>
internal sealed class Ending(World.World world)
{
    private static readonly TimeSpan MostClockError = TimeSpan.FromSeconds(6);

    private readonly Watch _watch = world.Watch;

    /// <summary>Describes one thing that has not ended; null if all have.</summary>
    public string? UnderWay()
    {
        foreach (var (id, order) in _watch.Orders)
        {
            if (order.Status is not (OrderStatus.Delivered or OrderStatus.Cancelled))
            {
                return $"order {Ids.Short(id)} is {order.Status}";
            }
        }

        foreach (var (id, ticket) in _watch.Tickets)
        {
            if (ticket.LeftAt is null)
            {
                return $"the ticket of {Ids.Short(id)} is {ticket.State}";
            }
        }

        if (
            _watch.OrderDatabase.Memory.BacklogAsync(1, CancellationToken.None).Result
                + _watch.KitchenDatabase.Memory.BacklogAsync(1, CancellationToken.None).Result
            > 0
        )
        {
            return "events wait to be published";
        }

        if (world.Broker.Waiting > 0)
        {
            return "messages wait to be handled";
        }

        return Payments() ?? Slots();
    }

    /// <summary>Checks the final state of all orders, payments, slots and figures.</summary>
    public void Check()
    {
        var orders = _watch.OrderDatabase.All<Order>("orders");
        Figures(orders);
        var stored = orders.ToDictionary(order => order.Id, StringComparer.Ordinal);
        foreach (var (key, promise) in _watch.Promised)
        {
            if (!stored.TryGetValue(promise.OrderId, out var order))
            {
                _watch.Break("An accepted order exists", $"{key} was told of {Ids.Short(promise.OrderId)}");
            }
            else if (promise.IsCancelled && order.Status != OrderStatus.Cancelled)
            {
                _watch.Break("What a guest was told is cancelled is cancelled", $"{key}: {Ids.Short(order.Id)} is {order.Status}");
            }
        }

        foreach (var twin in orders.GroupBy(order => order.Customer.Id, StringComparer.Ordinal).Where(guest => guest.Count() > 1))
        {
            _watch.Break("One key makes one order", $"{twin.Key} has {string.Join(" and ", twin.Select(order => Ids.Short(order.Id)))}");
        }

        foreach (var (id, account) in world.Provider.Accounts)
        {
            Check(id, account, stored.GetValueOrDefault(id));
        }

        foreach (var order in orders)
        {
            Check(order);
        }

        CheckSlots(orders, stored);
        foreach (var letter in world.Broker.DeadLetters)
        {
            _watch.Break("No message is dead-lettered", letter);
        }

        if (
            _watch.KitchenDatabase.Find<Kitchen>("kitchens", Kitchen.SingletonId) is { } kitchen
            && (_watch.OrderDatabase.Find<KitchenState>("kitchen_state", KitchenState.SingletonId)?.Paused ?? false) != kitchen.Paused
            && !_watch.HasLost
        )
        {
            _watch.Break("Order knows whether the kitchen takes orders", $"the kitchen's pause is {kitchen.Paused}");
        }
    }

    private void CheckSlots(IReadOnlyCollection<Order> orders, Dictionary<string, Order> stored)
    {
        foreach (
            var slot in orders
                .Where(order => order is { RequestedFor: not null, Status: not OrderStatus.Cancelled })
                .GroupBy(order => order.RequestedFor)
        )
        {
            if (slot.Count() > World.ServiceTemplate.OrdersPerSlot)
            {
                _watch.Break("A slot is not overbooked", $"{slot.Count()} orders are due at {slot.Key:HH:mm}");
            }
        }

        foreach (var place in _watch.KitchenDatabase.All<TimeSlot>("time_slots").SelectMany(slot => slot.Places))
        {
            var isOrdered = stored.GetValueOrDefault(place.OrderId) is { Status: not OrderStatus.Cancelled };
            if (place.State == PlaceState.Kept && !isOrdered)
            {
                _watch.Break("A place in a slot is an order's", $"{Ids.Short(place.OrderId)} has one and is not to be made");
            }

            // No order owns this place, because it was never stored: the lease must free the place.
            if (place.State == PlaceState.Reserved && !(place.LeaseUntil <= world.Loop.Now + TimeSlot.Lease + MostClockError))
            {
                _watch.Break("A reservation ends by itself", $"{Ids.Short(place.OrderId)} has a place until {place.LeaseUntil:T}");
            }
        }
    }

    private void Check(string id, Network.Provider.Account account, Order? order)
    {
        if (account.Charges > 1)
        {
            _watch.Break("A card is charged once", $"{Ids.Short(id)} was charged {account.Charges} times");
        }

        if (account.Charged > 0 && account.Refunded != account.Charged && order is null or { Status: OrderStatus.Cancelled })
        {
            _watch.Break(
                "What was collected is confirmed or refunded",
                $"{Ids.Short(id)} was charged {account.Charged}, given back {account.Refunded}, and is {order?.Status.ToString() ?? "not there"}"
            );
        }

        if (account.Refunded > 0 && order is { Status: not OrderStatus.Cancelled })
        {
            _watch.Break("What was made is paid", $"{Ids.Short(id)} is {order.Status} and was refunded");
        }
    }

    private void Check(Order order)
    {
        if (
            order.Status == OrderStatus.Delivered
            && order.PaymentMethod != PaymentMethod.Cash
            && (world.Provider.Accounts.GetValueOrDefault(order.Id)?.Charged ?? 0) != order.Total.Amount
        )
        {
            _watch.Break("What was made is paid", $"{Ids.Short(order.Id)} of {order.Total.Amount} was not charged");
        }

        if (order.History.DistinctBy(entry => entry.Type).Count(entry => entry.Type is nameof(OrderPlaced)) != 1)
        {
            _watch.Break("An order was placed once", Ids.Short(order.Id));
        }

        if (!_watch.HasLost)
        {
            CheckNotifications(order);
        }
    }

    // These notifications arrive unless the broker lost a confirmed message.
    private void CheckNotifications(Order order)
    {
        string?[] expected =
        [
            order.ConfirmedAt is not null ? "order_confirmed" : null,
            order.Status == OrderStatus.Delivered ? "order_delivered" : null,
            order.Status == OrderStatus.Cancelled ? "order_cancelled" : null,
        ];
        foreach (var type in expected.OfType<string>())
        {
            if (
                !_watch
                    .OrderDatabase.All<Notification>("notifications")
                    .Any(notification => notification.OrderId == order.Id && notification.Type == type)
            )
            {
                _watch.Break("The guest is told of each step", $"{type} of {Ids.Short(order.Id)} is missing");
            }
        }
    }

    private string? Payments()
    {
        foreach (var (id, account) in world.Provider.Accounts)
        {
            if (account.Charged != account.Refunded && _watch.Orders.GetValueOrDefault(id) is not { Status: not OrderStatus.Cancelled })
            {
                return $"a refund of {Ids.Short(id)} is owed";
            }
        }

        return null;
    }

    private string? Slots() =>
        _watch.KitchenDatabase.Find<Kitchen>("kitchens", Kitchen.SingletonId) is { Slots.Count: > 0 } kitchen
        && kitchen.Slots.Exists(slot => _watch.Tickets.GetValueOrDefault(slot.OrderId) is { LeftAt: null })
            ? "a slot is held"
            : null;

    // The figures are exact in spite of lost messages, killed processes and reordering: an order's contribution is stored with the order.
    private void Figures(IReadOnlyList<Order> orders)
    {
        if (_watch.OrderDatabase.Measures<Order>("orders") is not { } measures)
        {
            return;
        }

        var slices = measures
            .SumSlicesAsync(OrderDocuments.PlacedAt, [DateTimeOffset.MinValue, DateTimeOffset.MaxValue], CancellationToken.None)
            .Result;
        var told = OrderMeasures.FiguresOf(slices);
        var sold = orders.Where(order => order.Status != OrderStatus.Cancelled).ToList();
        var pizzas = measures.SumPartsAsync(Query<Order>.All, CancellationToken.None).Result;
        var (figures, actual) = (
            (told.Orders, told.Delivered, told.Cancelled, told.Revenue.Cents, pizzas.Sum(pizza => pizza.Count)),
            (
                orders.Count,
                orders.Count(order => order.Status == OrderStatus.Delivered),
                orders.Count - sold.Count,
                sold.Sum(order => order.Total.Cents),
                sold.Sum(order => order.Lines.Sum(line => (long)line.Quantity))
            )
        );
        if (figures != actual)
        {
            _watch.Break("Figures are those of the orders", $"they say {figures}, and it is {actual}");
        }

        var net =
            Sum(OrderMeasures.CollectedAt, OrderMeasures.Cash)
            + Sum(OrderMeasures.CollectedAt, OrderMeasures.Card)
            - Sum(OrderMeasures.RefundedAt, OrderMeasures.Refunded);
        var paid = orders.Where(order => order.PaymentStatus == PaymentStatus.Paid).Sum(order => order.Total.Cents);
        if (net != paid)
        {
            _watch.Break("Takings are what was paid and not given back", $"they say {net}, and it is {paid}");
        }

        long Sum(DocumentIndex<Order> by, Measure<Order> measure) =>
            measures
                .SumSlicesAsync(by, [DateTimeOffset.MinValue, DateTimeOffset.MaxValue], CancellationToken.None)
                .Result[0][measure]
                .Total;
    }
}
