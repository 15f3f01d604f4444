namespace MariosPizzeria.Contracts.Api;

/// <summary>The data of the shop that guests need before they order.</summary>
/// <param name="Open">Whether it is within opening hours now.</param>
/// <param name="AcceptingOrders">Whether an order for now would be accepted: the shop is open and the kitchen is not paused.</param>
/// <param name="Reason">Why the kitchen is paused, as entered by the staff; null if it is not paused, or if no reason was given.</param>
/// <param name="OpensAt">When it opens next; null while it is open, and if it does not open again.</param>
/// <param name="ClosesAt">When it closes; null while it is closed, and if it never closes.</param>
/// <param name="TimeZone">The shop's time zone, an IANA name.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Minutes">How long an order of one pizza would take now.</param>
/// <param name="Hours">The opening hours, in the shop's local time.</param>
/// <param name="ExtraMinutes">Minutes that a manager adds to every promise at busy times.</param>
/// <param name="DeliveryFee">The fee that a delivery adds to an order's total.</param>
/// <param name="MinimumOrder">The minimum price of a delivery's pizzas, without the fee.</param>
/// <param name="DeliveryArea">The postcodes of the delivery area, the nearest first; an empty list means everywhere.</param>
public sealed record ShopResponse(
    bool Open,
    bool AcceptingOrders,
    string? Reason,
    DateTimeOffset? OpensAt,
    DateTimeOffset? ClosesAt,
    string TimeZone,
    string Currency,
    ShopMinutes Minutes,
    IReadOnlyList<OpeningPeriod> Hours,
    int ExtraMinutes,
    Money DeliveryFee,
    Money MinimumOrder,
    IReadOnlyList<string> DeliveryArea
);

/// <summary>Minutes from now until an order of one pizza would be in hand.</summary>
/// <param name="Pickup">Minutes until it is in hand at the counter.</param>
/// <param name="Delivery">Minutes until it is in hand at the door.</param>
public sealed record ShopMinutes(int Pickup, int Delivery);

/// <summary>The opening hours from now on.</summary>
/// <param name="Hours">At most <see cref="OpeningHours.MaxPeriods"/> periods; with none the shop stays closed.</param>
public sealed record HoursRequest(IReadOnlyList<PeriodRequest?>? Hours);

/// <summary>A weekly period in which the shop is open.</summary>
/// <param name="Day"><c>mon</c> to <c>sun</c>, or the full name, such as <c>monday</c>.</param>
/// <param name="From"><c>HH:mm</c>, in the shop's local time.</param>
/// <param name="To"><c>HH:mm</c>, up to <c>24:00</c>; a time that is not later than <paramref name="From"/> is on the next day.</param>
public sealed record PeriodRequest(string? Day, string? From, string? To);

/// <summary>Additional load of the kitchen, beyond its tickets.</summary>
/// <param name="ExtraMinutes">Minutes that are added to every promise from now on; 0 to 120.</param>
public sealed record BusyRequest(int? ExtraMinutes);

/// <summary>A time for which an order can be placed.</summary>
/// <param name="At">When it would be in hand; the value for <c>requestedFor</c>.</param>
/// <param name="Left">How many more orders can be placed for it.</param>
public sealed record SlotResponse(DateTimeOffset At, int Left);

/// <summary>Order's request to Kitchen: the time at which an order is to be in hand.</summary>
public sealed record ReserveSlotRequest(DateTimeOffset At);
