using MariosPizzeria.BuildingBlocks.Admin;

namespace MariosPizzeria.MenuService.Admin;

/// <summary>Stores the menu of a new pizzeria.</summary>
public sealed class MenuSeed(IRepository<Pizza> pizzas, TimeProvider time)
{
    /// <summary>The pizzas that are seeded.</summary>
    public static readonly IReadOnlyList<Recipe> Menu =
    [
        Recipe("Margherita", 12.99m, "Tomato sauce and fresh mozzarella: the one that all others are measured by."),
        Recipe("Pepperoni", 14.99m, "Mozzarella under a full layer of spicy pepperoni, crisp at the edges.", "pepperoni"),
        Recipe("Hawaiian", 15.99m, "Sweet pineapple and smoked ham on mozzarella. No apology is made.", "ham", "pineapple"),
        Recipe(
            "Vegetarian",
            13.99m,
            "Roasted peppers, mushrooms, red onions and black olives from the market.",
            "peppers",
            "mushrooms",
            "onions",
            "olives"
        ),
        Recipe("BBQ Chicken", 15.99m, "Grilled chicken and onions on a smoky barbecue sauce.", "chicken", "onions"),
        Recipe("Meat Lovers", 16.99m, "Pepperoni, sausage, bacon and ham. Come hungry.", "pepperoni", "sausage", "bacon", "ham"),
    ];

    /// <summary>
    /// Adds the pizzas that were never on the menu. Pizzas that a manager changed or removed since are not touched. If two processes seed
    /// at the same time, the database's unique key lets one of them add each pizza.
    /// </summary>
    /// <returns>The number of pizzas that were added.</returns>
    public async Task<int> SeedAsync(CancellationToken cancellationToken)
    {
        var cause = new Cause("seed", time.GetUtcNow());
        var added = 0;
        foreach (var recipe in Menu)
        {
            var (pizza, events) = Pizza.Add(Slug.Of(recipe.Name), recipe, cause);
            added += await pizzas.AddAsync(pizza, events, handled: null, cancellationToken) ? 1 : 0;
        }

        return added;
    }

    private static Recipe Recipe(string name, decimal basePrice, string description, params string[] toppings) =>
        new(name, description, Money.FromAmount(basePrice), toppings);
}

/// <summary><c>seed</c>: stores the contract's menu. Running it again changes nothing.</summary>
internal sealed class SeedCommand(MenuSeed seed) : AdminCommand
{
    public override string Name => "seed";

    public override string Description => "adds the initial menu; changes nothing that exists";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var added = await seed.SeedAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"{added} of {MenuSeed.Menu.Count} pizzas added; the others existed already.");
        return 0;
    }
}

/// <summary>
/// Seeds an in-memory database at start: it is empty then, and an admin command can't seed it, because it is another process.
/// </summary>
internal sealed class MemorySeed(IDocumentDatabase database, MenuSeed seed) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.Kind == "memory")
        {
            await seed.SeedAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
