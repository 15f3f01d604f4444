using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Limits;
using MariosPizzeria.Gateways.Sessions;
using MariosPizzeria.Gateways.Web;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages;

/// <summary>From a cart to an order: once, however often the form is sent.</summary>
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
    // Another press of the button waits for the first one's order.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>What was filled in.</summary>
    [BindProperty]
    public CheckoutForm Form { get; set; } = new();

    /// <summary>What it costs now.</summary>
    public Quote Quote { get; private set; } = null!;

    /// <summary>Whether cards can be paid with: the sandbox's, as no provider's own field for card numbers is part of this page.</summary>
    public bool TakesCards => environment.IsDevelopment();

    /// <summary>Shows the form, filled in with what the customer's profile knows.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await Priced(cancellationToken) is { } elsewhere)
        {
            return elsewhere;
        }

        // The form is as useful empty.
        var profile = (await customers.Profile(cancellationToken)).Value ?? new();
        Form = new()
        {
            Key = NewKey(),
            Expected = Quote.Total.Cents,
            Name = profile.Name ?? Visitor.Session!.Name,
            Phone = profile.Phone,
            Address = profile.Address,
        };
        return Page();
    }

    /// <summary>Places the order.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Visitor.Session!.Placed is { } placed && placed.Key == Form.Key)
        {
            return SeeOther($"/orders/{placed.OrderId}");
        }

        if (await Priced(cancellationToken) is { } elsewhere)
        {
            return elsewhere;
        }

        if (Form.Key is not { Length: > 0 and <= 128 } || Form.Expected != Quote.Total.Cents)
        {
            (Form.Key, Form.Expected) = (NewKey(), Quote.Total.Cents);
            return Explain(T.PriceChanged, StatusCodes.Status409Conflict);
        }

        if (await limits.Count(RateLimit.Orders, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var order = await Place(cancellationToken);
        if (!order.Succeeded)
        {
            return Refused(order.Fault);
        }

        await Change(session => session with { Cart = Cart.Empty, Placed = new(Form.Key, order.Value.Id), Notice = T.OrderIsPlaced });
        return SeeOther($"/orders/{order.Value.Id}");
    }

    private static string NewKey() => Guid.NewGuid().ToString("N");

    private async Task<IActionResult?> Priced(CancellationToken cancellationToken)
    {
        if (Visitor.Cart.Count == 0)
        {
            return SeeOther("/cart");
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

    private async Task<Outcome<Order>> Place(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var order = await orders.Place(Form.ToOrder(Visitor.Cart), Form.Key!, cancellationToken);
            if (order.Succeeded || order.Fault.Slug != Slugs.IdempotencyInProgress || time.GetElapsedTime(since) > Patience)
            {
                return order;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private IActionResult Refused(Fault fault)
    {
        if (fault.Slug == Slugs.Unauthenticated)
        {
            return Problem(fault);
        }

        // An answer that settles it is remembered under its key. Where it is open what became of the order, the key stays: sent again,
        // the form makes the same one.
        if (Problems(fault) is >= 400 and < 500 and not 429 && fault.Slug != Slugs.IdempotencyInProgress)
        {
            Form.Key = NewKey();
        }

        return fault.Slug == Slugs.IdempotencyMismatch ? Explain(T.PerhapsPlaced, StatusCodes.Status409Conflict) : Explain(fault);
    }

    private static int Problems(Fault fault) => ServiceDefaults.Http.Problems.StatusOf(fault.Slug);
}

/// <summary>The fields of a checkout.</summary>
internal sealed class CheckoutForm
{
    /// <summary>The idempotency key of the order that the form makes.</summary>
    public string? Key { get; set; }

    /// <summary>The total that the customer has seen, in cents.</summary>
    public long Expected { get; set; }
    public string? Fulfilment { get; set; } = "delivery";
    public string? Name { get; set; }
    public string? Phone { get; set; }
    public string? Address { get; set; }
    public string? Notes { get; set; }
    public string? PaymentMethod { get; set; } = "cash";

    /// <summary>Development's test card.</summary>
    public string? Card { get; set; }

    /// <summary>The order for what is in the cart; what is missing or wrong is the Order service's to say.</summary>
    public NewOrder ToOrder(Cart cart)
    {
        var fulfilment = PizzeriaJson.Parse<Fulfilment>(Fulfilment ?? "") ?? Contracts.V1.Fulfilment.Delivery;
        var method = PizzeriaJson.Parse<PaymentMethod>(PaymentMethod ?? "") ?? Contracts.V1.PaymentMethod.Cash;
        return new(
            cart.Lines,
            new(Name ?? "", Phone ?? "", fulfilment is Contracts.V1.Fulfilment.Pickup ? null : Address),
            fulfilment,
            method,
            method is not Contracts.V1.PaymentMethod.Cash && !string.IsNullOrEmpty(Card) ? new Card(Card) : null,
            string.IsNullOrWhiteSpace(Notes) ? null : Notes.ReplaceLineEndings("\n")
        );
    }
}
