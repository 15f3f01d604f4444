using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>What is to be ordered, at the menu's prices of this moment.</summary>
internal sealed class CartModel(MenuClient menus) : PizzeriaPage
{
    /// <inheritdoc/>
    /// <remarks>Without a session there is no cart whose form could be worth keeping.</remarks>
    protected override bool AnswersByRedirect => Visitor.HasSession;

    /// <summary>The prices; null where the cart is empty or can't be priced as it is.</summary>
    public QuoteResponse? Quote { get; private set; }

    /// <summary>Why it can't be priced.</summary>
    public Fault? Unpriced { get; private set; }

    /// <summary>The quantity that was typed and refused, and the number of its line; null where none was.</summary>
    public (int Line, string? Quantity)? Refused { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Errors.ContainsKey("quantity") && LineOf(Visitor.Cart, Typed("line"), Typed("pizza")) is { } at)
        {
            Refused = (at, Typed("quantity"));
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Another quantity of a line, 0 for none. Which line is said by its place and its pizza, should another tab have been quicker.</summary>
    public async Task<IActionResult> OnPostAsync(string? line, string? pizza, string? quantity, CancellationToken cancellationToken)
    {
        var count = FormValue.Whole(quantity, 0, OrderLimits.MaxQuantity);
        int? at = null;
        await Change(session =>
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
        errors.Require(holds: false, "quantity", $"is a whole number from 0 to {OrderLimits.MaxQuantity}");
        Refused = (at.Value, quantity);
        await LoadAsync(cancellationToken);
        return Explain(errors.ToFault()!);
    }

    private static int? LineOf(Cart cart, string? line, string? pizza) =>
        FormValue.Whole(line, 0, cart.Lines.Count - 1) is { } at && cart.Lines[at].PizzaId == pizza ? at : null;

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Visitor.Cart.Count > 0)
        {
            var quote = await menus.Quote(Visitor.Cart.Lines, cancellationToken);
            (Quote, Unpriced) = (quote.Value, quote.Fault);
        }
    }
}
