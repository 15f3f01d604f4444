using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Pages.Orders;

/// <summary>An order and its progress, updated live.</summary>
[SignedIn(Roles.Customer, Roles.Chef, Roles.Driver, UnlessRouteHas = TokenOfGuest)]
internal sealed class DetailsModel(
    OrdersClient orders,
    MenuClient menus,
    OrderExplanationsClient stories,
    RateLimits limits,
    IHostEnvironment environment,
    TimeProvider time
) : PizzeriaPage
{
    private const string TokenOfGuest = "token";
    private const int LongestReason = 500;

    /// <summary>The page's path, with the id of the order or a guest's tracking token.</summary>
    public string Path => Token is { } token ? OrderPageRules.TrackerOf(token) : $"/orders/{Uri.EscapeDataString(Id)}";

    /// <summary>Whether the page is a guest's tracker.</summary>
    public bool IsGuest => Token is not null;

    public OrderResponse Order { get; private set; } = null!;

    /// <summary>The order's history; for staff only, null if it is not available.</summary>
    public TimelineResponse? Story { get; private set; }

    /// <summary>The reason for a cancellation that was submitted and refused.</summary>
    public string? Reason { get; private set; }

    /// <summary>When the page was requested.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Today's price of an order whose payment was declined; null if it can't be paid another way.</summary>
    public QuoteResponse? PayAgain { get; private set; }

    /// <summary>The payment methods: cards in the sandbox only, as the page has no payment provider's field for card numbers.</summary>
    public IReadOnlyList<PaymentMethod> PaymentMethods =>
        environment.IsDevelopment() ? [PaymentMethod.Cash, PaymentMethod.CreditCard, PaymentMethod.DebitCard] : [PaymentMethod.Cash];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Reason = Typed("reason");
        return await LoadAsync(cancellationToken) is { } fault ? Problem(fault) : Page();
    }

    public async Task<IActionResult> OnPostCancelAsync(string? reason, string? version, CancellationToken cancellationToken)
    {
        Reason = reason;
        var errors = new ValidationErrors();
        errors.Require(reason is not { Length: > LongestReason }, "reason", $"must have at most {LongestReason} characters");
        errors.Require(FormValue.Version(version) is not null, "version", "must be a whole number");
        if (errors.ToFault() is { } invalid)
        {
            return await RefusedAsync(invalid, cancellationToken);
        }

        // The version is the idempotency key: repeated requests are the same cancellation while the order is unchanged.
        var why = string.IsNullOrWhiteSpace(reason) ? T.ChangedMyMind : reason.Trim();
        var cancelled = await (
            Token is { } token
                ? orders.CancelTrackedAsync(token, why, version!, cancellationToken)
                : orders.CancelAsync(Id, why, version!, cancellationToken)
        );
        if (cancelled is { Succeeded: false, Error.Code: ErrorCodes.NotFound or ErrorCodes.Unauthenticated or ErrorCodes.Forbidden })
        {
            return Problem(cancelled.Error);
        }

        if (cancelled is { Succeeded: false, Error.Code: ErrorCodes.Validation })
        {
            return await RefusedAsync(cancelled.Error, cancellationToken);
        }

        await ShowNoticeAsync(
            cancelled.Succeeded ? T.OrderIsCancelled
            : cancelled.Error.Code == ErrorCodes.IllegalTransition ? T.CancelIsTooLate
            : T.Of(cancelled.Error)
        );
        return SeeOther(Path);
    }

    /// <summary>
    /// Places the lines of an order whose payment was declined as a new order, at today's prices, and only once if repeated. The cancelled
    /// order stays cancelled.
    /// </summary>
    public async Task<IActionResult> OnPostPayAsync(string? method, CancellationToken cancellationToken)
    {
        if (FormValue.SingleValue<PaymentMethod>(method) is not { } chosen || !PaymentMethods.Contains(chosen))
        {
            return await RefusedAsync(new(ErrorCodes.Validation, "method must be one of those on the page"), cancellationToken);
        }

        if (await LoadAsync(cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        if (PayAgain is null)
        {
            await ShowNoticeAsync(T.CanNotBePaidAgain);
            return SeeOther(Path);
        }

        if (await limits.CountAsync(Visitor.IsSignedIn ? RateLimit.Orders : RateLimit.GuestOrders, HttpContext) is { } tooMany)
        {
            return Explain(tooMany, "#actions");
        }

        var key = $"pay-again-{Order.Id}";
        var placed = await orders.PlaceAsync(Again(Order, chosen), key, cancellationToken);
        if (placed is { Succeeded: false, Error.Code: ErrorCodes.IdempotencyMismatch } && Visitor.IsSignedIn)
        {
            // Another window chose another payment method: its order is the only new one.
            placed = await orders.FindPlacedAsync(key, cancellationToken);
        }

        if (!placed.Succeeded)
        {
            return placed.Error.Code == ErrorCodes.Unauthenticated ? Problem(placed.Error) : Explain(placed.Error, "#actions");
        }

        await ShowNoticeAsync(T.OrderIsPlaced);
        return SeeOther(placed.Value.Page);
    }

    /// <summary>Adds the same pizzas to the cart, at today's prices.</summary>
    public async Task<IActionResult> OnPostAgainAsync(CancellationToken cancellationToken)
    {
        var order = await FindAsync(cancellationToken);
        if (!order.Succeeded)
        {
            return Problem(order.Error);
        }

        await ChangeAsync(session =>
        {
            var cart = session.Cart;
            foreach (var line in order.Value.Items)
            {
                var more = cart.Add(new(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity));
                if (more == cart)
                {
                    return session with { Notice = T.DoesNotFit };
                }

                cart = more;
            }

            return session with
            {
                Cart = cart,
                Notice = T.InTheCartAgain,
            };
        });
        return SeeOther("/cart");
    }

    /// <summary>Adds a guest's order to the account of the signed-in visitor.</summary>
    public async Task<IActionResult> OnPostKeepAsync(CancellationToken cancellationToken)
    {
        if (Token is not { } token || !Visitor.IsSignedIn)
        {
            return SeeOther(Path);
        }

        var kept = await orders.KeepAsync(token, cancellationToken);
        await ShowNoticeAsync(kept.Succeeded ? T.OrderIsKept : T.Of(kept.Error));
        return SeeOther(kept.Succeeded ? kept.Value.Page : Path);
    }

    private static PlaceOrderRequest Again(OrderResponse order, PaymentMethod method) =>
        new()
        {
            Items = [.. order.Items.Select(line => new ItemRequest(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity))],
            Customer = new(order.Customer.Name, order.Customer.Phone, order.Customer.Address),
            Fulfilment = order.Fulfilment,
            PaymentMethod = method,
            Notes = order.Notes,
            DoorNotes = order.DoorNotes,
            Allergies = order.Allergies,
            AllergyNote = order.AllergyNote,
        };

    private string? Token => RouteData.Values[TokenOfGuest] as string;

    private string Id => RouteData.Values["id"] as string ?? "";

    private Task<Result<OrderResponse>> FindAsync(CancellationToken cancellationToken) =>
        Token is { } token ? orders.TrackAsync(token, cancellationToken) : orders.FindAsync(Id, cancellationToken);

    private async Task<IActionResult> RefusedAsync(Error fault, CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) is { } unavailable ? Problem(unavailable) : Explain(fault, "#actions");

    private async Task<Error?> LoadAsync(CancellationToken cancellationToken)
    {
        var order = await FindAsync(cancellationToken);
        Order = order.Value!;
        if (order.Succeeded && !IsGuest && Visitor.Has(Roles.Chef, Roles.Driver))
        {
            Story = (await stories.ReadAsync(Order.Id, cancellationToken)).Value;
        }

        if (
            order.Value is { Status: OrderStatus.Cancelled, Payment.Status: PaymentStatus.Declined } declined
            && (IsGuest || Visitor.Has(Roles.Customer))
        )
        {
            var lines = declined.Items.Select(line => new CartLine(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity));
            PayAgain = (await menus.QuoteAsync(lines, cancellationToken)).Value;
        }

        return order.Error;
    }
}
