using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>From a cart to an order: one, from however many windows and however often the form is sent.</summary>
[SignedIn(Roles.Customer)]
internal sealed class CheckoutModel(
    MenuClient menus,
    OrdersClient orders,
    CustomersClient customers,
    RateLimits limits,
    IHostEnvironment environment,
    TimeProvider time
) : PizzeriaPage
{
    // How long the form waits for the order that another press of the button, or another window, is placing.
    private static readonly TimeSpan OtherRequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>What was filled in.</summary>
    [BindProperty]
    public CheckoutForm Form { get; set; } = new();

    /// <summary>What it costs now.</summary>
    public QuoteResponse Quote { get; private set; } = null!;

    /// <summary>What an earlier form showed, where that was something else.</summary>
    public SeenCart? SeenBefore { get; private set; }

    /// <summary>What this form shows.</summary>
    public SeenCart Seen => SeenCart.Of(Visitor.Cart, Quote);

    /// <summary>Whether cards can be paid with: the sandbox's, as no provider's own field for card numbers is part of this page.</summary>
    public bool TakesCards => environment.IsDevelopment();

    /// <summary>Shows the form, filled in with what was typed before, else with what the customer's profile knows.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var draft = HasDraft ? SeenCart.Parse(Typed("Form.Seen")) : null;
        if (Visitor.Cart.Count == 0 && draft is not null)
        {
            // The session is a new one. It may have ended after the cart was ordered.
            if ((await FindOrderAsync(draft.Cart!, cancellationToken)).Value is { } placed)
            {
                return await ShowAsync(placed, draft.Cart!, T.CartWasOrdered);
            }

            await Change(session => session.Cart.Count == 0 ? session with { Cart = draft.ToCart() } : session);
        }

        if (await PriceAsync(cancellationToken) is { } elsewhere)
        {
            return elsewhere;
        }

        SeenBefore = draft is not null && draft.Text != Seen.Text ? draft : null;

        // The form is as useful empty.
        var profile = HasDraft ? null : (await customers.Profile(cancellationToken)).Value;
        Form = new()
        {
            Fulfilment = Typed("Form.Fulfilment", "delivery"),
            Name = Typed("Form.Name", profile?.Name ?? Visitor.Session!.Name),
            Phone = Typed("Form.Phone", profile?.Phone),
            Address = Typed("Form.Address", profile?.Address),
            Notes = Typed("Form.Notes"),
            PaymentMethod = Typed("Form.PaymentMethod", "cash"),
            Card = Typed("Form.Card"),
        };
        return Page();
    }

    /// <summary>Places the order.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var seen = SeenCart.Parse(Form.Seen);
        if (seen is not null && seen.Cart != Visitor.Cart.Id)
        {
            // Of another cart: of one that was ordered, or that was emptied. The cart of now is left alone.
            var earlier = await FindOrderAsync(seen.Cart!, cancellationToken);
            if (earlier.Succeeded)
            {
                return await ShowAsync(earlier.Value, seen.Cart!, T.CartWasOrdered);
            }

            if (earlier.Fault.Slug != Slugs.NotFound)
            {
                return Problem(earlier.Fault);
            }
        }

        if (await PriceAsync(cancellationToken) is { } elsewhere)
        {
            return elsewhere;
        }

        if (seen?.Text != Seen.Text)
        {
            SeenBefore = seen;
            return Explain(T.CartIsNotWhatWasSeen, StatusCodes.Status409Conflict);
        }

        if (Form.Validate(TakesCards) is { } invalid)
        {
            return Explain(invalid);
        }

        if (await limits.Count(RateLimit.Orders, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var cart = Visitor.Cart;
        var order = await PlaceAsync(cart, cancellationToken);
        return order.Succeeded ? await ShowAsync(order.Value.Order, cart.Id!, order.Value.Notice) : await RefusedAsync(order.Fault);
    }

    // A cart has one key, whatever is in it and in how many windows it is open.
    private static string KeyOf(string cart) => $"cart-{cart}";

    private Task<Outcome<OrderResponse>> FindOrderAsync(string cart, CancellationToken cancellationToken) =>
        orders.FindPlaced(KeyOf(cart), cancellationToken);

    /// <summary>Goes to a cart's order. What was ordered is in the cart no more; another cart is left alone.</summary>
    private async Task<IActionResult> ShowAsync(OrderResponse order, string cart, string notice)
    {
        CartLine[] ordered = [.. order.Items.Select(line => new CartLine(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity))];
        await Change(session =>
            session with
            {
                Cart = session.Cart.Id == cart ? session.Cart.Without(ordered) : session.Cart,
                Drafts = [.. session.Drafts.Where(draft => draft.Path != Request.Path.Value)],
                Notice = notice,
            }
        );
        return SeeOther($"/orders/{Uri.EscapeDataString(order.Id)}");
    }

    private async Task<IActionResult?> PriceAsync(CancellationToken cancellationToken)
    {
        if (Visitor.Cart.Count == 0)
        {
            return SeeOther("/cart");
        }

        if (Visitor.Cart.Id is null)
        {
            await Change(session => session with { Cart = session.Cart.Identified() });
        }

        var quote = await menus.Quote(Visitor.Cart.Lines, cancellationToken);
        if (!quote.Succeeded)
        {
            // The cart says what is wrong with it, and there it can be mended.
            return quote.Fault.Slug is Slugs.Unavailable ? Problem(quote.Fault) : SeeOther("/cart");
        }

        Quote = quote.Value;
        return null;
    }

    private async Task<Outcome<(OrderResponse Order, string Notice)>> PlaceAsync(Cart cart, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var order = await orders.Place(Form.ToOrder(cart), KeyOf(cart.Id!), cancellationToken);
            if (order.Succeeded)
            {
                return (order.Value, T.OrderIsPlaced);
            }

            // Another window sent the same cart with another name or address: its order is the cart's.
            if (order.Fault.Slug == Slugs.IdempotencyMismatch && (await FindOrderAsync(cart.Id!, cancellationToken)).Value is { } first)
            {
                return (first, T.CartWasOrdered);
            }

            if (
                order.Fault.Slug is not (Slugs.IdempotencyInProgress or Slugs.IdempotencyMismatch)
                || time.GetElapsedTime(since) > OtherRequestTimeout
            )
            {
                return order.Fault;
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    private async Task<IActionResult> RefusedAsync(Fault fault)
    {
        if (fault.Slug == Slugs.Unauthenticated)
        {
            return Problem(fault);
        }

        // Such an answer is remembered under the cart's key, which can make no order any more. Where it is open what became of the order,
        // the key stays: sent again, the form makes the same one.
        if (
            Problems.StatusOf(fault.Slug) is 404 or 409 or 422
            && fault.Slug is not (Slugs.IdempotencyInProgress or Slugs.IdempotencyMismatch)
        )
        {
            var refused = Visitor.Cart.Id;
            await Change(session => session.Cart.Id == refused ? session with { Cart = session.Cart.Renewed() } : session);
        }

        return fault.Slug == Slugs.IdempotencyMismatch ? Explain(T.PerhapsPlaced, StatusCodes.Status409Conflict) : Explain(fault);
    }
}

/// <summary>The fields of a checkout.</summary>
internal sealed class CheckoutForm
{
    private const int LongestCard = 200;

    /// <summary>What the customer has seen, as <see cref="SeenCart.Text"/>.</summary>
    public string? Seen { get; set; }
    public string? Fulfilment { get; set; }
    public string? Name { get; set; }
    public string? Phone { get; set; }
    public string? Address { get; set; }
    public string? Notes { get; set; }
    public string? PaymentMethod { get; set; }

    /// <summary>Development's test card.</summary>
    public string? Card { get; set; }

    private PaymentMethod? Method => FormValue.One<PaymentMethod>(PaymentMethod);

    /// <summary>What is wrong with the choices, or null; what is wrong with the rest is the Order service's to say.</summary>
    /// <param name="takesCards">Whether anything but cash can be paid with.</param>
    public Fault? Validate(bool takesCards)
    {
        var errors = new ValidationErrors();
        errors.Require(FormValue.One<Fulfilment>(Fulfilment) is not null, "fulfilment", "is delivery or pickup");
        errors.Require(
            Method is Contracts.V1.PaymentMethod.Cash || (Method is not null && takesCards),
            "paymentMethod",
            "is one of those on the page"
        );
        errors.Require(Card is not { Length: > LongestCard }, "payment.cardToken", "is one of those on the page");
        return errors.ToFault();
    }

    /// <summary>The order for what is in the cart; the choices are valid.</summary>
    public PlaceOrderRequest ToOrder(Cart cart)
    {
        var (fulfilment, method) = (FormValue.One<Fulfilment>(Fulfilment)!.Value, Method!.Value);
        return new()
        {
            Items = [.. cart.Lines.Select(line => line.ToRequest())],
            Customer = new(Name ?? "", Phone ?? "", fulfilment is Contracts.V1.Fulfilment.Pickup ? null : FormValue.Lines(Address)),
            Fulfilment = fulfilment,
            PaymentMethod = method,
            Payment = method is not Contracts.V1.PaymentMethod.Cash && !string.IsNullOrEmpty(Card) ? new(Card) : null,
            Notes = string.IsNullOrWhiteSpace(Notes) ? null : FormValue.Lines(Notes),
        };
    }
}
