using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages;

/// <summary>What is to be ordered, at the menu's prices of this moment.</summary>
internal sealed class CartModel(MenuClient menus) : PizzeriaPage
{
    /// <summary>The prices; null where the cart is empty or can't be priced as it is.</summary>
    public Quote? Quote { get; private set; }

    /// <summary>Why it can't be priced.</summary>
    public Fault? Unpriced { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Visitor.Cart.Count == 0)
        {
            return Page();
        }

        var quote = await menus.Quote(Visitor.Cart.Lines, cancellationToken);
        (Quote, Unpriced) = (quote.Value, quote.Fault);
        return Page();
    }

    /// <summary>Another quantity of a line, 0 for none. Which line is said by its place and its pizza, should another tab have been quicker.</summary>
    public async Task<IActionResult> OnPostAsync(int line, string? pizza, int quantity)
    {
        await Change(session =>
            line >= 0 && line < session.Cart.Lines.Count && session.Cart.Lines[line].PizzaId == pizza
                ? session with
                {
                    Cart = session.Cart.SetQuantity(line, quantity),
                }
                : session
        );
        return SeeOther("/cart");
    }
}
