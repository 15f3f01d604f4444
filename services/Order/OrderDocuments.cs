using System.Globalization;
using System.Runtime.CompilerServices;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Reports;

namespace MariosPizzeria.OrderService;

/// <summary>The document types in <c>orderdb</c>, for every process type that uses them.</summary>
public static class OrderDocuments
{
    private const int BatchSize = 500;

    internal const string Orders = "orders";
    internal const string Payments = "payments";
    internal const string Notifications = "notifications";

    public static readonly DocumentIndex<Order> OfCustomer = new("customer", order => order.Customer.Id) { HasOwnIndex = false };
    public static readonly DocumentIndex<Order> InStatus = new("status", order => IndexKey.Of(order.Status)) { HasOwnIndex = false };
    public static readonly DocumentIndex<Order> PlacedAt = new("placed_at", order => IndexKey.Of(order.PlacedAt));

    /// <summary>The customer's name in the form for searches: <see cref="FoldName"/>.</summary>
    public static readonly DocumentIndex<Order> CustomerName = new("name", order => FoldName(order.Customer.Name));

    /// <summary>
    /// The digits of the customer's phone number in reverse order, so that the end of a number is searched for as a prefix.
    /// </summary>
    public static readonly DocumentIndex<Order> PhoneReversed = new("phone", order => ReverseDigits(order.Customer.Phone));

    /// <summary>The number within the business day on which it is due; unique within a day.</summary>
    public static readonly DocumentIndex<Order> DailyNumber = new(
        "daily_number",
        order => order is { Day: { } day, Number: { } number } ? KeyOf(day, number) : null
    )
    {
        IsUnique = true,
    };

    /// <summary>The driver who has it under way; after the delivery, <see cref="DeliveredKey"/>.</summary>
    public static readonly DocumentIndex<Order> UnderWayWith = new(
        "under_way_with",
        order =>
            order switch
            {
                { Status: OrderStatus.Delivering } => order.Driver,
                { Status: OrderStatus.Delivered, Driver: { } driver, DeliveredAt: { } at } => DeliveredKey(driver, at),
                _ => null,
            }
    );

    /// <summary>
    /// Returns the key of the deliveries of a driver on a UTC day. It differs from all account ids, because these contain no space.
    /// </summary>
    public static string DeliveredKey(string driver, DateTimeOffset at) =>
        at.UtcDateTime.ToString("'delivered' yyyy-MM-dd ", CultureInfo.InvariantCulture) + driver;

    /// <summary>When its next step must be done to meet the time that the customer was told; null if no step is awaited.</summary>
    public static readonly DocumentIndex<Order> AwaitedAt = new(
        "awaited_at",
        order => order.IsAwaited() ? IndexKey.Of(order.AwaitedAt()) : null
    );

    /// <summary>The cancellation time of orders that were, or may have been, paid and are not refunded yet.</summary>
    public static readonly DocumentIndex<Order> RefundOwedAt = new(
        "refund_owed_at",
        order => order.IsRefundOwed() || order.IsPaymentUnknown() ? IndexKey.Of(order.CancelledAt) : null
    );

    /// <summary>Since when a refund is owed according to the payment; null if none is owed.</summary>
    public static readonly DocumentIndex<Payment> RefundDueSince = new("refund_due_since", payment => IndexKey.Of(payment.RefundDueSince));

    public static readonly DocumentIndex<Notification> ForCustomer = new("customer", notification => notification.CustomerId)
    {
        HasOwnIndex = false,
    };
    public static readonly DocumentIndex<Notification> NotifiedAt = new("created_at", notification => IndexKey.Of(notification.CreatedAt));

    public static readonly DocumentIndex<DailyReport> ReportStart = new("start", report => IndexKey.Of(report.Start));

    public static readonly DocumentIndex<OrderBackup> BackupOf = new("order", backup => backup.OrderId);
    public static readonly DocumentIndex<OrderBackup> BackedUpAt = new("made_at", backup => IndexKey.Of(backup.MadeAt));

    /// <summary>Registers all document types. They include the accounts, so that tokens are checked against them here.</summary>
    public static IServiceCollection AddOrderDocuments(this IServiceCollection services) =>
        services
            .AddSingleton<IAccountVersions, StoredAccountVersions>()
            .AddSingleton<AccountAccess>()
            .AddDocumentType(
                new DocumentType<Order>(
                    Orders,
                    OfCustomer,
                    InStatus,
                    PlacedAt,
                    CustomerName,
                    PhoneReversed,
                    UnderWayWith,
                    AwaitedAt,
                    RefundOwedAt,
                    DailyNumber,
                    OrderMeasures.Chef,
                    OrderMeasures.Driver,
                    OrderMeasures.CollectedAt,
                    OrderMeasures.RefundedAt,
                    OrderMeasures.LatePlacedAt
                )
                {
                    Measures = OrderMeasures.All,
                    MeasuredAs = "measured_version_3",
                    LineItems = OrderMeasures.Pizzas,
                    CompoundIndexes =
                    [
                        [OfCustomer, PlacedAt],
                        [InStatus, PlacedAt],
                    ],

                    // With these indexes a search by name within a status or a time, and a status filter within either, reads only matching
                    // orders.
                    CoveringIndexes =
                    [
                        (PlacedAt, [InStatus, CustomerName]),
                        (CustomerName, [InStatus, PlacedAt]),
                        (InStatus, [CustomerName]),
                        (OfCustomer, [InStatus, CustomerName]),
                    ],
                }
            )
            .AddDocumentType(new DocumentType<Payment>(Payments, RefundDueSince))
            .AddDocumentType(new DocumentType<OrderBackup>("order_backups", BackupOf, BackedUpAt))
            .AddDocumentType(new DocumentType<KitchenState>("kitchen_state"))
            .AddDocumentType(new DocumentType<Account>("accounts"))
            .AddDocumentType(
                new DocumentType<Notification>(Notifications, ForCustomer, NotifiedAt)
                {
                    CompoundIndexes =
                    [
                        [ForCustomer, NotifiedAt],
                    ],
                }
            )
            .AddDocumentType(new DocumentType<DailyReport>("daily_reports", ReportStart))
            .AddDocumentType(new DocumentType<Schedule>("schedules"));

    /// <summary>Returns the prefix of the keys of a day in <see cref="DailyNumber"/>.</summary>
    public static string KeyOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}#");

    /// <summary>Returns the key of a number of a day in <see cref="DailyNumber"/>; keys sort in the order of the numbers.</summary>
    public static string KeyOf(DateOnly day, int number) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}#{number:D9}");

    /// <summary>Returns a name in lower case, without surrounding white space.</summary>
    public static string FoldName(string name) => name.Trim().ToLowerInvariant();

    /// <summary>Returns the digits of a text in reverse order; null if it has none.</summary>
    public static string? ReverseDigits(string text)
    {
        var digits = text.Where(char.IsAsciiDigit).ToArray();
        Array.Reverse(digits);
        return digits.Length == 0 ? null : new(digits);
    }

    /// <summary>Returns all orders by placing time, in pages.</summary>
    /// <param name="from">The earliest placing time, inclusive; null for all.</param>
    /// <param name="before">The latest placing time, exclusive; null for all.</param>
    /// <param name="statuses">The statuses to include; empty for all.</param>
    public static async IAsyncEnumerable<IReadOnlyList<Order>> ByTime(
        this IRepository<Order> orders,
        DateTimeOffset? from,
        DateTimeOffset? before,
        IReadOnlyList<OrderStatus> statuses,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var which = statuses.Count == 0 ? Query<Order>.All : Query<Order>.All.Where(InStatus, statuses.Select(IndexKey.Of));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            // Continues from the placing time of the last order. Orders with the same time that were already returned are skipped by their
            // ids.
            var limit = BatchSize + seen.Count;
            var page = await orders.ListAsync(which.Between(PlacedAt, from, before).Ascending(PlacedAt).First(limit), cancellationToken);
            yield return [.. page.Where(order => !seen.Contains(order.Id))];
            if (page.Count < limit)
            {
                yield break;
            }

            from = page[^1].PlacedAt;
            seen = [.. page.Where(order => order.PlacedAt == from).Select(order => order.Id)];
        }
    }
}
