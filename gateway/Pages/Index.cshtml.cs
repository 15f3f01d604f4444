using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Sessions;
using MariosPizzeria.Gateways.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages;

/// <summary>The menu.</summary>
internal sealed class IndexModel(MenuClient menus) : PizzeriaPage
{
    /// <summary>What is on it.</summary>
    public Menu Menu { get; private set; } = null!;

    /// <summary>When a pizza that is ordered now would be ready; null where nobody can say.</summary>
    public int? ReadyMinutes { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.Read(cancellationToken);
        if (!menu.Succeeded)
        {
            return Problem(menu.Fault);
        }

        Menu = menu.Value;
        if (Menu.Pizzas.FirstOrDefault(pizza => pizza.Available) is { } some)
        {
            var quote = await menus.Quote([new(some.Id, PizzaSize.Medium, [], 1)], cancellationToken);
            ReadyMinutes = quote.Succeeded ? quote.Value.EstimatedReadyMinutes : null;
        }

        return Page();
    }

    /// <summary>Puts some pizzas into the cart, if the menu would sell them like that.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? pizza,
        PizzaSize size,
        string[] extra,
        int quantity,
        CancellationToken cancellationToken
    )
    {
        var line = new CartLine(pizza ?? "", size, [.. extra.Distinct(StringComparer.Ordinal)], quantity);
        var quote = await menus.Quote([line], cancellationToken);
        if (!quote.Succeeded)
        {
            await Say(quote.Fault.Slug == Slugs.Validation ? T.TooManyToppings : T.Of(quote.Fault));
            return SeeOther($"/#{Uri.EscapeDataString(line.PizzaId)}");
        }

        var fits = false;
        await Change(session =>
        {
            var cart = session.Cart.Add(line);
            fits = cart != session.Cart;
            return session with { Cart = cart, Notice = fits ? T.InYourCart(quote.Value.Lines[0].Name) : T.CartIsFull };
        });
        return SeeOther($"/#{Uri.EscapeDataString(line.PizzaId)}");
    }
}
