using System.Globalization;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>
/// Turns a cart into one order, also if the form is sent from several windows or several times. A guest orders without an account, and
/// gets a tracking link for the order.
/// </summary>
internal sealed class CheckoutModel(
    MenuClient menus,
    OrdersClient orders,
    AccountClient customers,
    ShopStatusReader shop,
    RateLimits limits,
    DeliveryTerms terms,
    IHostEnvironment environment,
    TimeProvider time
) : PizzeriaPage, IOrderForm
{
    // How long the form waits for an order that a concurrent request (a second click or another window) is placing.
    private static readonly TimeSpan OtherRequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    // How many of the customer's last orders are searched for a delivery, because a pickup has no address.
    private const int LastOrders = 10;

    /// <summary>The submitted fields.</summary>
    [BindProperty]
    public CheckoutForm Form { get; set; } = new();

    /// <summary>The current price.</summary>
    public QuoteResponse Quote { get; private set; } = null!;

    /// <summary>The delivery fee, and which orders are delivered.</summary>
    public DeliveryTerms Terms => terms;

    /// <summary>What an earlier form showed, if it differs from this one.</summary>
    public ReviewedCart? SeenBefore { get; private set; }

    /// <summary>What this form shows.</summary>
    public ReviewedCart Seen => ReviewedCart.Of(Visitor.Cart, Quote);

    /// <summary>Whether cards are accepted: only the sandbox's, as the page has no payment provider's field for card numbers.</summary>
    public bool TakesCards => environment.IsDevelopment();

    /// <summary>The time slots for which the order can be placed; empty if Kitchen does not answer.</summary>
    public IReadOnlyList<SlotResponse> Slots { get; private set; } = [];

    /// <summary>Whether an order for now is taken; true if unknown.</summary>
    public bool TakesOrdersNow { get; private set; } = true;

    /// <summary>Whether the visitor has not signed in.</summary>
    public bool IsGuest => !Visitor.IsSignedIn;

    private bool IsNotForVisitor => Visitor.IsSignedIn && !Visitor.Has(Roles.Customer);

    /// <summary>
    /// Shows the form, filled in with the refused input, otherwise with the data of the customer's last order, otherwise with the profile.
    /// </summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (IsNotForVisitor)
        {
            return ProblemPage.Of(StatusCodes.Status403Forbidden);
        }

        var draft = HasDraft ? ReviewedCart.Parse(Typed("Form.Seen")) : null;
        if (Visitor.Cart.Count == 0 && draft is not null)
        {
            // The cart is empty because the session is new. The previous one may have ended after the cart was ordered.
            if ((await FindOrderAsync(draft.Cart!, cancellationToken)).Value is { } placed)
            {
                return await ShowAsync(placed, draft.Cart!, T.CartWasOrdered);
            }

            await ChangeAsync(session => session.Cart.Count == 0 ? session with { Cart = draft.ToCart() } : session);
        }

        if (await PriceAsync(cancellationToken) is { } elsewhere)
        {
            return elsewhere;
        }

        SeenBefore = draft is not null && draft.Text != Seen.Text ? draft : null;

        TakesOrdersNow = await shop.FindAsync(cancellationToken) is null or { AcceptingOrders: true };
        Slots = await shop.SlotsAsync(time.GetUtcNow(), cancellationToken);

        var known = HasDraft || IsGuest ? KnownCustomer.Nothing : await KnownAsync(cancellationToken);
        Form = new()
        {
            Fulfilment = Typed("Form.Fulfilment", "delivery"),
            RequestedFor = Typed("Form.RequestedFor"),
            Name = Typed("Form.Name", known.Name ?? Visitor.Session!.Name),
            Phone = Typed("Form.Phone", known.Phone),
            Address = Typed("Form.Address", known.Address),
            Notes = Typed("Form.Notes"),
            DoorNotes = Typed("Form.DoorNotes", known.DoorNotes),
            Allergies = [.. TypedAll("Form.Allergies")],
            AllergyNote = Typed("Form.AllergyNote"),
            PaymentMethod = Typed("Form.PaymentMethod", "cash"),
            Card = Typed("Form.Card"),
        };
        return Page();
    }

    /// <summary>Places the order.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (IsNotForVisitor)
        {
            return ProblemPage.Of(StatusCodes.Status403Forbidden);
        }

        if (IsGuest && !Form.Guest)
        {
            // The form was made for a signed-in customer whose session has ended.
            return Problem(new Error(ErrorCodes.Unauthenticated, T.SignedOutMeanwhile));
        }

        var seen = ReviewedCart.Parse(Form.Seen);
        if (seen is not null && seen.Cart != Visitor.Cart.Id)
        {
            // The form belongs to another cart, which was ordered or emptied. The current cart is not changed.
            var earlier = await FindOrderAsync(seen.Cart!, cancellationToken);
            if (earlier.Succeeded)
            {
                return await ShowAsync(earlier.Value, seen.Cart!, T.CartWasOrdered);
            }

            if (earlier.Error.Code != ErrorCodes.NotFound)
            {
                return Problem(earlier.Error);
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

        if (await limits.CountAsync(IsGuest ? RateLimit.GuestOrders : RateLimit.Orders, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var cart = Visitor.Cart;
        var order = await PlaceAsync(cart, cancellationToken);
        return order.Succeeded ? await ShowAsync(order.Value.Order, cart.Id!, order.Value.Notice) : await RefusedAsync(order.Error);
    }

    // The data only prefills the form: both reads run in parallel, within the client's timeout, and failures are ignored.
    private async Task<KnownCustomer> KnownAsync(CancellationToken cancellationToken)
    {
        var profiles = customers.ProfileAsync(cancellationToken);
        var pages = orders.ListAsync("", page: 1, LastOrders, after: null, cancellationToken);
        var (profile, page) = ((await profiles).Value, (await pages).Value);

        // For staff the list contains the orders of all customers.
        List<OrderResponse> own = [.. (page?.Items ?? []).Where(order => order.Customer.Id == Visitor.Session!.UserId)];
        var delivery = own.Find(order => order.Customer.Address is not null);
        return new(
            own.FirstOrDefault()?.Customer.Name ?? profile?.Name,
            own.FirstOrDefault()?.Customer.Phone ?? profile?.Phone,
            delivery?.Customer.Address ?? profile?.Address,
            delivery?.DoorNotes
        );
    }

    // A cart has one key, whatever its content and in however many windows it is open.
    private static string KeyOf(string cart) => $"cart-{cart}";

    // A guest's order can't be found by its key. If the form is sent again, the same order is returned.
    private Task<Result<OrderResponse>> FindOrderAsync(string cart, CancellationToken cancellationToken) =>
        IsGuest
            ? Task.FromResult<Result<OrderResponse>>(new Error(ErrorCodes.NotFound, "A guest's order is found only by its tracking link."))
            : orders.FindPlacedAsync(KeyOf(cart), cancellationToken);

    /// <summary>Redirects to a cart's order. The ordered pizzas are removed from that cart; another cart is not changed.</summary>
    private async Task<IActionResult> ShowAsync(OrderResponse order, string cart, string notice)
    {
        CartLine[] ordered = [.. order.Items.Select(line => new CartLine(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity))];
        await ChangeAsync(session =>
            session with
            {
                Cart = session.Cart.Id == cart ? session.Cart.Without(ordered) : session.Cart,
                Drafts = [.. session.Drafts.Where(draft => draft.Path != Request.Path.Value)],
                Notice = notice,
            }
        );
        return SeeOther(order.Page);
    }

    private async Task<IActionResult?> PriceAsync(CancellationToken cancellationToken)
    {
        if (Visitor.Cart.Count == 0)
        {
            return SeeOther("/cart");
        }

        if (Visitor.Cart.Id is null)
        {
            await ChangeAsync(session => session with { Cart = session.Cart.Identified() });
        }

        var quote = await menus.QuoteAsync(Visitor.Cart.Lines, cancellationToken);
        if (!quote.Succeeded)
        {
            // The cart page shows what is wrong, and there it can be corrected.
            return quote.Error.Code is ErrorCodes.Unavailable ? Problem(quote.Error) : SeeOther("/cart");
        }

        Quote = quote.Value;
        return null;
    }

    private async Task<Result<(OrderResponse Order, string Notice)>> PlaceAsync(Cart cart, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var order = await orders.PlaceAsync(Form.ToOrder(cart), KeyOf(cart.Id!), cancellationToken);
            if (order.Succeeded)
            {
                return (order.Value, T.OrderIsPlaced);
            }

            // Another window sent the same cart with a different name or address: the order of that request is this cart's order.
            if (
                order.Error.Code == ErrorCodes.IdempotencyMismatch
                && (await FindOrderAsync(cart.Id!, cancellationToken)).Value is { } first
            )
            {
                return (first, T.CartWasOrdered);
            }

            if (
                order.Error.Code is not (ErrorCodes.IdempotencyInProgress or ErrorCodes.IdempotencyMismatch)
                || time.GetElapsedTime(since) > OtherRequestTimeout
            )
            {
                return order.Error;
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    private async Task<IActionResult> RefusedAsync(Error fault)
    {
        if (fault.Code == ErrorCodes.Unauthenticated)
        {
            return Problem(fault);
        }

        // Such a response is stored under the cart's key, so the key can't place an order any more. If the outcome is unknown, the key
        // stays: if the form is sent again, the same order is placed.
        if (
            Problems.StatusOf(fault.Code) is 404 or 409 or 422
            && fault.Code is not (ErrorCodes.IdempotencyInProgress or ErrorCodes.IdempotencyMismatch)
        )
        {
            var refused = Visitor.Cart.Id;
            await ChangeAsync(session => session.Cart.Id == refused ? session with { Cart = session.Cart.Renewed() } : session);
        }

        return fault.Code == ErrorCodes.IdempotencyMismatch ? Explain(T.PerhapsPlaced, StatusCodes.Status409Conflict) : Explain(fault);
    }
}

/// <summary>The data about a customer that prefills the form; null for unknown fields.</summary>
internal sealed record KnownCustomer(string? Name, string? Phone, string? Address, string? DoorNotes)
{
    /// <summary>No data, as for a guest.</summary>
    public static readonly KnownCustomer Nothing = new(Name: null, Phone: null, Address: null, DoorNotes: null);
}

/// <summary>The fields of the checkout form.</summary>
internal sealed class CheckoutForm
{
    private const int LongestCard = 200;

    /// <summary>The cart and prices that the customer has seen, as <see cref="ReviewedCart.Text"/>.</summary>
    public string? Seen { get; set; }
    public string? Fulfilment { get; set; }

    /// <summary>One of the time slots on the page; empty for as soon as possible.</summary>
    public string? RequestedFor { get; set; }
    public string? Name { get; set; }
    public string? Phone { get; set; }
    public string? Address { get; set; }
    public string? Notes { get; set; }

    /// <summary>Notes for the driver at the door.</summary>
    public string? DoorNotes { get; set; }

    /// <summary>The selected allergens.</summary>
    public List<string> Allergies { get; set; } = [];

    /// <summary>Other allergies as free text.</summary>
    public string? AllergyNote { get; set; }

    /// <summary>Whether the form was shown to a visitor who had not signed in.</summary>
    public bool Guest { get; set; }
    public string? PaymentMethod { get; set; }

    /// <summary>The test card in Development.</summary>
    public string? Card { get; set; }

    private PaymentMethod? Method => FormValue.SingleValue<PaymentMethod>(PaymentMethod);

    private DateTimeOffset? Time =>
        DateTimeOffset.TryParseExact(
            RequestedFor,
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    /// <summary>Validates the choices; returns null if they are valid. The Order service validates the other fields.</summary>
    /// <param name="takesCards">Whether methods other than cash are accepted.</param>
    public Error? Validate(bool takesCards)
    {
        var errors = new ValidationErrors();
        errors.Require(FormValue.SingleValue<Fulfilment>(Fulfilment) is not null, "fulfilment", "must be delivery or pickup");
        errors.Require(string.IsNullOrEmpty(RequestedFor) || Time is not null, "requestedFor", "must be one of those on the page");
        errors.Require(
            Method is Contracts.V1.PaymentMethod.Cash || (Method is not null && takesCards),
            "paymentMethod",
            "must be one of those on the page"
        );
        errors.Require(Allergies.All(name => PizzeriaJson.Parse<Allergen>(name) is not null), "allergies", "must be those on the page");
        errors.Require(Card is not { Length: > LongestCard }, "payment.cardToken", "must be one of those on the page");
        return errors.ToFault();
    }

    /// <summary>Returns the order request for a cart. The choices must be valid.</summary>
    public PlaceOrderRequest ToOrder(Cart cart)
    {
        var (fulfilment, method) = (FormValue.SingleValue<Fulfilment>(Fulfilment)!.Value, Method!.Value);
        return new()
        {
            Items = [.. cart.Lines.Select(line => line.ToRequest())],
            Customer = new(Name ?? "", Phone ?? "", fulfilment is Contracts.V1.Fulfilment.Pickup ? null : FormValue.Lines(Address)),
            Fulfilment = fulfilment,
            RequestedFor = Time,
            PaymentMethod = method,
            Payment = method is not Contracts.V1.PaymentMethod.Cash && !string.IsNullOrEmpty(Card) ? new(Card) : null,
            Notes = string.IsNullOrWhiteSpace(Notes) ? null : FormValue.Lines(Notes),
            DoorNotes =
                string.IsNullOrWhiteSpace(DoorNotes) || fulfilment is Contracts.V1.Fulfilment.Pickup ? null : FormValue.Lines(DoorNotes),
            Allergies = [.. Allergies.Select(name => PizzeriaJson.Parse<Allergen>(name)!.Value).Distinct()],
            AllergyNote = string.IsNullOrWhiteSpace(AllergyNote) ? null : AllergyNote.Trim(),
        };
    }
}
