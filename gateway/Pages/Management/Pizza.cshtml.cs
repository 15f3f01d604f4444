using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>One pizza of the menu, or a new one: its name, price, toppings and description.</summary>
[SignedIn(Roles.Manager)]
internal sealed class PizzaModel(MenuClient menus, MenuEditingClient editing) : PizzeriaPage
{
    /// <summary>Null for a new one.</summary>
    public string? Id { get; private set; }

    /// <summary>As stored, or as typed.</summary>
    public PizzaForm Form { get; private set; } = new(null, null, null, []);

    /// <summary>What may lie on it.</summary>
    public IReadOnlyList<ToppingResponse> Choices { get; private set; } = [];

    /// <summary>The version that the form shows: another one is not overwritten. 0 for a new pizza.</summary>
    public long Version { get; private set; }

    /// <summary>As it is stored now, where somebody changed it since the form was shown; null where nobody did.</summary>
    public PizzaForm? Stored { get; private set; }

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        Id = id;
        if (await LoadAsync(cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        // The form that removes a pizza has no price: what was refused is not to be typed again.
        if (Typed("basePrice") is { } basePrice)
        {
            Type(new(Typed("name"), Typed("description"), basePrice, TypedAll("topping")));
        }

        return Page();
    }

    /// <summary>Adds or changes it.</summary>
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
        var recipe = new PizzaRequest(Id: null, typed.Name, typed.Description, Price(typed.BasePrice), typed.Toppings);
        var saved =
            id is null ? await editing.Add(recipe, cancellationToken)
            : FormValue.Version(version) is { } seen ? await editing.Change(id, seen, recipe, cancellationToken)
            : OtherVersion();
        if (saved.Succeeded)
        {
            await Say(T.PizzaSaved(saved.Value.Name));
            return SeeOther($"/management/menu#{Uri.EscapeDataString(saved.Value.Id)}");
        }

        if (saved.Fault.Slug is not (Slugs.Validation or Slugs.AlreadyExists or Slugs.UnknownTopping or Slugs.VersionConflict))
        {
            return Problem(saved.Fault);
        }

        if (await LoadAsync(cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        var refused = saved.Fault.Slug switch
        {
            Slugs.AlreadyExists => Explain(saved.Fault, refusal: T.PizzaExists),
            Slugs.UnknownTopping => Explain(saved.Fault, refusal: T.UnknownToppingNow),
            Slugs.VersionConflict => Explain(Marked(saved.Fault), refusal: T.PizzaHasChanged),
            _ => Explain(saved.Fault),
        };
        Type(typed);
        return refused;
    }

    /// <summary>Takes it off the menu.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? version, string? name, CancellationToken cancellationToken)
    {
        Id = id;
        var fault = FormValue.Version(version) is { } seen ? await editing.Remove(id ?? "", seen, cancellationToken) : OtherVersion().Fault;
        if (fault is { Slug: Slugs.VersionConflict })
        {
            return await LoadAsync(cancellationToken) is { } unavailable
                ? Problem(unavailable)
                : Explain(fault, refusal: T.PizzaHasChanged);
        }

        // Somebody else may have been quicker: it is gone, as was wished.
        if (fault is not null && fault.Slug != Slugs.NotFound)
        {
            return Problem(fault);
        }

        await Say(T.PizzaRemoved(name ?? id ?? ""));
        return SeeOther("/management/menu");
    }

    private static Outcome<PizzaResponse> OtherVersion() =>
        new Fault(Slugs.VersionConflict, "The form does not say which version it shows.") { IsPrecondition = true };

    // So that the page that shows the form again knows why.
    private static Fault Marked(Fault fault) =>
        fault with
        {
            Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["version"] = [fault.Detail] },
        };

    // With a point or a comma, as people type it. What is no amount is null, which the service names as wrong.
    private static Money? Price(string? typed) =>
        decimal.TryParse(typed?.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount < 1_000_000
        && decimal.Truncate(amount * 100) == amount * 100
            ? Money.FromAmount(amount)
            : null;

    private void Type(PizzaForm typed) => (Stored, Form) = (Errors.ContainsKey("version") ? Form : null, typed);

    private async Task<Fault?> LoadAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.Read(cancellationToken);
        if (!menu.Succeeded)
        {
            return menu.Fault;
        }

        Choices = menu.Value.Toppings;
        if (Id is null)
        {
            return null;
        }

        if (menu.Value.Pizzas.FirstOrDefault(pizza => pizza.Id == Id) is not { } pizza)
        {
            return Fault.NotFound("pizza", Id);
        }

        Version = pizza.Version;
        Form = new(pizza.Name, pizza.Description, T.Number(pizza.BasePrice.Amount, 2), pizza.Toppings);
        return null;
    }
}

/// <summary>What was typed, or is stored.</summary>
internal sealed record PizzaForm(string? Name, string? Description, string? BasePrice, IReadOnlyList<string> Toppings)
{
    /// <summary>The fields in which another one differs, as the form names them, with this one's values.</summary>
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
