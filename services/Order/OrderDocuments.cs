using MariosPizzeria.Ordering.Accounts;
using MariosPizzeria.Ordering.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.Ordering;

/// <summary>What is kept in <c>orderdb</c>, for every process type that works on it.</summary>
public static class OrderDocuments
{
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

    public static readonly Index<Notification> ForCustomer = new("customer", notification => notification.CustomerId);
    public static readonly Index<Notification> NotifiedAt = new("created_at", notification => IndexKey.Of(notification.CreatedAt));

    public static readonly Index<FigureSlice> SliceStart = new("start", slice => IndexKey.Of(slice.Start));

    /// <summary>When it began, of those whose figures are to be counted anew.</summary>
    public static readonly Index<FigureSlice> StaleSlice = new("stale", slice => slice.IsStale() ? IndexKey.Of(slice.Start) : null);
    public static readonly Index<DailyReport> ReportStart = new("start", report => IndexKey.Of(report.Start));
    public static readonly Index<FigureDay> DayStart = new("start", day => IndexKey.Of(day.Start));

    /// <summary>Declares all kinds of documents.</summary>
    public static IServiceCollection AddOrderDocuments(this IServiceCollection services) =>
        services
            .AddDocumentType(
                new DocumentType<Order>("orders", OfCustomer, InStatus, PlacedAt, UnderWayWith, AwaitedAt)
                {
                    Compounds =
                    [
                        [OfCustomer, PlacedAt],
                        [InStatus, PlacedAt],
                    ],
                }
            )
            .AddDocumentType(new DocumentType<Payment>("payments"))
            .AddDocumentType(new DocumentType<KitchenState>("kitchen_state"))
            .AddDocumentType(new DocumentType<Account>("accounts"))
            .AddDocumentType(
                new DocumentType<Notification>("notifications", ForCustomer, NotifiedAt)
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
}
