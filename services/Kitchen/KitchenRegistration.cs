using System.Globalization;
using MariosPizzeria.KitchenService.Admin;
using MariosPizzeria.KitchenService.Background;
using MariosPizzeria.KitchenService.Consumers;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.KitchenService.Streaming;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.ServiceDefaults.Streaming;
using MassTransit;

namespace MariosPizzeria.KitchenService;

/// <summary>What the kitchen service consists of.</summary>
public static class KitchenRegistration
{
    private const int DefaultCapacity = 5;

    /// <summary>The routes of the kitchen.</summary>
    public static void MapKitchen(this IEndpointRouteBuilder app)
    {
        var kitchen = app.MapGroup("/api/kitchen");

        kitchen.MapGet("/status", ReadStatus.Get).AllowRoles(Roles.Staff).Describe(KitchenApi.ReadStatus);
        kitchen.MapGet("/tickets", ListTickets.Get).AllowRoles(Roles.Chef).Describe(KitchenApi.ListTickets);
        kitchen.MapGet("/stream", StreamTickets.Get).AllowRoles(Roles.Chef).Describe(KitchenApi.StreamTickets);
        kitchen
            .MapPost("/tickets/{orderId}/start", StartTicket.Post)
            .AllowRoles(Roles.Chef)
            .WithIdempotency()
            .Describe(KitchenApi.StartTicket);
        kitchen
            .MapPost("/tickets/{orderId}/ready", FinishTicket.Post)
            .AllowRoles(Roles.Chef)
            .WithIdempotency()
            .Describe(KitchenApi.FinishTicket);
        kitchen.MapPut("/capacity", SetCapacity.Put).AllowRoles(Roles.Manager).Describe(KitchenApi.SetCapacity);
        kitchen.MapPut("/paused", SetPaused.Put).AllowRoles(Roles.Manager).Describe(KitchenApi.SetPaused);

        app.MapGet("/internal/tickets", ListTicketIds.Get).AllowServices();
        app.MapPost("/internal/tickets/{orderId}/withdraw", WithdrawTicket.Post).AllowServices();
    }

    /// <summary>Documents, handlers and background work. <c>Kitchen__Capacity</c> (1–100) is what the kitchen opens with.</summary>
    public static WebApplicationBuilder AddKitchen(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(new KitchenOptions(Capacity(builder)));
        services.AddDocumentType(Collections.Kitchens);
        services.AddDocumentType(Collections.Tickets);
        services.AddDocumentType(Collections.Loads);

        services.AddSingleton<TheKitchen>();
        services.AddSingleton<Slots>();
        services.AddSingleton<KitchenMetrics>();
        services.AddChangeHints<Ticket>("ticket:");
        services.AddChangeHints<Kitchen>("kitchen:");

        services.AddSingleton<ReadStatus>();
        services.AddSingleton<ListTickets>();
        services.AddSingleton<StartTicket>();
        services.AddSingleton<FinishTicket>();
        services.AddSingleton<WithdrawTicket>();
        services.AddSingleton<SetCapacity>();
        services.AddSingleton<SetPaused>();
        services.AddSingleton<PublishLoad>();

        services.AddSingleton<AdminCommand, SeedCommand>();

        services.AddSingleton<TicketFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<TicketFeed>());
        services.AddHostedService<LoadPublication>();
        services.AddHostedService<TicketPruning>();
        return builder;
    }

    /// <summary>What the kitchen service listens to.</summary>
    public static void AddKitchenConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddNamedConsumer<OrderConfirmedConsumer>();
        bus.AddNamedConsumer<OrderCancelledConsumer>();
        bus.AddNamedConsumer<DeliveryStartedConsumer>();
        bus.AddNamedConsumer<OrderDeliveredConsumer>();
        bus.AddNamedConsumer<OrderLateConsumer>();
    }

    private static int Capacity(WebApplicationBuilder builder)
    {
        if (builder.Configuration["Kitchen:Capacity"] is not { Length: > 0 } text)
        {
            return DefaultCapacity;
        }

        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity)
            && capacity is >= 1 and <= Kitchen.MostCapacity
        )
        {
            return capacity;
        }

        builder.ReportFault("Kitchen__Capacity", $"is not a number from 1 to {Kitchen.MostCapacity}");
        return DefaultCapacity;
    }
}

/// <summary>What the kitchen is configured with.</summary>
/// <param name="OpeningCapacity">Tickets that cook at the same time, until a manager says otherwise.</param>
public sealed record KitchenOptions(int OpeningCapacity);
