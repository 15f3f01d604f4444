using MariosPizzeria.MenuService.Admin;
using MariosPizzeria.MenuService.Consumers;
using MariosPizzeria.MenuService.Features;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;
using MassTransit;

namespace MariosPizzeria.MenuService;

/// <summary>What the menu service consists of.</summary>
public static class MenuRegistration
{
    /// <summary>The routes of the menu.</summary>
    public static void MapMenu(this IEndpointRouteBuilder app)
    {
        var menu = app.MapGroup("/api/menu");

        menu.MapGet("", ReadMenu.Get).Describe(MenuApi.ReadMenu);
        menu.MapGet("/pizzas/{id}", ReadPizza.Get).Describe(MenuApi.ReadPizza);
        menu.MapPost("/quote", Quote.Post)
            .Describe(MenuApi.Quote)
            .WarmUpWith("""{"items":[{"pizzaId":"margherita","size":"small","extraToppings":["basil"],"quantity":1}]}""");

        menu.MapPost("/pizzas", AddPizza.Post).AllowRoles(Roles.Manager).WithIdempotency().Describe(MenuApi.AddPizza);
        menu.MapPut("/pizzas/{id}", ChangePizza.Put).AllowRoles(Roles.Manager).Describe(MenuApi.ChangePizza);
        menu.MapDelete("/pizzas/{id}", RemovePizza.Delete).AllowRoles(Roles.Manager).Describe(MenuApi.RemovePizza);
        menu.MapPut("/pizzas/{id}/availability", SetAvailability.Put).AllowRoles(Roles.Chef).Describe(MenuApi.SetAvailability);
    }

    /// <summary>Documents, handlers and admin commands.</summary>
    public static IServiceCollection AddMenu(this IServiceCollection services)
    {
        services.AddDocumentType(Collections.Pizzas);
        services.AddDocumentType(Collections.KitchenLoads);

        services.AddSingleton<ReadMenu>();
        services.AddSingleton<ReadPizza>();
        services.AddSingleton<Quote>();
        services.AddSingleton<AddPizza>();
        services.AddSingleton<ChangePizza>();
        services.AddSingleton<RemovePizza>();
        services.AddSingleton<SetAvailability>();
        services.AddSingleton<ReturnSoldOut>();

        services.AddSingleton<MenuSeed>();
        services.AddSingleton<AdminCommand, SeedCommand>();
        services.AddHostedService<MemorySeed>();
        return services;
    }

    /// <summary>What the menu service listens to.</summary>
    public static void AddMenuConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddNamedConsumer<KitchenLoadChangedConsumer>();
        bus.AddNamedConsumer<ScheduledJobDueConsumer>();
    }
}
