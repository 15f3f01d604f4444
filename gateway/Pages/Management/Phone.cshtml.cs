using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.Gateway.Limits;
using Microsoft.Extensions.Primitives;

namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>
/// An order by telephone, which a manager enters for a guest. The order is a guest order with a tracking link; its history contains the
/// manager's name. It is paid in cash: card numbers are not taken on the telephone.
/// </summary>
[SignedIn(Roles.Manager)]
internal sealed class PhoneModel(
    MenuClient menus,
    OrdersClient orders,
    ShopStatusReader shop,
    RateLimits limits,
    DeliveryTerms terms,
    TimeProvider time
) : PizzeriaPage, IOrderForm
{
    private const string KeyField = "Key";

    /// <inheritdoc/>
    [BindProperty]
    public CheckoutForm Form { get; set; } = new();

    /// <summary>The order text, one kind of pizza per line, parsed by <see cref="PhoneOrderText"/>.</summary>
    [BindProperty]
    public string? Pizzas { get; set; }

    /// <summary>Identifies this form, so that sending it again does not place a second order.</summary>
    [BindProperty]
    public string? Key { get; set; }

    /// <summary>The menu.</summary>
    public MenuResponse Menu { get; private set; } = null!;

    /// <inheritdoc/>
    public IReadOnlyList<SlotResponse> Slots { get; private set; } = [];

    /// <inheritdoc/>
    public bool TakesOrdersNow { get; private set; } = true;

    /// <summary>The delivery fee, and which orders are delivered.</summary>
    public DeliveryTerms Terms => terms;

    /// <summary>Shows the form, with the previous input if it was refused.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.ReadAsync(cancellationToken);
        if (!menu.Succeeded)
        {
            return Problem(menu.Error);
        }

        Menu = menu.Value;
        TakesOrdersNow = await shop.FindAsync(cancellationToken) is null or { AcceptingOrders: true };
        Slots = await shop.SlotsAsync(time.GetUtcNow(), cancellationToken);
        Key = Typed(KeyField) is { } typed && Cart.IsId(typed) ? typed : NewKey();
        Pizzas = Typed(nameof(Pizzas));
        Form = new()
        {
            Fulfilment = Typed("Form.Fulfilment", "delivery"),
            RequestedFor = Typed("Form.RequestedFor"),
            Name = Typed("Form.Name"),
            Phone = Typed("Form.Phone"),
            Address = Typed("Form.Address"),
            Notes = Typed("Form.Notes"),
            DoorNotes = Typed("Form.DoorNotes"),
            Allergies = [.. TypedAll("Form.Allergies")],
            AllergyNote = Typed("Form.AllergyNote"),
        };
        return Page();
    }

    /// <summary>Places the order, once even if the form is sent several times.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var menu = await menus.ReadAsync(cancellationToken);
        if (!menu.Succeeded)
        {
            return Problem(menu.Error);
        }

        Form.PaymentMethod = "cash";
        var (cart, notUnderstood) = PhoneOrderText.Read(Pizzas, menu.Value, T);
        if (Validate(cart, notUnderstood) is { } invalid)
        {
            return Explain(invalid, refusal: notUnderstood.Count > 0 ? T.NotUnderstood(notUnderstood) : null);
        }

        if (await limits.CountAsync(RateLimit.Orders, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var key = $"phone-{Key}";
        var placed = await orders.PlaceForGuestAsync(Form.ToOrder(cart), key, cancellationToken);
        if (placed.Succeeded)
        {
            await ShowNoticeAsync(T.PhoneOrderIsPlaced);
            return SeeOther(placed.Value.Page);
        }

        if (placed.Error.Code == ErrorCodes.IdempotencyMismatch)
        {
            // The form was changed after it had been sent, and the first response did not arrive.
            await ShowNoticeAsync(T.PhoneOrderWasPlaced);
            var id = IdempotentRequest.DocumentIdOf(Visitor.Session!.UserId, HttpMethods.Post, OrdersClient.GuestOrders, key);
            return SeeOther($"/orders/{Uri.EscapeDataString(id)}");
        }

        return Refused(placed.Error);
    }

    private static string NewKey() => Guid.NewGuid().ToString("N");

    private Error? Validate(Cart cart, IReadOnlyList<string> notUnderstood)
    {
        var errors = new ValidationErrors();
        errors.Require(Cart.IsId(Key), "key", "must be the key of the page");
        errors.Require(cart.Count > 0 && notUnderstood.Count == 0, "items", "must be one item per line");
        return errors.ToFault() ?? Form.Validate(takesCards: false);
    }

    private IActionResult Refused(Error fault)
    {
        // Such a response is stored under the key, so the key can't place an order any more. If the outcome is unknown, the key stays: if
        // the form is sent again, the same order is placed.
        if (Problems.StatusOf(fault.Code) is 404 or 409 or 422 && fault.Code != ErrorCodes.IdempotencyInProgress)
        {
            var fields = Request.Form.ToDictionary(StringComparer.Ordinal);
            fields[KeyField] = new StringValues(NewKey());
            Request.Form = new FormCollection(fields);
        }

        return fault.Code == ErrorCodes.Unauthenticated ? Problem(fault) : Explain(fault);
    }
}
