namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>The manager's view of the menu: prices and what is sold out.</summary>
[SignedIn(Roles.Manager)]
internal sealed class MenuModel(MenuClient menus, MenuEditingClient editing) : PizzeriaPage
{
    public MenuResponse Menu { get; private set; } = null!;

    /// <summary>The pizza whose form was refused.</summary>
    public string? Refused { get; private set; }

    /// <summary>The reason typed in that form.</summary>
    public string? Reason { get; private set; }

    /// <summary>The price typed in that form.</summary>
    public string? BasePrice { get; private set; }

    /// <summary>Shows the page.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        (Refused, Reason, BasePrice) = (Typed("id"), Typed("reason"), Typed("basePrice"));
        return await LoadAsync(cancellationToken) is { } fault ? Problem(fault) : Page();
    }

    /// <summary>Sets a pizza's price, if its version is still the one on the page.</summary>
    public async Task<IActionResult> OnPostPriceAsync(string? id, string? version, string? basePrice, CancellationToken cancellationToken)
    {
        (Refused, BasePrice) = (id, basePrice);
        if (await LoadAsync(cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        var anchor = $"#{Uri.EscapeDataString(id ?? "")}";
        if (
            Menu.Pizzas.FirstOrDefault(pizza => pizza.Id == id) is not { } pizza
            || FormValue.Version(version) is not { } seen
            || seen != pizza.Version
        )
        {
            return Explain(T.PizzaHasChanged, StatusCodes.Status412PreconditionFailed, anchor);
        }

        var recipe = new PizzaRequest(Id: null, pizza.Name, pizza.Description, FormValue.Amount(basePrice), pizza.Toppings);
        var set = await editing.ChangeAsync(pizza.Id, seen, recipe, cancellationToken);
        if (set.Succeeded)
        {
            await ShowNoticeAsync(T.PriceIsSet(set.Value.Name, set.Value.BasePrice));
            return SeeOther($"/management/menu{anchor}");
        }

        return set.Error.Code switch
        {
            ErrorCodes.Validation => Explain(set.Error, anchor),
            ErrorCodes.VersionConflict => Explain(set.Error, anchor, T.PizzaHasChanged),
            _ => Problem(set.Error),
        };
    }

    /// <summary>Marks a pizza sold out.</summary>
    public async Task<IActionResult> OnPostSoldOutAsync(string? id, string? reason, CancellationToken cancellationToken)
    {
        (Refused, Reason) = (id, reason);
        return await DoneAsync(
            await editing.SetAvailabilityAsync(id ?? "", available: false, reason, cancellationToken),
            cancellationToken
        );
    }

    public async Task<IActionResult> OnPostBackAsync(string? id, CancellationToken cancellationToken) =>
        await DoneAsync(await editing.SetAvailabilityAsync(id ?? "", available: true, reason: null, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostToppingSoldOutAsync(string? topping, CancellationToken cancellationToken) =>
        SetToppingAsync(topping, available: false, cancellationToken);

    public Task<IActionResult> OnPostToppingBackAsync(string? topping, CancellationToken cancellationToken) =>
        SetToppingAsync(topping, available: true, cancellationToken);

    /// <summary>Whether a pizza can't be ordered because of a topping that is sold out.</summary>
    public bool LacksTopping(PizzaResponse pizza) =>
        Menu.Toppings.Any(topping => !topping.Available && pizza.Toppings.Contains(topping.Name, StringComparer.Ordinal));

    private async Task<IActionResult> SetToppingAsync(string? topping, bool available, CancellationToken cancellationToken)
    {
        var set = await editing.SetToppingAvailabilityAsync(topping ?? "", available, reason: null, cancellationToken);
        if (!set.Succeeded)
        {
            return Problem(set.Error);
        }

        var name = T.Topping(set.Value.Name);
        await ShowNoticeAsync(available ? T.IsBackOnSale(name) : T.IsSoldOutNow(name));
        return SeeOther("/management/menu#toppings");
    }

    private async Task<IActionResult> DoneAsync(Result<PizzaResponse> set, CancellationToken cancellationToken)
    {
        if (set.Succeeded)
        {
            await ShowNoticeAsync(set.Value.Available ? T.IsBackOnSale(set.Value.Name) : T.IsSoldOutNow(set.Value.Name));
            return SeeOther($"/management/menu#{Uri.EscapeDataString(set.Value.Id)}");
        }

        return set.Error.Code != ErrorCodes.Validation ? Problem(set.Error)
            : await LoadAsync(cancellationToken) is { } fault ? Problem(fault)
            : Explain(set.Error, $"#{Uri.EscapeDataString(Refused ?? "")}");
    }

    private async Task<Error?> LoadAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.ReadAsync(cancellationToken);
        Menu = menu.Value!;
        return menu.Error;
    }
}
