using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>The menu.</summary>
internal sealed class IndexModel(MenuClient menus) : PizzeriaPage
{
    /// <summary>What is on it.</summary>
    public MenuResponse Menu { get; private set; } = null!;

    /// <summary>When a pizza that is ordered now would be ready; null where nobody can say.</summary>
    public int? ReadyMinutes { get; private set; }

    /// <summary>What was chosen and refused; null where nothing was.</summary>
    public PizzaChoice? Chosen { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (HasDraft)
        {
            Chosen = new(Typed("pizza"), Typed("size"), TypedAll("extra"), Typed("quantity"));
        }

        return await LoadAsync(cancellationToken) is { } fault ? Problem(fault) : Page();
    }

    /// <summary>Puts some pizzas into the cart, if the menu would sell them like that.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? pizza,
        string? size,
        string[] extra,
        string? quantity,
        CancellationToken cancellationToken
    )
    {
        Chosen = new(pizza, size, extra, quantity);
        var (chosenSize, count) = (FormValue.One<PizzaSize>(size), FormValue.Whole(quantity, 1, OrderLimits.MaxQuantity));
        var errors = new ValidationErrors();
        errors.Require(chosenSize is not null, "size", "is small, medium or large");
        errors.Require(count is not null, "quantity", $"is a whole number from 1 to {OrderLimits.MaxQuantity}");
        if (errors.ToFault() is { } invalid)
        {
            return await RefusedAsync(invalid, cancellationToken);
        }

        var line = new CartLine(pizza ?? "", chosenSize!.Value, [.. extra.Distinct(StringComparer.Ordinal)], count!.Value);
        var quote = await menus.Quote([line], cancellationToken);
        if (!quote.Succeeded)
        {
            return await RefusedAsync(quote.Fault, cancellationToken);
        }

        var fits = false;
        await Change(session =>
        {
            var cart = session.Cart.Add(line);
            fits = cart != session.Cart;
            return fits ? session with { Cart = cart, Notice = T.InYourCart(quote.Value.Lines[0].Name) } : session;
        });
        if (fits)
        {
            return SeeOther($"/{AnchorOf(line.PizzaId)}");
        }

        errors.Require(holds: false, "cart", "has no room for these");
        return await RefusedAsync(errors.ToFault()!, cancellationToken);
    }

    private static string AnchorOf(string? pizza) => $"#{Uri.EscapeDataString(pizza ?? "")}";

    private async Task<IActionResult> RefusedAsync(Fault fault, CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is { } unavailable)
        {
            return Problem(unavailable);
        }

        // Menu speaks of items[0]; the card has the fields under the form's names.
        var errors = fault.Slug switch
        {
            Slugs.UnknownTopping => Of("extra"),
            Slugs.SoldOut or Slugs.UnknownPizza => Of("pizza"),
            _ => fault.Errors?.ToDictionary(error => FieldOf(error.Key), error => error.Value, StringComparer.Ordinal),
        };
        return Explain(fault with { Errors = errors }, AnchorOf(Chosen?.Pizza), T.NotAdded(fault));

        Dictionary<string, string[]> Of(string field) => new(StringComparer.Ordinal) { [field] = [fault.Detail] };

        static string FieldOf(string name) =>
            name[(name.LastIndexOf('.') + 1)..] switch
            {
                "extraToppings" => "extra",
                "pizzaId" => "pizza",
                var same => same,
            };
    }

    private async Task<Fault?> LoadAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.Read(cancellationToken);
        if (!menu.Succeeded)
        {
            return menu.Fault;
        }

        Menu = menu.Value;
        if (Menu.Pizzas.FirstOrDefault(pizza => pizza.Available) is { } some)
        {
            var quote = await menus.Quote([new(some.Id, PizzaSize.Medium, [], 1)], cancellationToken);
            ReadyMinutes = quote.Succeeded ? quote.Value.EstimatedReadyMinutes : null;
        }

        return null;
    }
}

/// <summary>What was chosen on a pizza's card, as the form brought it.</summary>
internal sealed record PizzaChoice(string? Pizza, string? Size, IReadOnlyList<string> Extra, string? Quantity);
