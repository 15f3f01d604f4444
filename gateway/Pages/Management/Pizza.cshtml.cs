namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>The form for a new or existing pizza: name, price, toppings and description.</summary>
[SignedIn(Roles.Manager)]
internal sealed class PizzaModel(MenuClient menus, MenuEditingClient editing) : PizzeriaPage
{
    /// <summary>The pizza's id; null for a new one.</summary>
    public string? Id { get; private set; }

    /// <summary>The stored or the submitted values.</summary>
    public PizzaForm Form { get; private set; } = new(null, null, null, []);

    /// <summary>The available toppings.</summary>
    public IReadOnlyList<ToppingResponse> Choices { get; private set; } = [];

    /// <summary>The version that the form shows; another version is not overwritten. 0 for a new pizza.</summary>
    public long Version { get; private set; }

    /// <summary>The stored values, if they changed after the form was shown; otherwise null.</summary>
    public PizzaForm? Stored { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        Id = id;
        if (await LoadAsync(cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        // The form that removes a pizza has no price, and its draft has no input to show again.
        if (Typed("basePrice") is { } basePrice)
        {
            Type(new(Typed("name"), Typed("description"), basePrice, TypedAll("topping")));
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        string? id,
        string? version,
        string? name,
        string? description,
        string? basePrice,
        string[] topping,
        CancellationToken cancellationToken
    )
    {
        Id = id;
        var typed = new PizzaForm(name, FormValue.Lines(description), basePrice, topping);
        var recipe = new PizzaRequest(Id: null, typed.Name, typed.Description, FormValue.Amount(typed.BasePrice), typed.Toppings);
        var saved =
            id is null ? await editing.AddAsync(recipe, cancellationToken)
            : FormValue.Version(version) is { } seen ? await editing.ChangeAsync(id, seen, recipe, cancellationToken)
            : OtherVersion();
        if (saved.Succeeded)
        {
            await ShowNoticeAsync(T.PizzaSaved(saved.Value.Name));
            return SeeOther($"/management/menu#{Uri.EscapeDataString(saved.Value.Id)}");
        }

        if (
            saved.Error.Code
            is not (ErrorCodes.Validation or ErrorCodes.AlreadyExists or ErrorCodes.UnknownTopping or ErrorCodes.VersionConflict)
        )
        {
            return Problem(saved.Error);
        }

        if (await LoadAsync(cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        var refused = saved.Error.Code switch
        {
            ErrorCodes.AlreadyExists => Explain(saved.Error, refusal: T.PizzaExists),
            ErrorCodes.UnknownTopping => Explain(saved.Error, refusal: T.UnknownToppingNow),
            ErrorCodes.VersionConflict => Explain(Marked(saved.Error), refusal: T.PizzaHasChanged),
            _ => Explain(saved.Error),
        };
        Type(typed);
        return refused;
    }

    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? version, string? name, CancellationToken cancellationToken)
    {
        Id = id;
        var fault = FormValue.Version(version) is { } seen
            ? await editing.RemoveAsync(id ?? "", seen, cancellationToken)
            : OtherVersion().Error;
        if (fault is { Code: ErrorCodes.VersionConflict })
        {
            return await LoadAsync(cancellationToken) is { } unavailable
                ? Problem(unavailable)
                : Explain(fault, refusal: T.PizzaHasChanged);
        }

        // Another manager may have removed the pizza already; the result is the same.
        if (fault is not null && fault.Code != ErrorCodes.NotFound)
        {
            return Problem(fault);
        }

        await ShowNoticeAsync(T.PizzaRemoved(name ?? id ?? ""));
        return SeeOther("/management/menu");
    }

    private static Result<PizzaResponse> OtherVersion() =>
        new Error(ErrorCodes.VersionConflict, "The form has no version.") { IsPrecondition = true };

    // Marks the error, so that the page that shows the form again knows the reason.
    private static Error Marked(Error fault) =>
        fault with
        {
            Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["version"] = [fault.Detail] },
        };

    private void Type(PizzaForm typed) => (Stored, Form) = (Errors.ContainsKey("version") ? Form : null, typed);

    private async Task<Error?> LoadAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.ReadAsync(cancellationToken);
        if (!menu.Succeeded)
        {
            return menu.Error;
        }

        Choices = menu.Value.Toppings;
        if (Id is null)
        {
            return null;
        }

        if (menu.Value.Pizzas.FirstOrDefault(pizza => pizza.Id == Id) is not { } pizza)
        {
            return Error.NotFound("pizza", Id);
        }

        Version = pizza.Version;
        Form = new(pizza.Name, pizza.Description, T.Number(pizza.BasePrice.Amount, 2), pizza.Toppings);
        return null;
    }
}

/// <summary>The submitted or stored values.</summary>
internal sealed record PizzaForm(string? Name, string? Description, string? BasePrice, IReadOnlyList<string> Toppings)
{
    /// <summary>Returns the fields that differ from another form, by label, with the values of this one.</summary>
    public IEnumerable<(string Label, string? Value)> Except(PizzaForm other, Texts text)
    {
        if (Name != other.Name)
        {
            yield return (text.Name, Name);
        }

        if (BasePrice != other.BasePrice)
        {
            yield return (text.BasePriceLabel, BasePrice);
        }

        if ((Description ?? "") != (other.Description ?? ""))
        {
            yield return (text.Description, Description);
        }

        if (!Toppings.Order(StringComparer.Ordinal).SequenceEqual(other.Toppings.Order(StringComparer.Ordinal)))
        {
            yield return (text.OwnToppings, text.Toppings(Toppings));
        }
    }
}
