using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages.Management;

/// <summary>One pizza of the menu, or a new one: its name, price, toppings and description.</summary>
[SignedIn(Roles.Manager)]
internal sealed class PizzaModel(MenuClient menus, MenuEditingClient editing) : PizzeriaPage
{
    /// <summary>Null for a new one.</summary>
    public string? Id { get; private set; }

    /// <summary>As stored, or as typed.</summary>
    public PizzaForm Form { get; private set; } = new(null, null, null, []);

    /// <summary>What may lie on it.</summary>
    public IReadOnlyList<MenuTopping> Choices { get; private set; } = [];

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        var menu = await menus.Read(cancellationToken);
        if (!menu.Succeeded)
        {
            return Problem(menu.Fault);
        }

        (Id, Choices) = (id, menu.Value.Toppings);
        if (id is not null)
        {
            if (menu.Value.Pizzas.FirstOrDefault(pizza => pizza.Id == id) is not { } pizza)
            {
                return ProblemPage.Of(StatusCodes.Status404NotFound);
            }

            Form = new(pizza.Name, pizza.Description, T.Number(pizza.BasePrice.Amount, 2), pizza.Toppings);
        }

        if (HasDraft)
        {
            Form = new(Typed("name"), Typed("description"), Typed("basePrice"), TypedAll("topping"));
        }

        return Page();
    }

    /// <summary>Adds or changes it.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? id,
        string? name,
        string? description,
        string? basePrice,
        string[] topping,
        CancellationToken cancellationToken
    )
    {
        (Id, Form) = (id, new(name, description, basePrice, topping));
        var recipe = new PizzaRecipe(name, FormValue.Lines(description), Price(basePrice), topping);
        var saved = id is null ? await editing.Add(recipe, cancellationToken) : await editing.Change(id, recipe, cancellationToken);
        if (saved.Succeeded)
        {
            await Say(T.PizzaSaved(saved.Value.Name));
            return SeeOther($"/management/menu#{Uri.EscapeDataString(saved.Value.Id)}");
        }

        if (saved.Fault.Slug is not (Slugs.Validation or Slugs.AlreadyExists or Slugs.UnknownTopping))
        {
            return Problem(saved.Fault);
        }

        var menu = await menus.Read(cancellationToken);
        if (!menu.Succeeded)
        {
            return Problem(menu.Fault);
        }

        Choices = menu.Value.Toppings;
        return saved.Fault.Slug switch
        {
            Slugs.AlreadyExists => Explain(T.PizzaExists, StatusCodes.Status409Conflict),
            Slugs.UnknownTopping => Explain(T.UnknownToppingNow, StatusCodes.Status422UnprocessableEntity),
            _ => Explain(saved.Fault),
        };
    }

    /// <summary>Takes it off the menu.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? name, CancellationToken cancellationToken)
    {
        // Somebody else may have been quicker: it is gone, as was wished.
        if (await editing.Remove(id ?? "", cancellationToken) is { } fault && fault.Slug != Slugs.NotFound)
        {
            return Problem(fault);
        }

        await Say(T.PizzaRemoved(name ?? id ?? ""));
        return SeeOther("/management/menu");
    }

    // With a point or a comma, as people type it. What is no amount is null, which the service names as wrong.
    private static Money? Price(string? typed) =>
        decimal.TryParse(typed?.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount < 1_000_000
        && decimal.Truncate(amount * 100) == amount * 100
            ? Money.FromAmount(amount)
            : null;
}

/// <summary>What was typed.</summary>
internal sealed record PizzaForm(string? Name, string? Description, string? BasePrice, IReadOnlyList<string> Toppings);
