namespace MariosPizzeria.MenuService.Domain;

/// <summary>Whether a topping is in stock. A topping that was never marked as sold out has no document.</summary>
public sealed class Topping : IDocument
{
    private Topping() { }

    /// <summary>The name of an approved topping.</summary>
    public string Id { get; private set; } = "";

    public long Version { get; set; }

    /// <summary>Whether it can be ordered now.</summary>
    public bool Available { get; private set; }

    /// <summary>Why it can't be ordered, if a reason was given.</summary>
    public string? UnavailableReason { get; private set; }

    /// <summary>Since when it can't be ordered; null while it can.</summary>
    public DateTimeOffset? UnavailableSince { get; private set; }

    /// <summary>Creates a topping that is in stock.</summary>
    public static Topping InStock(string name) => new() { Id = name, Available = true };

    /// <summary>Marks it as sold out, or as available again. There is no event if nothing changes.</summary>
    /// <param name="available">Whether it can be ordered from now on.</param>
    /// <param name="reason">Why it can't be ordered; dropped if it is available.</param>
    public Event[] SetAvailability(bool available, string? reason, Cause cause)
    {
        var why = available ? null : reason;
        if (Available == available && UnavailableReason == why)
        {
            return [];
        }

        (Available, UnavailableReason, UnavailableSince) = (available, why, available ? null : cause.At);
        return
        [
            new MenuChanged
            {
                PizzaId = "",
                Topping = Id,
                Change = "topping",
                Available = Available,
                UnavailableReason = UnavailableReason,
            }.Because(cause),
        ];
    }
}
