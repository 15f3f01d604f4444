using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.ApiDocs;

namespace MariosPizzeria.OrderService;

/// <summary>What Order's routes say of themselves in the API's document.</summary>
internal static class OrderApi
{
    private static readonly string[] Moves = [Slugs.NotFound, Slugs.IllegalTransition, Slugs.VersionConflict];

    private static readonly Dictionary<string, string> Period = new(StringComparer.Ordinal)
    {
        ["from"] = "The first day, as 2026-03-01.",
        ["to"] = "The last day.",
    };

    public static readonly ApiDescription PlaceOrder = new("placeOrder", "Places an order, priced by the menu")
    {
        Status = StatusCodes.Status201Created,
        Answer = Examples.Order,
        Problems = [Slugs.UnknownPizza, Slugs.UnknownTopping, Slugs.SoldOut, Slugs.VersionConflict, Slugs.MenuUnavailable],
        Example = new PlaceOrderRequest
        {
            Items = [new("margherita", PizzaSize.Medium, ["basil"], 2)],
            Customer = new("Ada", "+1 555 0100", "1 Main St"),
            Fulfilment = Fulfilment.Delivery,
            PaymentMethod = PaymentMethod.CreditCard,
            Payment = new("tok_ok"),
            Notes = "Ring twice",
        },
    };

    public static readonly ApiDescription ListOrders = new("listOrders", "Orders, newest first: a customer's own, or all for staff")
    {
        Answer = new OrderPage([Examples.Order], Page: 1, PageSize: 20, Total: 1),
        Query = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["q"] = "An order's number: the first 6 or more letters and digits of its id.",
            ["status"] = "One or several, with commas.",
            ["from"] = "Placed then or later: a day or a moment.",
            ["to"] = "Placed before that moment, or on that day at the latest.",
            ["page"] = "From 1.",
            ["pageSize"] = "1 to 100; 20 where it is not given.",
        },
    };

    public static readonly ApiDescription GetOrder = new("getOrder", "One order") { Answer = Examples.Order, Problems = [Slugs.NotFound] };

    public static readonly ApiDescription GetTimeline = new("getTimeline", "All that happened to an order, who did it, and in which trace")
    {
        Answer = Examples.Timeline,
        Problems = [Slugs.NotFound],
    };

    public static readonly ApiDescription StreamOrder = new(
        "streamOrder",
        "Server-sent events: the order at each change; resumes by Last-Event-ID"
    )
    {
        Answer = Examples.Order,
        IsStream = true,
        Problems = [Slugs.NotFound],
    };

    public static readonly ApiDescription CancelOrder = new("cancelOrder", "Cancels an order, if the kitchen agrees")
    {
        Answer = Examples.Order,
        Problems = Moves,
        Example = new CancelOrderRequest("Changed my mind"),
    };

    public static readonly ApiDescription ListReady = new("listReadyOrders", "What waits for a driver, oldest first")
    {
        Answer = new ItemsResponse<OrderResponse>([Examples.Order]),
    };

    public static readonly ApiDescription ListTour = new("listTour", "What the caller has under way")
    {
        Answer = new ItemsResponse<OrderResponse>([Examples.Order]),
    };

    public static readonly ApiDescription StreamDelivery = new(
        "streamDelivery",
        "Server-sent events: what a driver sees, whenever it changes; begins with how it is"
    )
    {
        Answer = new DeliveryResponse(Ready: [Examples.Order], Pickups: [], Tour: []),
        IsStream = true,
    };

    public static readonly ApiDescription TakeOrder = new("takeOrder", "Takes an order on the caller's tour")
    {
        Answer = Examples.Order,
        Problems = Moves,
    };

    public static readonly ApiDescription HandOverOrder = new("handOverOrder", "The customer has it")
    {
        Answer = Examples.Order,
        Problems = Moves,
    };

    public static readonly ApiDescription Register = new("register", "Makes a customer's account")
    {
        Status = StatusCodes.Status201Created,
        Answer = Examples.User,
        Problems = [Slugs.AlreadyExists],
        Example = new RegisterRequest
        {
            Username = "ada",
            Password = "correct horse battery staple",
            Name = "Ada",
            Email = "ada@example.org",
            Phone = "+1 555 0100",
            Address = "1 Main St",
        },
    };

    public static readonly ApiDescription CreateToken = new("createToken", "A token for a program")
    {
        Answer = new TokenResponse("eyJhbGciOiJIUzI1NiIs…", "Bearer", ExpiresIn: 3600),
        Problems = [Slugs.Unauthenticated, Slugs.RateLimited],
        Example = new SignInRequest("customer", "test"),
    };

    public static readonly ApiDescription ReadProfile = new("readProfile", "The caller's profile")
    {
        Answer = Examples.Profile,
        Problems = [Slugs.NotFound],
    };

    public static readonly ApiDescription ChangeProfile = new("changeProfile", "Changes the caller's profile")
    {
        Answer = Examples.Profile,
        Problems = [Slugs.NotFound, Slugs.VersionConflict],
        Example = new ProfileRequest("Ada", "ada@example.org", "+1 555 0100", "1 Main St"),
    };

    public static readonly ApiDescription ConfirmEmail = new(
        "confirmEmail",
        "Confirms an e-mail address by the token that was mailed to it"
    )
    {
        Status = StatusCodes.Status204NoContent,
        Example = new ConfirmEmailRequest("NWYwYzJlM2I.1796083200.mXk3…"),
    };

    public static readonly ApiDescription SignOutEverywhere = new(
        "signOutEverywhere",
        "Ends every session and token of the caller, within a minute everywhere"
    )
    {
        Status = StatusCodes.Status204NoContent,
        Problems = [Slugs.NotFound, Slugs.VersionConflict],
    };

    public static readonly ApiDescription ListNotifications = new("listNotifications", "What the caller was told, newest first")
    {
        Answer = new ItemsResponse<NotificationResponse>([Examples.Notification]),
    };

    public static readonly ApiDescription MarkRead = new("markNotificationRead", "Marks a notification as read")
    {
        Answer = Examples.Notification,
        Problems = [Slugs.NotFound, Slugs.VersionConflict],
    };

    public static readonly ApiDescription Dismiss = new("dismissNotification", "Puts a notification away")
    {
        Answer = Examples.Notification,
        Problems = [Slugs.NotFound, Slugs.VersionConflict],
    };

    public static readonly ApiDescription Overview = new("reportOverview", "Today against yesterday") { Answer = Examples.Overview };

    public static readonly ApiDescription StreamReports = new(
        "streamReports",
        "Server-sent events: the overview whenever it changes, about once a second at the most; begins with how it is"
    )
    {
        Answer = Examples.Overview,
        IsStream = true,
    };

    public static readonly ApiDescription Timeseries = new("reportTimeseries", "Orders and revenue over a period")
    {
        Answer = Examples.Timeseries,
        Query = new Dictionary<string, string>(Period, StringComparer.Ordinal) { ["bucket"] = "day, week (ISO 8601) or month." },
    };

    public static readonly ApiDescription Pizzas = new("reportPizzas", "How each pizza sells") { Answer = Examples.Pizzas, Query = Period };

    public static readonly ApiDescription Staff = new("reportStaff", "What each chef and driver did")
    {
        Answer = Examples.Staff,
        Query = Period,
    };

    public static readonly ApiDescription Customers = new("reportCustomers", "Who orders how much")
    {
        Answer = Examples.Customers,
        Query = Period,
    };

    public static readonly ApiDescription Daily = new("reportDaily", "The days as they were when they were over, newest first")
    {
        Answer = Examples.Days,
        Query = Period,
    };
}
