namespace MariosPizzeria.MenuService.Domain;

/// <summary>A pizza on the menu. A removed pizza stays stored, so that its id and its history are not lost.</summary>
public sealed class Pizza : IDocument
{
    private Pizza() { }

    /// <summary>A slug: <c>bbq-chicken</c>.</summary>
    public string Id { get; private set; } = "";

    public long Version { get; set; }

    public string Name { get; private set; } = "";

    public string Description { get; private set; } = "";

    /// <summary>Price of the small pizza without toppings.</summary>
    public Money BasePrice { get; private set; }

    /// <summary>Its own toppings, all of them approved.</summary>
    public List<string> Toppings { get; private set; } = [];

    /// <summary>Whether it can be ordered now.</summary>
    public bool Available { get; private set; }

    /// <summary>Why it can't be ordered, if a reason was given.</summary>
    public string? UnavailableReason { get; private set; }

    /// <summary>Since when it can't be ordered; null while it can.</summary>
    public DateTimeOffset? UnavailableSince { get; private set; }

    /// <summary>Whether it was removed from the menu.</summary>
    public bool Removed { get; private set; }

    /// <summary>Creates a pizza, which is available at once.</summary>
    public static (Pizza Pizza, IReadOnlyList<Event> Events) Add(string id, Recipe recipe, Cause cause)
    {
        var pizza = new Pizza { Id = id, Available = true };
        pizza.Apply(recipe);
        return (pizza, pizza.Raise("added", cause));
    }

    /// <summary>Adds a removed pizza again, with a new recipe. Refused with <c>already-exists</c> while it is on the menu.</summary>
    public Result<IReadOnlyList<Event>> AddAgain(Recipe recipe, Cause cause)
    {
        if (!Removed)
        {
            return new Error(ErrorCodes.AlreadyExists, $"The menu has a pizza '{Id}' already.");
        }

        (Removed, Available, UnavailableReason, UnavailableSince) = (false, true, null, null);
        Apply(recipe);
        return Raise("added", cause);
    }

    /// <summary>Changes its recipe or price. Orders keep the price at which they were placed.</summary>
    public Result<IReadOnlyList<Event>> Change(Recipe recipe, Cause cause)
    {
        if (Removed)
        {
            return Error.NotFound("pizza", Id);
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

        Apply(recipe);
        return Raise("changed", cause);
    }

    /// <summary>Marks it as sold out, or as available again.</summary>
    /// <param name="available">Whether it can be ordered from now on.</param>
    /// <param name="reason">Why it can't be ordered; dropped if it is available.</param>
    public Result<IReadOnlyList<Event>> SetAvailability(bool available, string? reason, Cause cause)
    {
        if (Removed)
        {
            return Error.NotFound("pizza", Id);
        }

        var why = available ? null : reason;
        if (Available == available && UnavailableReason == why)
        {
            return Nothing;
        }

        (Available, UnavailableReason, UnavailableSince) = (available, why, available ? null : cause.At);
        return Raise("availability", cause);
    }

    /// <summary>Removes it from the menu.</summary>
    public Result<IReadOnlyList<Event>> Remove(Cause cause)
    {
        if (Removed)
        {
            return Error.NotFound("pizza", Id);
        }

        (Removed, Available) = (true, false);
        return Raise("removed", cause);
    }

    private static readonly Event[] Nothing = [];

    private void Apply(Recipe recipe) =>
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

/// <summary>The data of a pizza that a manager decides.</summary>
/// <param name="Name">The name that guests see.</param>
/// <param name="Description">One or two sentences; may be empty.</param>
/// <param name="BasePrice">Price of the small pizza without toppings.</param>
/// <param name="Toppings">Its own toppings, which must be approved.</param>
public sealed record Recipe(string Name, string Description, Money BasePrice, IReadOnlyList<string> Toppings);
