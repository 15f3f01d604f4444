using System.Diagnostics.CodeAnalysis;
using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.KitchenService.Admin;
using MariosPizzeria.KitchenService.Background;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.KitchenService.Streaming;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService;

/// <summary>The services and routes of the kitchen service.</summary>
public static class KitchenRegistration
{
    private const int DefaultCapacity = 5;
    private const int LongestLeastMinutes = 240;

    /// <summary>Maps the routes of the kitchen.</summary>
    public static void MapKitchen(this IEndpointRouteBuilder app)
    {
        var kitchen = app.MapGroup("/api/kitchen");

        kitchen.MapGet("/status", ReadStatus.Get).AllowRoles(Roles.Staff).WithName("readKitchenStatus").Produces<StatusResponse>();
        kitchen.MapGet("/tickets", ListTickets.Get).AllowRoles(Roles.Chef).WithName("listTickets").Produces<TicketsResponse>();
        kitchen
            .MapGet("/stream", StreamTickets.Get)
            .AllowRoles(Roles.Chef)
            .WithName("streamTickets")
            .Produces<TicketResponse>(contentType: "text/event-stream");
        kitchen.MapPost("/tickets/{orderId}/start", StartTicket.Post).ChangesTicket("startTicket", ErrorCodes.KitchenAtCapacity);
        kitchen.MapPost("/tickets/{orderId}/ready", FinishTicket.Post).ChangesTicket("finishTicket");
        kitchen.MapPost("/tickets/{orderId}/undo", UndoStep.Post).ChangesTicket("undoTicketStep", ErrorCodes.KitchenAtCapacity);
        kitchen.MapPut("/capacity", SetCapacity.Put).ChangesSetting<StatusResponse>("setCapacity");
        kitchen.MapPut("/paused", SetPaused.Put).ChangesSetting<StatusResponse>("setPaused");

        var shop = app.MapGroup("/api/shop");
        shop.MapGet("", ReadShop.Get).WithName("readShop").Produces<ShopResponse>().ProducesETag();
        shop.MapGet("/slots", ReadSlots.Get).WithName("readSlots").Produces<ItemsResponse<SlotResponse>>();
        shop.MapPut("/hours", SetHours.Put).ChangesSetting<ShopResponse>("setHours");
        shop.MapPut("/busy", SetBusy.Put).ChangesSetting<ShopResponse>("setBusy");

        app.MapPost("/internal/slots/{orderId}", ReserveSlot.Post).AllowServices();
        app.MapGet("/internal/tickets", ListTicketIds.Get).AllowServices();
        app.MapPost("/internal/tickets/{orderId}/withdraw", WithdrawTicket.Post).AllowServices();
        app.MapPost("/internal/tickets/{orderId}/renew", RenewTicket.Post).AllowServices();
    }

    /// <summary>
    /// Adds documents, handlers and background work. <c>Kitchen__Capacity</c> (1–100) and <c>Shop__Hours</c> are the initial values;
    /// <c>Shop__OrdersPerSlot</c> (1–1000) limits the orders that are placed ahead for one quarter of an hour; <c>Kitchen__LeastMinutes</c>
    /// (0–240) is the shortest promise.
    /// </summary>
    public static WebApplicationBuilder AddKitchen(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(
            new KitchenOptions(
                builder.ReadNumber("Kitchen:Capacity", DefaultCapacity, least: 1, Kitchen.MaxCapacity),
                builder.ReadNumber("Kitchen:LeastMinutes", Workload.DefaultLeastMinutes, least: 0, LongestLeastMinutes)
            )
        );
        var shop = new ShopOptions(
            builder.Read(
                "Shop:Hours",
                OpeningHours.Always,
                (string text, [MaybeNullWhen(false)] out OpeningHours hours) => (hours = OpeningHours.Parse(text)) is not null,
                "does not have the form mon-fri 11:00-14:00,18:00-23:00;sat 11:00-01:00"
            ),
            builder.ReadNumber("Shop:OrdersPerSlot", otherwise: 0, least: 1, ShopOptions.MaxOrdersPerSlot) is > 0 and var orders
                ? orders
                : null
        );
        services.AddSingleton(shop);
        services.AddDocumentType(Collections.Kitchens);
        services.AddDocumentType(Collections.Tickets);
        services.AddDocumentType(Collections.Loads);
        services.AddDocumentType(Collections.Shops);
        services.AddDocumentType(Collections.TimeSlots);

        services.AddSingleton<KitchenProvider>();
        services.AddSingleton<ShopProvider>();
        services.AddSingleton<OvenSlots>();
        services.AddSingleton<KitchenMetrics>();
        services.AddChangeHints<Ticket>("ticket:");
        services.AddCachedRead<Kitchen, Kitchen?>(
            "kitchen:",
            (kitchens, cancellationToken) => kitchens.FindAsync(Kitchen.SingletonId, cancellationToken)
        );
        services.AddCachedRead<KitchenLoad, KitchenLoad?>(
            "load:",
            (loads, cancellationToken) => loads.FindAsync(KitchenLoad.SingletonId, cancellationToken)
        );
        services.AddCachedRead<ShopSettings, ShopSettings>(
            "shop:",
            async (shops, cancellationToken) =>
                await shops.FindAsync(ShopSettings.SingletonId, cancellationToken) ?? ShopSettings.Initial(shop.InitialHours)
        );

        services.AddSingleton<ReadStatus>();
        services.AddSingleton<ReadLoad>();
        services.AddSingleton<CurrentPace>();
        services.AddSingleton<ListTickets>();
        services.AddSingleton<StartTicket>();
        services.AddSingleton<FinishTicket>();
        services.AddSingleton<WithdrawTicket>();
        services.AddSingleton<UndoStep>();
        services.AddSingleton<SetCapacity>();
        services.AddSingleton<SetPaused>();
        services.AddSingleton<PublishLoad>();
        services.AddSingleton<TimeSlots>();
        services.AddSingleton<SlotRules>();
        services.AddSingleton<ReadShop>();
        services.AddSingleton<ReadSlots>();
        services.AddSingleton<ReserveSlot>();
        services.AddSingleton<SetHours>();
        services.AddSingleton<SetBusy>();

        services.AddSingleton<AdminCommand, SeedCommand>();

        services.AddSingleton<TicketFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<TicketFeed>());
        services.AddHostedService<ShopOpening>();
        services.AddHostedService<LoadPublication>();
        services.AddHostedService<TicketPruning>();
        return builder;
    }

    private static void ChangesTicket(this RouteHandlerBuilder route, string name, params string[] problems) =>
        route
            .AllowRoles(Roles.Chef)
            .WithIdempotency()
            .WithName(name)
            .Produces<TicketResponse>()
            .ProducesProblems([ErrorCodes.NotFound, .. problems, ErrorCodes.IllegalTransition, ErrorCodes.VersionConflict]);

    private static void ChangesSetting<TResponse>(this RouteHandlerBuilder route, string name) =>
        route.AllowRoles(Roles.Manager).WithName(name).Produces<TResponse>().ProducesProblems(ErrorCodes.VersionConflict);
}

/// <summary>The configuration of the kitchen.</summary>
/// <param name="OpeningCapacity">Tickets that can cook at the same time, until a manager changes it.</param>
/// <param name="LeastMinutes">The shortest promise, in minutes.</param>
public sealed record KitchenOptions(int OpeningCapacity, int LeastMinutes);
