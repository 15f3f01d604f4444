namespace MariosPizzeria.Contracts;

/// <summary>The limits of one order. They are the same for a cart, a quote and an order.</summary>
public static class OrderLimits
{
    /// <summary>The maximum number of lines of one order; the minimum is 1.</summary>
    public const int MaxLines = 50;

    /// <summary>The maximum number of pizzas on one line; the minimum is 1.</summary>
    public const int MaxQuantity = 20;

    /// <summary>The maximum number of toppings on one pizza, its own and extra ones together.</summary>
    public const int MaxToppings = 10;
}
