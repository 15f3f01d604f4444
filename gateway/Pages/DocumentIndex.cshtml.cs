namespace MariosPizzeria.Gateway.Pages;

internal sealed class IndexModel(MenuClient menus) : PizzeriaPage
{
    private const string WithoutField = "without";

    public MenuResponse Menu { get; private set; } = null!;

    /// <summary>The allergens to exclude, from the query; unknown values are ignored.</summary>
    public IReadOnlyList<Allergen> Without =>
        [.. Request.Query[WithoutField].Select(FormValue.SingleValue<Allergen>).OfType<Allergen>().Distinct()];

    /// <summary>The allergens that the menu's pizzas contain.</summary>
    public IReadOnlyList<Allergen> Allergens => [.. Menu.Pizzas.SelectMany(pizza => pizza.Allergens).Distinct().Order()];

    /// <summary>The pizzas without the excluded allergens.</summary>
    public IReadOnlyList<PizzaResponse> Shown => [.. Menu.Pizzas.Where(pizza => !pizza.Allergens.Any(Without.Contains))];

    /// <summary>The page's address with the excluded allergens.</summary>
    public string CurrentUrl =>
        Without.Count == 0 ? "/" : $"/?{string.Join('&', Without.Select(allergen => $"{WithoutField}={PizzeriaJson.Text(allergen)}"))}";

    /// <summary>When a pizza that is ordered now would be ready; null if unknown.</summary>
    public PromisedMinutes? Promise { get; private set; }

    /// <summary>The cart's total; null if the cart is empty or can't be priced.</summary>
    public Money? CartTotal { get; private set; }

    /// <summary>The choice that was refused; null if none was.</summary>
    public PizzaChoice? Chosen { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (HasDraft)
        {
            Chosen = new(Typed("pizza"), Typed("size"), TypedAll("extra"), Typed("quantity"));
        }

        return await LoadAsync(cancellationToken) is { } fault ? Problem(fault) : Page();
    }

    /// <summary>Adds pizzas to the cart, if the menu can quote them.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? pizza,
        string? size,
        string[] extra,
        string? quantity,
        CancellationToken cancellationToken
    )
    {
        Chosen = new(pizza, size, extra, quantity);
        var (chosenSize, count) = (FormValue.SingleValue<PizzaSize>(size), FormValue.ParseInteger(quantity, 1, OrderLimits.MaxQuantity));
        var errors = new ValidationErrors();
        errors.Require(chosenSize is not null, "size", "must be small, medium or large");
        errors.Require(count is not null, "quantity", $"must be a whole number from 1 to {OrderLimits.MaxQuantity}");
        if (errors.ToFault() is { } invalid)
        {
            return await RefusedAsync(invalid, cancellationToken);
        }

        var line = new CartLine(pizza ?? "", chosenSize!.Value, [.. extra.Distinct(StringComparer.Ordinal)], count!.Value);
        var quote = await menus.QuoteAsync([line], cancellationToken);
        if (!quote.Succeeded)
        {
            return await RefusedAsync(quote.Error, cancellationToken);
        }

        var fits = false;
        await ChangeAsync(session =>
        {
            var cart = session.Cart.Add(line);
            fits = cart != session.Cart;
            return fits ? session with { Cart = cart, Notice = T.InYourCart(quote.Value.Lines[0].Name) } : session;
        });
        if (fits)
        {
            return SeeOther($"{CurrentUrl}{AnchorOf(line.PizzaId)}");
        }

        errors.Require(holds: false, "cart", "has no room for these pizzas");
        return await RefusedAsync(errors.ToFault()!, cancellationToken);
    }

    /// <summary>Returns the id of the element in which a pizza is chosen.</summary>
    public static string SheetOf(string pizza) => $"choose-{pizza}";

    private static string AnchorOf(string id) => $"#{Uri.EscapeDataString(id)}";

    private async Task<IActionResult> RefusedAsync(Error fault, CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is { } unavailable)
        {
            return Problem(unavailable);
        }

        // Menu's error keys start with items[0]; the card uses the names of the form fields.
        var errors = fault.Code switch
        {
            ErrorCodes.UnknownTopping => Of("extra"),
            ErrorCodes.SoldOut or ErrorCodes.UnknownPizza => Of("pizza"),
            _ => fault.Errors?.ToDictionary(error => FieldOf(error.Key), error => error.Value, StringComparer.Ordinal),
        };
        return Explain(fault with { Errors = errors }, AnchorOf(SheetOf(Chosen?.Pizza ?? "")), T.NotAdded(fault));

        Dictionary<string, string[]> Of(string field) => new(StringComparer.Ordinal) { [field] = [fault.Detail] };

        static string FieldOf(string name) =>
            name[(name.LastIndexOf('.') + 1)..] switch
            {
                "extraToppings" => "extra",
                "pizzaId" => "pizza",
                var same => same,
            };
    }

    private async Task<Error?> LoadAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.ReadAsync(cancellationToken);
        if (!menu.Succeeded)
        {
            return menu.Error;
        }

        Menu = menu.Value;
        // The cart's quote contains the promised minutes as well.
        var cart = Visitor.Cart.Count > 0 ? (await menus.QuoteAsync(Visitor.Cart.Lines, cancellationToken)).Value : null;
        CartTotal = cart?.Total;
        Promise = cart?.Promise();
        if (Promise is null && Menu.Pizzas.FirstOrDefault(pizza => pizza.Available) is { } some)
        {
            var quote = await menus.QuoteAsync([new(some.Id, PizzaSize.Medium, [], 1)], cancellationToken);
            Promise = quote.Value?.Promise();
        }

        return null;
    }
}

/// <summary>The submitted choice of a pizza's card.</summary>
internal sealed record PizzaChoice(string? Pizza, string? Size, IReadOnlyList<string> Extra, string? Quantity);
