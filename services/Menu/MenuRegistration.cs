using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Scheduling;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.MenuService.Admin;
using MariosPizzeria.MenuService.Features;
using MariosPizzeria.MenuService.Jobs;

namespace MariosPizzeria.MenuService;

/// <summary>The services and routes of the menu service.</summary>
public static class MenuRegistration
{
    /// <summary>Maps the routes of the menu.</summary>
    public static void MapMenu(this IEndpointRouteBuilder app)
    {
        var menu = app.MapGroup("/api/menu");

        menu.MapGet("", ReadMenu.Get).WithName("readMenu").Produces<MenuResponse>().ProducesETag();
        menu.MapGet("/pizzas/{id}", ReadPizza.Get)
            .WithName("readPizza")
            .Produces<PizzaResponse>()
            .ProducesETag()
            .ProducesProblems(ErrorCodes.NotFound);
        menu.MapPost("/quote", Quote.Post)
            .WithName("quote")
            .Produces<QuoteResponse>()
            .ProducesProblems(ErrorCodes.UnknownPizza, ErrorCodes.UnknownTopping, ErrorCodes.SoldOut)
            .WarmUpWith("""{"items":[{"pizzaId":"margherita","size":"small","extraToppings":["basil"],"quantity":1}]}""");

        menu.MapPost("/pizzas", AddPizza.Post)
            .AllowRoles(Roles.Manager)
            .WithIdempotency()
            .WithName("addPizza")
            .Produces<PizzaResponse>(StatusCodes.Status201Created)
            .ProducesETag()
            .ProducesProblems(ErrorCodes.AlreadyExists, ErrorCodes.UnknownTopping);
        menu.MapPut("/pizzas/{id}", ChangePizza.Put)
            .AllowRoles(Roles.Manager)
            .WithName("changePizza")
            .Produces<PizzaResponse>()
            .ProducesETag()
            .AcceptsIfMatch()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.UnknownTopping, ErrorCodes.VersionConflict);
        menu.MapDelete("/pizzas/{id}", RemovePizza.Delete)
            .AllowRoles(Roles.Manager)
            .WithName("removePizza")
            .Produces(StatusCodes.Status204NoContent)
            .AcceptsIfMatch()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.VersionConflict);
        menu.MapPut("/pizzas/{id}/availability", SetAvailability.Put)
            .AllowRoles(Roles.Chef)
            .WithName("setAvailability")
            .Produces<PizzaResponse>()
            .ProducesETag()
            .AcceptsIfMatch()
            .ProducesProblems(ErrorCodes.NotFound, ErrorCodes.VersionConflict);
        menu.MapPut("/toppings/{name}/availability", SetToppingAvailability.Put)
            .AllowRoles(Roles.Chef)
            .WithName("setToppingAvailability")
            .Produces<ToppingResponse>()
            .ProducesProblems(ErrorCodes.NotFound);

        app.MapPost("/internal/quotes", Quote.PostSeveral)
            .AllowServices()
            .WarmUpWith("""{"requests":[{"items":[{"pizzaId":"margherita","size":"small","extraToppings":["basil"],"quantity":1}]}]}""");
    }

    /// <summary>Adds documents, handlers and admin commands.</summary>
    public static IServiceCollection AddMenu(this IServiceCollection services)
    {
        services.AddDocumentType(Collections.Pizzas);
        services.AddDocumentType(Collections.Toppings);
        services.AddDocumentType(Collections.KitchenLoads);
        services.AddCachedRead<Pizza, Topping, CurrentMenu>("pizza:", "topping:", CurrentMenu.ReadAsync);
        services.AddCachedRead<KitchenLoad, KitchenLoad?>("kitchen-load:", Collections.CurrentAsync);

        services.AddSingleton<PizzaResults>();
        services.AddSingleton<ReadMenu>();
        services.AddSingleton<ReadPizza>();
        services.AddSingleton<Quote>();
        services.AddSingleton<AddPizza>();
        services.AddSingleton<ChangePizza>();
        services.AddSingleton<RemovePizza>();
        services.AddSingleton<SetAvailability>();
        services.AddSingleton<SetToppingAvailability>();
        services.AddScheduledJob<ReturnSoldOut>();

        services.AddSingleton<MenuSeed>();
        services.AddSingleton<AdminCommand, SeedCommand>();
        services.AddHostedService<MemorySeed>();
        return services;
    }
}
