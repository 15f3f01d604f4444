namespace MariosPizzeria.Contracts;

/// <summary>How much one order may hold. The same for a cart, a quote and an order.</summary>
public static class OrderLimits
{
    /// <summary>Lines of one order, at least 1.</summary>
    public const int MaxLines = 50;

    /// <summary>Pizzas on one line, at least 1.</summary>
    public const int MaxQuantity = 20;

    /// <summary>Toppings on one pizza, its own and extra ones together.</summary>
    public const int MaxToppings = 10;
}
