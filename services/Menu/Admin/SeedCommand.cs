using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.MenuService.Admin;

/// <summary>The menu that a new pizzeria opens with.</summary>
public sealed class MenuSeed(IRepository<Pizza> pizzas, TimeProvider time)
{
    /// <summary>What is seeded.</summary>
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
    /// Adds what was never on the menu. What a manager changed or took off since stays as it is; of two that seed at once, the
    /// database's unique key lets one add each pizza.
    /// </summary>
    /// <returns>How many pizzas were added.</returns>
    public async Task<int> Plant(CancellationToken cancellationToken)
    {
        var cause = new Cause("seed", time.GetUtcNow());
        var added = 0;
        foreach (var recipe in Menu)
        {
            var (pizza, events) = Pizza.Add(Slug.Of(recipe.Name), recipe, cause);
            added += await pizzas.Add(pizza, events, handled: null, cancellationToken) ? 1 : 0;
        }

        return added;
    }

    private static Recipe Recipe(string name, decimal basePrice, string description, params string[] toppings) =>
        new(name, description, Money.FromAmount(basePrice), toppings);
}

/// <summary><c>seed</c>: the contract's menu. Twice equals once.</summary>
internal sealed class SeedCommand(MenuSeed seed) : AdminCommand
{
    public override string Name => "seed";

    public override string Description => "puts the opening menu in place; keeps what is there";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var added = await seed.Plant(cancellationToken);
        await Console.Out.WriteLineAsync($"{added} of {MenuSeed.Menu.Count} pizzas added; the others were there.");
        return 0;
    }
}

/// <summary>A memory database begins empty and no admin command, another process, can reach into it: so it is seeded at start.</summary>
internal sealed class MemorySeed(IDocumentDatabase database, MenuSeed seed) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.Kind == "memory")
        {
            await seed.Plant(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
