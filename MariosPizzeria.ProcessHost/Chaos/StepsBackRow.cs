namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>
/// The ledger's row for steps back. The status of an order goes back only on request, and a step that was undone may happen again. In
/// the end an order is handed over exactly once, however often it went back.
/// </summary>
internal static class StepsBackRow
{
    private const string TicketUndone = "TicketStepUndone";
    private const string DeliveryUndone = "DeliveryUndone";
    private const string DeliveryFailed = "DeliveryFailed";

    // The statuses in the order in which an order passes them.
    private static readonly string[] Way = ["pending", "confirmed", "cooking", "ready", "delivering", "delivered", "cancelled"];

    /// <summary>The events with which an order goes back.</summary>
    public static IReadOnlyList<string> Events { get; } = [TicketUndone, DeliveryUndone, DeliveryFailed];

    /// <summary>Returns the type of the event for a kind of step back.</summary>
    public static string EventOf(StepBack step) =>
        step switch
        {
            StepBack.OfTicket => TicketUndone,
            StepBack.OfDelivery => DeliveryUndone,
            _ => DeliveryFailed,
        };

    /// <summary>Returns how often a step may be repeated: as often as it was undone.</summary>
    public static int MayRepeat(StoredOrder order, string type) =>
        type switch
        {
            "CookingStarted" or "OrderReady" => order.Count(TicketUndone),
            "DeliveryStarted" => order.Count(DeliveryFailed),
            "OrderDelivered" => order.Count(DeliveryUndone),
            _ => 0,
        };

    /// <summary>Returns the steps back that should not have happened.</summary>
    public static List<string> Deviations(LedgerInput books) =>
        [.. Unasked(books), .. SeenToGoBack(books), .. books.Orders.Where(IsNotHandedOverOnce).Select(HandedOver)];

    // Order records that a ticket goes back before the kitchen stores it. If a process crashes in between, the chef's repeated request may
    // be recorded twice. Therefore a ticket's steps back are not counted, but there must have been a request.
    private static IEnumerable<string> Unasked(LedgerInput books) =>
        from order in books.Orders
        from step in Enum.GetValues<StepBack>()
        let asked = books.Back.GetValueOrDefault((order.Id, step))?.Asked ?? 0
        let happened = order.Count(EventOf(step))
        where step == StepBack.OfTicket ? happened > 0 && asked == 0 : happened > asked
        select $"{order.Id}: {EventOf(step)} happened {happened} times, but was requested {asked} times";

    private static IEnumerable<string> SeenToGoBack(LedgerInput books)
    {
        var orders = books.Orders.ToDictionary(order => order.Id, StringComparer.Ordinal);
        foreach (var seen in books.Seen.GroupBy(each => each.Id, StringComparer.Ordinal))
        {
            foreach (var version in seen.GroupBy(each => each.Version).Where(same => same.Count() > 1))
            {
                yield return $"{seen.Key}: at version {version.Key} it was {string.Join(" and ", version.Select(each => each.Status))}";
            }

            var statuses = seen.OrderBy(each => each.Version).Select(each => Array.IndexOf(Way, each.Status)).ToList();
            var back = statuses.Zip(statuses.Skip(1)).Count(pair => pair.Second < pair.First);
            var undone = orders.GetValueOrDefault(seen.Key) is { } order ? Events.Sum(order.Count) : 0;
            if (back > undone)
            {
                yield return $"{seen.Key}: was seen to go back {back} times, but {undone} steps were undone";
            }
        }
    }

    private static bool IsNotHandedOverOnce(StoredOrder order) =>
        (order.IsDelivered || order.IsCancelled)
        && order.Count("OrderDelivered") - order.Count(DeliveryUndone) != (order.IsDelivered ? 1 : 0);

    private static string HandedOver(StoredOrder order) =>
        $"{order.Id}: {order.Status}; handed over {order.Count("OrderDelivered")} times, of which {order.Count(DeliveryUndone)} were undone";
}
