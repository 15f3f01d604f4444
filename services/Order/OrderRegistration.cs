using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Admin;
using MariosPizzeria.OrderService.Consumers;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.OrderService.Sandbox;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.ServiceDefaults.Streaming;
using MassTransit;

namespace MariosPizzeria.OrderService;

/// <summary>The Order service's table of contents: what it does, and where each route and each event goes.</summary>
public static class OrderRegistration
{
    /// <summary>Handlers, documents and admin commands.</summary>
    public static void AddOrdering(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOrderDocuments();
        services.AddSingleton(CardPolicy.From(builder.Configuration, builder.Environment));
        services.AddSingleton(AccountPolicy.From(builder));
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInLimit>();
        services.AddHostedService<OrderMetrics>();
        services.AddChangeFeed<Order>("order:");
        services.AddChangeFeed<FigureDay>(OrderDocuments.FigureChannel);

        services.AddSingleton<PlaceOrder>();
        services.AddSingleton<ListOrders>();
        services.AddSingleton<GetOrder>();
        services.AddSingleton<StreamOrder>();
        services.AddSingleton<CancelOrder>();
        services.AddSingleton<ExpireUnpaidOrders>();
        services.AddSingleton<StalledOrders>();
        services.AddSingleton<TellAgain>();
        services.AddSingleton(builder.TellAgainOptions());
        services.AddSingleton<RaiseLateAlarms>();
        services.AddSingleton<RepairOrders>();
        services.AddSingleton<ExplainOrder>();
        services.AddSingleton<ForgetOldNotifications>();
        services.AddSingleton<TakeOrder>();
        services.AddSingleton<HandOverOrder>();
        services.AddSingleton<StreamDelivery>();
        services.AddSingleton<Register>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<Access>();
        services.AddSingleton<Profile>();
        services.AddSingleton<EmailToken>();
        services.AddSingleton<ConfirmEmail>();
        services.AddSingleton<ReadNotifications>();
        services.AddSingleton<ReadReports>();
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

    /// <summary>What Order learns from others, each from a queue of its own.</summary>
    public static void AddOrderConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddNamedConsumer<PaymentSucceededConsumer>();
        bus.AddNamedConsumer<PaymentFailedConsumer>();
        bus.AddNamedConsumer<PaymentRefundedConsumer>();
        bus.AddNamedConsumer<CookingStartedConsumer>();
        bus.AddNamedConsumer<OrderReadyConsumer>();
        bus.AddNamedConsumer<KitchenPausedConsumer>();
        bus.AddNamedConsumer<CancellationRequestedConsumer>();
        bus.AddNamedConsumer<ScheduledJobDueConsumer>();
    }

    /// <summary>Ordering.</summary>
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/api/orders");
        orders
            .MapPost("", PlaceOrder.Post)
            .AllowRoles(Roles.Customer)
            .WithIdempotency()
            .Describe(OrderApi.PlaceOrder)
            .WarmUpWith("""{"items":[]}""");
        orders.MapGet("", ListOrders.Get).AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver).Describe(OrderApi.ListOrders);
        orders.MapGet("/{id}", GetOrder.Get).AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver).Describe(OrderApi.GetOrder);
        orders
            .MapGet("/{id}/timeline", GetOrder.GetTimeline)
            .AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver)
            .Describe(OrderApi.GetTimeline);
        orders.MapGet("/{id}/stream", StreamOrder.Get).AllowRoles(Roles.Customer, Roles.Chef, Roles.Driver).Describe(OrderApi.StreamOrder);
        app.MapGet("/internal/orders/{id}/explanation", ExplainOrder.Get).AllowRoles(Roles.Manager);
        orders.MapPost("/{id}/cancel", CancelOrder.Post).AllowRoles(Roles.Customer).WithIdempotency().Describe(OrderApi.CancelOrder);
    }

    /// <summary>Delivering.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder app)
    {
        var delivery = app.MapGroup("/api/delivery").AllowRoles(Roles.Driver);
        delivery.MapGet("/ready", TakeOrder.GetReady).Describe(OrderApi.ListReady);
        delivery.MapGet("/tour", HandOverOrder.GetTour).Describe(OrderApi.ListTour);
        delivery.MapGet("/stream", StreamDelivery.Get).Describe(OrderApi.StreamDelivery);
        delivery.MapPost("/{orderId}/take", TakeOrder.Post).WithIdempotency().Describe(OrderApi.TakeOrder);
        delivery.MapPost("/{orderId}/delivered", HandOverOrder.Post).WithIdempotency().Describe(OrderApi.HandOverOrder);
    }

    /// <summary>Accounts, tokens and profiles.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/auth/register", Register.Post)
            .AllowAnonymous()
            .OnlyWithOwnAccounts()
            .WithIdempotency()
            .Describe(OrderApi.Register);
        app.MapPost("/api/auth/token", SignIn.PostToken).AllowAnonymous().OnlyWithOwnAccounts().Describe(OrderApi.CreateToken);
        app.MapPost("/api/auth/logout/everywhere", Access.PostLogoutEverywhere)
            .AllowRoles([Roles.Customer, .. Roles.Staff])
            .Describe(OrderApi.SignOutEverywhere);
        app.MapGet("/internal/accounts/{id}/access", Access.Get).AllowServices();
        app.MapGet("/api/profile", Profile.Get).AllowRoles(Roles.Customer).Describe(OrderApi.ReadProfile);
        app.MapPut("/api/profile", Profile.Put).AllowRoles(Roles.Customer).Describe(OrderApi.ChangeProfile);
        app.MapPost("/api/profile/email/confirm", ConfirmEmail.Post).AllowAnonymous().Describe(OrderApi.ConfirmEmail);
        app.MapPost("/internal/auth/verify", SignIn.PostVerify).AllowServices().OnlyWithOwnAccounts();
    }

    /// <summary>What customers are told.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup("/api/notifications").AllowRoles(Roles.Customer);
        notifications.MapGet("", ReadNotifications.Get).Describe(OrderApi.ListNotifications);
        notifications.MapPost("/{id}/read", ReadNotifications.PostRead).WithIdempotency().Describe(OrderApi.MarkRead);
        notifications.MapPost("/{id}/dismiss", ReadNotifications.PostDismiss).WithIdempotency().Describe(OrderApi.Dismiss);
    }

    /// <summary>What the manager looks at.</summary>
    public static void MapReports(this IEndpointRouteBuilder app)
    {
        var reports = app.MapGroup("/api/reports").AllowRoles(Roles.Manager);
        reports.MapGet("/overview", ReadReports.GetOverview).Describe(OrderApi.Overview);
        reports.MapGet("/stream", StreamReports.Get).Describe(OrderApi.StreamReports);
        reports.MapGet("/timeseries", ReadReports.GetTimeseries).Describe(OrderApi.Timeseries);
        reports.MapGet("/pizzas", ReadReports.GetPizzas).Describe(OrderApi.Pizzas);
        reports.MapGet("/staff", ReadReports.GetStaff).Describe(OrderApi.Staff);
        reports.MapGet("/customers", ReadReports.GetCustomers).Describe(OrderApi.Customers);
        reports.MapGet("/daily", ReadReports.GetDaily).Describe(OrderApi.Daily);
    }

    /// <summary>The payment provider that Development has instead of a real one.</summary>
    public static void MapSandboxInDevelopment(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapPost("/sandbox/payments", PaymentSandbox.PostPayment).AllowAnonymous();
            app.MapPost("/sandbox/refunds", PaymentSandbox.PostRefund).AllowAnonymous();
        }
    }
}
