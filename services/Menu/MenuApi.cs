using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults.ApiDocs;

namespace MariosPizzeria.MenuService;

/// <summary>What the menu's routes say of themselves in the API's document.</summary>
internal static class MenuApi
{
    public static readonly ApiDescription ReadMenu = new("readMenu", "The whole menu, with an ETag") { Answer = Menu, HasETag = true };

    public static readonly ApiDescription ReadPizza = new("readPizza", "One pizza")
    {
        Answer = Shown,
        HasETag = true,
        Problems = [Slugs.NotFound],
    };

    public static readonly ApiDescription Quote = new("quote", "What an order would cost, and when it would be ready")
    {
        Answer = Quoted,
        Problems = [Slugs.UnknownPizza, Slugs.UnknownTopping, Slugs.SoldOut],
        Example = new QuoteRequest([new("pepperoni", PizzaSize.Medium, ["extra-cheese"], 2)]),
    };

    public static readonly ApiDescription AddPizza = new("addPizza", "Puts a pizza on the menu")
    {
        Status = StatusCodes.Status201Created,
        Answer = Shown,
        HasETag = true,
        Problems = [Slugs.AlreadyExists, Slugs.UnknownTopping],
        Example = Pizza,
    };

    public static readonly ApiDescription ChangePizza = new("changePizza", "Changes a pizza")
    {
        Answer = Shown,
        HasETag = true,
        TakesIfMatch = true,
        Problems = [Slugs.NotFound, Slugs.UnknownTopping, Slugs.VersionConflict],
        Example = Pizza,
    };

    public static readonly ApiDescription RemovePizza = new("removePizza", "Takes a pizza off the menu")
    {
        Status = StatusCodes.Status204NoContent,
        TakesIfMatch = true,
        Problems = [Slugs.NotFound, Slugs.VersionConflict],
    };

    public static readonly ApiDescription SetAvailability = new("setAvailability", "Marks a pizza sold out, or brings it back")
    {
        Answer = Shown,
        HasETag = true,
        TakesIfMatch = true,
        Problems = [Slugs.NotFound, Slugs.VersionConflict],
        Example = new AvailabilityRequest(Available: false, "Out of basil"),
    };

    private static PizzaRequest Pizza =>
        new(Id: null, "Quattro Stagioni", "Four seasons on one pizza.", new Money(17_49), ["ham", "mushrooms"]);

    private static PizzaResponse Shown =>
        new(
            "quattro-stagioni",
            "Quattro Stagioni",
            "Four seasons on one pizza.",
            new(17_49),
            ["ham", "mushrooms"],
            new(new(22_49), new(27_74), new(32_98)),
            Available: true,
            UnavailableReason: null,
            Version: 1
        );

    private static MenuResponse Menu =>
        new([Shown], [new("basil", Pricing.Topping)], [new(PizzaSize.Medium, Pricing.Multiplier(PizzaSize.Medium))], Money.Currency);

    private static QuoteResponse Quoted =>
        new(
            [
                new(
                    "pepperoni",
                    "Pepperoni",
                    PizzaSize.Medium,
                    ["pepperoni"],
                    ["extra-cheese"],
                    Quantity: 2,
                    new(24_49),
                    new(48_98),
                    Pricing.Of(new(14_99), PizzaSize.Medium, toppings: 2)
                ),
            ],
            new(48_98),
            Money.Currency,
            EstimatedReadyMinutes: 12
        );
}
