using System.Runtime.CompilerServices;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService;

/// <summary>What is kept in <c>orderdb</c>, for every process type that works on it.</summary>
public static class OrderDocuments
{
    private const int AtOnce = 500;

    internal const string Orders = "orders";
    internal const string Payments = "payments";
    internal const string Notifications = "notifications";

    /// <summary>Where changes of figures are announced; the day follows. The worker counts them and Order shows them.</summary>
    public const string FigureChannel = "figures:";

    public static readonly Index<Order> OfCustomer = new("customer", order => order.Customer.Id);
    public static readonly Index<Order> InStatus = new("status", order => IndexKey.Of(order.Status));
    public static readonly Index<Order> PlacedAt = new("placed_at", order => IndexKey.Of(order.PlacedAt));

    /// <summary>Who is under way with it; none before and after.</summary>
    public static readonly Index<Order> UnderWayWith = new(
        "under_way_with",
        order => order.Status == OrderStatus.Delivering ? order.Driver : null
    );

    /// <summary>When it was promised to be ready, until it is or the alarm was raised.</summary>
    public static readonly Index<Order> AwaitedAt = new(
        "awaited_at",
        order => order.IsAwaited() ? IndexKey.Of(order.EstimatedReadyAt) : null
    );

    /// <summary>Since when, of those that were cancelled and were paid, or may have been, and are not refunded yet.</summary>
    public static readonly Index<Order> RefundOwedAt = new(
        "refund_owed_at",
        order => order.IsRefundOwed() || order.IsPaymentUnknown() ? IndexKey.Of(order.CancelledAt) : null
    );

    /// <summary>Since when, of those that owe a refund as far as they know.</summary>
    public static readonly Index<Payment> RefundDueSince = new("refund_due_since", payment => IndexKey.Of(payment.RefundDueSince));

    public static readonly Index<Notification> ForCustomer = new("customer", notification => notification.CustomerId);
    public static readonly Index<Notification> NotifiedAt = new("created_at", notification => IndexKey.Of(notification.CreatedAt));

    public static readonly Index<FigureSlice> SliceStart = new("start", slice => IndexKey.Of(slice.Start));

    /// <summary>When it began, of those whose figures are to be counted anew.</summary>
    public static readonly Index<FigureSlice> StaleSlice = new("stale", slice => slice.IsStale() ? IndexKey.Of(slice.Start) : null);
    public static readonly Index<DailyReport> ReportStart = new("start", report => IndexKey.Of(report.Start));
    public static readonly Index<FigureDay> DayStart = new("start", day => IndexKey.Of(day.Start));

    public static readonly Index<OrderBackup> BackupOf = new("order", backup => backup.OrderId);
    public static readonly Index<OrderBackup> BackedUpAt = new("made_at", backup => IndexKey.Of(backup.MadeAt));

    /// <summary>Declares all kinds of documents. The accounts are among them, so that tokens are checked against them here.</summary>
    public static IServiceCollection AddOrderDocuments(this IServiceCollection services) =>
        services
            .AddSingleton<IAccountVersions, StoredAccountVersions>()
            .AddSingleton<AccountAccess>()
            .AddDocumentType(
                new DocumentType<Order>(Orders, OfCustomer, InStatus, PlacedAt, UnderWayWith, AwaitedAt, RefundOwedAt)
                {
                    Compounds =
                    [
                        [OfCustomer, PlacedAt],
                        [InStatus, PlacedAt],
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
                    Compounds =
                    [
                        [ForCustomer, NotifiedAt],
                    ],
                }
            )
            .AddDocumentType(new DocumentType<FigureSlice>("figure_slices", SliceStart, StaleSlice))
            .AddDocumentType(new DocumentType<FigureDay>("figure_days", DayStart))
            .AddDocumentType(new DocumentType<DailyReport>("daily_reports", ReportStart))
            .AddDocumentType(new DocumentType<Schedule>("schedules"));

    /// <summary>Orders in the order in which they were placed, some at a time, however many there are.</summary>
    /// <param name="orders">Where they are.</param>
    /// <param name="from">Placed then or later; null for all.</param>
    /// <param name="before">Placed before; null for all.</param>
    /// <param name="statuses">Only those in one of these; none for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
            // From the last one's time on; what was placed at that very time and was seen already is known by its id.
            var limit = AtOnce + seen.Count;
            var page = await orders.List(which.Between(PlacedAt, from, before).Ascending(PlacedAt).First(limit), cancellationToken);
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
