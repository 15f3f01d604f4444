using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>A pizza on the menu. One that is taken off stays stored, so that its id and its story are not lost.</summary>
public sealed class Pizza : IDocument
{
    private Pizza() { }

    /// <summary>A slug: <c>bbq-chicken</c>.</summary>
    public string Id { get; private set; } = "";

    /// <inheritdoc/>
    public long Version { get; set; }

    public string Name { get; private set; } = "";

    public string Description { get; private set; } = "";

    /// <summary>Price of the small pizza without toppings.</summary>
    public Money BasePrice { get; private set; }

    /// <summary>The toppings that belong to it, each of them approved.</summary>
    public List<string> Toppings { get; private set; } = [];

    /// <summary>Whether it can be ordered now.</summary>
    public bool Available { get; private set; }

    /// <summary>Why it can't, where somebody said why.</summary>
    public string? UnavailableReason { get; private set; }

    /// <summary>Since when it can't; null while it can.</summary>
    public DateTimeOffset? UnavailableSince { get; private set; }

    /// <summary>Whether it was taken off the menu.</summary>
    public bool Removed { get; private set; }

    /// <summary>A new pizza, available at once.</summary>
    public static (Pizza Pizza, IReadOnlyList<Event> Events) Add(string id, Recipe recipe, Cause cause)
    {
        var pizza = new Pizza { Id = id, Available = true };
        pizza.Take(recipe);
        return (pizza, pizza.Raise("added", cause));
    }

    /// <summary>Brings back one that was taken off, under a recipe of today. Refused with <c>already-exists</c> while it is on the menu.</summary>
    public Outcome<IReadOnlyList<Event>> AddAgain(Recipe recipe, Cause cause)
    {
        if (!Removed)
        {
            return new Fault(Slugs.AlreadyExists, $"The menu has a pizza '{Id}' already.");
        }

        (Removed, Available, UnavailableReason, UnavailableSince) = (false, true, null, null);
        Take(recipe);
        return Raise("added", cause);
    }

    /// <summary>Gives it another recipe or price. Orders keep the price they were placed at.</summary>
    public Outcome<IReadOnlyList<Event>> Change(Recipe recipe, Cause cause)
    {
        if (Removed)
        {
            return Fault.NotFound("pizza", Id);
        }

        if (
            Name == recipe.Name
            && Description == recipe.Description
            && BasePrice == recipe.BasePrice
            && Toppings.SequenceEqual(recipe.Toppings, StringComparer.Ordinal)
        )
        {
            return Nothing;
        }

        Take(recipe);
        return Raise("changed", cause);
    }

    /// <summary>Marks it sold out, or brings it back.</summary>
    /// <param name="available">Whether it can be ordered from now on.</param>
    /// <param name="reason">Why not; dropped when it is available.</param>
    /// <param name="cause">Who says so.</param>
    public Outcome<IReadOnlyList<Event>> SetAvailability(bool available, string? reason, Cause cause)
    {
        if (Removed)
        {
            return Fault.NotFound("pizza", Id);
        }

        var why = available ? null : reason;
        if (Available == available && UnavailableReason == why)
        {
            return Nothing;
        }

        (Available, UnavailableReason, UnavailableSince) = (available, why, available ? null : cause.At);
        return Raise("availability", cause);
    }

    /// <summary>Takes it off the menu.</summary>
    public Outcome<IReadOnlyList<Event>> Remove(Cause cause)
    {
        if (Removed)
        {
            return Fault.NotFound("pizza", Id);
        }

        (Removed, Available) = (true, false);
        return Raise("removed", cause);
    }

    private static readonly Event[] Nothing = [];

    private void Take(Recipe recipe) =>
        (Name, Description, BasePrice, Toppings) = (recipe.Name, recipe.Description, recipe.BasePrice, [.. recipe.Toppings]);

    private Event[] Raise(string change, Cause cause) =>
        [
            new MenuChanged
            {
                PizzaId = Id,
                Change = change,
                Available = Available,
                UnavailableReason = UnavailableReason,
            }.Because(cause),
        ];
}

/// <summary>What a manager decides about a pizza.</summary>
/// <param name="Name">As the guest reads it.</param>
/// <param name="Description">One or two sentences; may be empty.</param>
/// <param name="BasePrice">Price of the small pizza without toppings.</param>
/// <param name="Toppings">Approved toppings that belong to it.</param>
public sealed record Recipe(string Name, string Description, Money BasePrice, IReadOnlyList<string> Toppings);
