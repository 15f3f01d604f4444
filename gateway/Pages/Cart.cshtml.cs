namespace MariosPizzeria.Gateway.Pages;

/// <summary>The cart, at the menu's current prices.</summary>
internal sealed class CartModel(MenuClient menus) : PizzeriaPage
{
    /// <inheritdoc/>
    /// <remarks>Without a session there is no cart, so there is no form to keep.</remarks>
    protected override bool AnswersByRedirect => Visitor.HasSession;

    /// <summary>The lines of the cart.</summary>
    public IReadOnlyList<CartRow> Rows { get; private set; } = [];

    /// <summary>The price of the lines that can be ordered; null if there are none or the price is not available.</summary>
    public QuoteResponse? Quote { get; private set; }

    /// <summary>The reason why there is no price.</summary>
    public Error? Unpriced { get; private set; }

    /// <summary>The quantity that was typed and refused, and the number of its line; null if none was refused.</summary>
    public (int Line, string? Quantity)? Refused { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Errors.ContainsKey("quantity") && LineOf(Visitor.Cart, Typed("line"), Typed("pizza")) is { } at)
        {
            Refused = (at, Typed("quantity"));
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Sets a line's quantity; 0 removes it. Number and pizza must match, as another tab may have changed the cart.</summary>
    public async Task<IActionResult> OnPostAsync(string? line, string? pizza, string? quantity, CancellationToken cancellationToken)
    {
        var count = FormValue.ParseInteger(quantity, 0, OrderLimits.MaxQuantity);
        int? at = null;
        await ChangeAsync(session =>
        {
            at = LineOf(session.Cart, line, pizza);
            return at is { } found && count is { } wanted ? session with { Cart = session.Cart.SetQuantity(found, wanted) } : session;
        });
        if (at is null)
        {
            await LoadAsync(cancellationToken);
            return Explain(T.CartHasChanged, StatusCodes.Status409Conflict);
        }

        if (count is not null)
        {
            return SeeOther("/cart");
        }

        var errors = new ValidationErrors();
        errors.Require(holds: false, "quantity", $"must be a whole number from 0 to {OrderLimits.MaxQuantity}");
        Refused = (at.Value, quantity);
        await LoadAsync(cancellationToken);
        return Explain(errors.ToFault()!);
    }

    /// <summary>Removes the lines that can't be ordered, and continues to the checkout with the rest.</summary>
    public async Task<IActionResult> OnPostWithoutSoldOutAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.ReadAsync(cancellationToken);
        if (!menu.Succeeded)
        {
            return Problem(menu.Error);
        }

        await ChangeAsync(session =>
        {
            CartLine[] soldOut = [.. session.Cart.Lines.Where(line => !IsOrderable(line, menu.Value))];
            return soldOut.Length > 0 ? session with { Cart = session.Cart.Without(soldOut) } : session;
        });
        return SeeOther(Visitor.Cart.Count > 0 ? "/checkout" : "/cart");
    }

    private static bool IsOrderable(CartLine line, MenuResponse menu) =>
        menu.Pizzas.Any(pizza => pizza.Id == line.PizzaId && pizza.Available)
        && line.ExtraToppings.All(extra => menu.Toppings.Any(topping => topping.Name == extra && topping.Available));

    private static int? LineOf(Cart cart, string? line, string? pizza) =>
        FormValue.ParseInteger(line, 0, cart.Lines.Count - 1) is { } at && cart.Lines[at].PizzaId == pizza ? at : null;

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var lines = Visitor.Cart.Lines;
        if (lines.Count == 0)
        {
            return;
        }

        var quote = await menus.QuoteAsync(lines, cancellationToken);
        (Quote, Unpriced) = (quote.Value, quote.Error);
        if (quote is { Succeeded: false, Error.Code: ErrorCodes.SoldOut or ErrorCodes.UnknownPizza or ErrorCodes.UnknownTopping })
        {
            var menu = await menus.ReadAsync(cancellationToken);
            if (menu.Succeeded && lines.Any(line => !IsOrderable(line, menu.Value)))
            {
                await PriceRestAsync(lines, menu.Value, cancellationToken);
                return;
            }
        }

        Rows = [.. lines.Select((line, at) => new CartRow(at, line, Quote?.Lines[at]))];
    }

    // Sold out lines are marked as such, the others keep their prices.
    private async Task PriceRestAsync(IReadOnlyList<CartLine> lines, MenuResponse menu, CancellationToken cancellationToken)
    {
        CartLine[] orderable = [.. lines.Where(line => IsOrderable(line, menu))];
        if (orderable.Length > 0)
        {
            var quote = await menus.QuoteAsync(orderable, cancellationToken);
            (Quote, Unpriced) = (quote.Value, quote.Error);
        }
        else
        {
            Unpriced = null;
        }

        var next = 0;
        Rows =
        [
            .. lines.Select(
                (line, at) =>
                    IsOrderable(line, menu)
                        ? new CartRow(at, line, Quote?.Lines[next++])
                        : new CartRow(at, line, Priced: null)
                        {
                            OnMenu = menu.Pizzas.FirstOrDefault(pizza => pizza.Id == line.PizzaId),
                            IsSoldOut = true,
                        }
            ),
        ];
    }
}

/// <summary>A line of the cart on the page.</summary>
/// <param name="At">The number of the line in the cart, from 0.</param>
/// <param name="Line">The line in the cart.</param>
/// <param name="Priced">The price; null if the line can't be ordered or the price is not available.</param>
internal sealed record CartRow(int At, CartLine Line, QuoteLine? Priced)
{
    /// <summary>The pizza of a line that can't be ordered; null if the menu does not contain it.</summary>
    public PizzaResponse? OnMenu { get; init; }

    /// <summary>Whether the line can't be ordered: the pizza or an extra topping is sold out or not on the menu.</summary>
    public bool IsSoldOut { get; init; }

    public string Name => Priced?.Name ?? OnMenu?.Name ?? Line.PizzaId;

    public IReadOnlyList<string> Toppings => Priced?.Toppings ?? OnMenu?.Toppings ?? [];

    /// <summary>The reason that the staff gave for the pizza being sold out.</summary>
    public string? Reason => OnMenu?.UnavailableReason;
}
