using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Scheduling;
using MariosPizzeria.BuildingBlocks.Shop;
using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Admin;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.OrderService.Sandbox;
using Microsoft.AspNetCore.Identity;

namespace MariosPizzeria.OrderService;

/// <summary>Registers the handlers, documents, admin commands and routes of the Order service.</summary>
public static class OrderRegistration
{
    // The error codes of an order that is refused.
    private static readonly string[] RefusedOrder =
    [
        ErrorCodes.UnknownPizza,
        ErrorCodes.UnknownTopping,
        ErrorCodes.SoldOut,
        ErrorCodes.VersionConflict,
        ErrorCodes.SlotFull,
        ErrorCodes.ShopClosed,
        ErrorCodes.KitchenPaused,
        ErrorCodes.MenuUnavailable,
    ];

    /// <summary>Registers handlers, documents and admin commands.</summary>
    public static void AddOrdering(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOrderDocuments();
        services.AddSingleton(CardPolicy.From(builder.Configuration, builder.Environment));
        services.AddSingleton(AccountPolicy.From(builder));
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordHashing.Iterations);
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<SignInLimit>();
        services.AddHostedService<OrderMetrics>();
        services.AddChangeFeed<Order>("order:");
        services.AddCachedRead<KitchenState, KitchenState?>(
            "kitchen-state:",
            (kitchens, cancellationToken) => kitchens.FindAsync(KitchenState.SingletonId, cancellationToken)
        );

        services.AddSingleton<DailyOrderNumbers>();
        services.AddSingleton<PlaceOrder>();
        services.AddSingleton<ListOrders>();
        services.AddSingleton<GetOrder>();
        services.AddSingleton<ReadTimeline>();
        services.AddSingleton<TrackingTokens>();
        services.AddSingleton<TrackOrder>();
        services.AddSingleton<StreamOrder>();
        services.AddSingleton<CancelOrder>();
        services.AddScheduledJob<ExpireUnpaidOrders>();
        services.AddSingleton<StalledOrders>();
        services.AddScheduledJob<TellAgain>();
        services.AddSingleton(builder.TellAgainOptions());
        services.AddScheduledJob<RaiseLateAlarms>();
        services.AddSingleton<RepairOrders>();
        services.AddSingleton<ExplainOrder>();
        services.AddScheduledJob<DeleteOldNotifications>();
        services.AddSingleton<HandOverOrder>();
        services.AddSingleton<StreamDelivery>();
        services.AddSingleton<Register>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<AccountAccessEndpoints>();
        services.AddSingleton<Profile>();
        services.AddSingleton<EmailToken>();
        services.AddSingleton<ConfirmEmail>();
        services.AddSingleton<ReadNotifications>();
        builder.AddTaxShare();
        services.AddSingleton<ReadReports>();
        services.AddSingleton<ReadTakings>();
        services.AddSingleton<ReadLateOrders>();
        services.AddSingleton<ReadHours>();
        services.AddSingleton<ExportOrders>();
        services.AddSingleton<StreamReports>();

        services.AddSingleton<AdminCommand, SeedCommand>();
        services.AddSingleton<AdminCommand, CreateUserCommand>();
        services.AddSingleton<AdminCommand, SetPasswordCommand>();
        services.AddSingleton<AdminCommand, SetRolesCommand>();
        services.AddSingleton<AdminCommand, DisableUserCommand>();
        services.AddSingleton<AdminCommand, ExplainCommand>();
        services.AddSingleton<AdminCommand, ShellCommand>();
        services.AddSingleton<AdminCommand, FixCorruptedOrdersCommand>();
    }

    /// <summary>Maps the endpoints of orders.</summary>
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/api/orders");
        orders
            .MapPost("", PlaceOrder.Post)
            .AllowRoles(Roles.Customer)
            .WithIdempotency()
            .WithName("placeOrder")
            .Produces<OrderResponse>(StatusCodes.Status201Created)
            .ProducesProblems(RefusedOrder)
            .WarmUpWith("""{"items":[]}""");
        orders.MapGet("", ListOrders.Get).AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver).WithName("listOrders").Produces<OrderPage>();
        orders
            .MapGet("/{id}", GetOrder.Get)
            .AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver)
            .WithName("getOrder")
            .Produces<OrderResponse>()
            .ProducesProblems(ErrorCodes.NotFound);
        orders
            .MapGet("/{id}/timeline", ReadTimeline.Get)
            .AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver)
            .WithName("getTimeline")
            .Produces<TimelineResponse>()
            .ProducesProblems(ErrorCodes.NotFound);
        orders
            .MapGet("/{id}/stream", StreamOrder.Get)
            .AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver)
            .WithName("streamOrder")
            .Produces<OrderResponse>(contentType: "text/event-stream")
            .ProducesProblems(ErrorCodes.NotFound);
        app.MapPost("/internal/orders/{id}/recall", RecallOrder.Post).AllowServices();
        app.MapGet("/internal/orders/{id}/explanation", ExplainOrder.Get).AllowRoles(Roles.Manager);
        orders.MapPost("/{id}/cancel", CancelOrder.Post).AllowRoles(Roles.Customer).ChangesOrder("cancelOrder");
    }

    /// <summary>Maps the endpoints for ordering without an account.</summary>
    public static void MapGuests(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/guest/orders", PlaceOrder.PostAsGuest)
            .AllowAnonymous()
            .WithIdempotency((http, id) => http.RequestServices.GetRequiredService<TrackingTokens>().Of(id))
            .WithName("placeGuestOrder")
            .Produces<OrderResponse>(StatusCodes.Status201Created)
            .ProducesProblems([.. RefusedOrder, ErrorCodes.RateLimited]);
        app.MapPost("/api/track/{token}/keep", TrackOrder.PostKeep).AllowRoles(Roles.Customer).ChangesOrder("keepTrackedOrder");
        var track = app.MapGroup("/api/track/{token}").AllowAnonymous();
        track.MapGet("", TrackOrder.Get).WithName("trackOrder").Produces<OrderResponse>().ProducesProblems(ErrorCodes.NotFound);
        track
            .MapGet("/stream", TrackOrder.GetStream)
            .WithName("streamTrackedOrder")
            .Produces<OrderResponse>(contentType: "text/event-stream")
            .ProducesProblems(ErrorCodes.NotFound);
        track.MapPost("/cancel", TrackOrder.PostCancel).ChangesOrder("cancelTrackedOrder");
    }

    /// <summary>Maps the endpoints of deliveries.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder app)
    {
        var delivery = app.MapGroup("/api/delivery").AllowRoles(Roles.Driver);
        delivery.MapGet("/ready", TakeOrder.GetReady).WithName("listReadyOrders").Produces<ItemsResponse<OrderResponse>>();
        delivery.MapGet("/tour", HandOverOrder.GetTour).WithName("listTour").Produces<TourResponse>();
        delivery
            .MapGet("/stream", StreamDelivery.Get)
            .WithName("streamDelivery")
            .Produces<DeliveryResponse>(contentType: "text/event-stream");
        delivery.MapPost("/{orderId}/take", TakeOrder.Post).ChangesOrder("takeOrder");
        delivery.MapPost("/{orderId}/delivered", HandOverOrder.Post).ChangesOrder("handOverOrder");
        delivery.MapPost("/{orderId}/undo", HandOverOrder.PostUndo).ChangesOrder("undoHandOver");
        delivery.MapPost("/{orderId}/failed", HandOverOrder.PostFailed).ChangesOrder("failDelivery");
    }

    /// <summary>Maps the endpoints of accounts, tokens and profiles.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/auth/register", Register.Post)
            .AllowAnonymous()
            .RequireLocalAccounts()
            .WithIdempotency()
            .WithName("register")
            .Produces<UserResponse>(StatusCodes.Status201Created)
            .ProducesProblems(ErrorCodes.AlreadyExists);
        app.MapPost("/api/auth/token", SignIn.PostToken)
            .AllowAnonymous()
            .RequireLocalAccounts()
            .WithName("createToken")
            .Produces<TokenResponse>()
            .ProducesProblems(ErrorCodes.Unauthenticated, ErrorCodes.RateLimited);
        app.MapPost("/api/auth/logout/everywhere", AccountAccessEndpoints.PostLogoutEverywhere)
            .AllowRoles([Roles.Customer, .. Roles.Staff])
            .WithName("signOutEverywhere")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.VersionConflict);
        app.MapGet("/internal/accounts/{id}/access", AccountAccessEndpoints.Get).AllowServices();
        app.MapGet("/api/profile", Profile.Get)
            .AllowRoles(Roles.Customer)
            .WithName("readProfile")
            .Produces<ProfileResponse>()
            .ProducesProblems(ErrorCodes.NotFound);
        app.MapPut("/api/profile", Profile.Put)
            .AllowRoles(Roles.Customer)
            .WithName("changeProfile")
            .Produces<ProfileResponse>()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.VersionConflict);
        app.MapPost("/api/profile/email/confirm", ConfirmEmail.Post)
            .AllowAnonymous()
            .WithName("confirmEmail")
            .Produces(StatusCodes.Status204NoContent);
        app.MapPost("/internal/auth/verify", SignIn.PostVerify).AllowServices().RequireLocalAccounts();
    }

    /// <summary>Maps the endpoints of notifications.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup("/api/notifications").AllowRoles(Roles.Customer);
        notifications.MapGet("", ReadNotifications.Get).WithName("listNotifications").Produces<ItemsResponse<NotificationResponse>>();
        notifications
            .MapPost("/{id}/read", ReadNotifications.PostRead)
            .WithIdempotency()
            .WithName("markNotificationRead")
            .Produces<NotificationResponse>()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.VersionConflict);
        notifications
            .MapPost("/{id}/dismiss", ReadNotifications.PostDismiss)
            .WithIdempotency()
            .WithName("dismissNotification")
            .Produces<NotificationResponse>()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.VersionConflict);
    }

    /// <summary>Maps the endpoints of reports.</summary>
    public static void MapReports(this IEndpointRouteBuilder app)
    {
        var reports = app.MapGroup("/api/reports").AllowRoles(Roles.Manager);
        reports.MapGet("/overview", ReadReports.GetOverview).WithName("reportOverview").Produces<OverviewResponse>();
        reports.MapGet("/stream", StreamReports.Get).WithName("streamReports").Produces<OverviewResponse>(contentType: "text/event-stream");
        reports.MapGet("/takings", ReadTakings.Get).WithName("reportTakings").Produces<TakingsResponse>();
        reports.MapGet("/late", ReadLateOrders.Get).WithName("reportLateOrders").Produces<LateOrdersResponse>();
        reports.MapGet("/hours", ReadHours.Get).WithName("reportHours").Produces<HoursResponse>();
        reports.MapGet("/orders", ExportOrders.Get).WithName("exportOrders").Produces<string>(contentType: "text/csv");
        reports.MapGet("/timeseries", ReadReports.GetTimeseries).WithName("reportTimeseries").Produces<TimeseriesResponse>();
        reports.MapGet("/pizzas", ReadReports.GetPizzas).WithName("reportPizzas").Produces<RankingResponse<PizzaReport>>();
        reports.MapGet("/staff", ReadReports.GetStaff).WithName("reportStaff").Produces<RankingResponse<StaffReport>>();
        reports.MapGet("/customers", ReadReports.GetCustomers).WithName("reportCustomers").Produces<CustomersResponse>();
        reports.MapGet("/daily", ReadReports.GetDaily).WithName("reportDaily").Produces<RankingResponse<DailyReportItem>>();
    }

    /// <summary>Maps the payment sandbox, which replaces the payment provider in Development.</summary>
    public static void MapSandboxInDevelopment(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapPost("/sandbox/payments", PaymentSandbox.PostPayment).AllowAnonymous();
            app.MapPost("/sandbox/refunds", PaymentSandbox.PostRefund).AllowAnonymous();
        }
    }

    private static RouteHandlerBuilder ChangesOrder(this RouteHandlerBuilder route, string name) =>
        route
            .WithIdempotency()
            .WithName(name)
            .Produces<OrderResponse>()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.IllegalTransition, ErrorCodes.VersionConflict);
}
