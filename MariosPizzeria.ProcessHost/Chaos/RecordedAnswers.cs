using System.Collections.Concurrent;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>The steps of an order that a client got a response 200 for.</summary>
[Flags]
internal enum Steps
{
    None = 0,
    Cancelled = 1,
    Ready = 2,
    Delivered = 4,
}

/// <summary>The kinds of steps back of an order.</summary>
internal enum StepBack
{
    /// <summary>The chef's last step is undone.</summary>
    OfTicket,

    /// <summary>The delivery is undone.</summary>
    OfDelivery,

    /// <summary>The driver could not hand over the order.</summary>
    FailedDelivery,
}

/// <summary>The status of an order in a response.</summary>
internal sealed record SeenStatus(string Id, long Version, string Status);

/// <summary>The number of requests for one kind of step back of an order, and the number of those that got a success response.</summary>
internal sealed record StepsBack(int Asked, int Told);

/// <summary>An order as its guest sent it, and the responses that the guest got.</summary>
internal sealed class GuestOrder
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);

    public required string Key { get; init; }

    public required Account Guest { get; init; }

    /// <summary>The lines, with the unit price of the menu.</summary>
    public required IReadOnlyList<GuestLine> Lines { get; init; }

    public required bool IsPickup { get; init; }

    public required string? CardToken { get; init; }

    public decimal Total => Lines.Sum(line => line.Price * line.Quantity);

    /// <summary>Every id that a response had; more than one means a duplicate order.</summary>
    public IReadOnlyCollection<string> Ids => [.. _ids.Keys];

    /// <summary>The response that refused the order; null if there is none.</summary>
    public string? Refusal { get; set; }

    /// <summary>Records a response that accepts the order.</summary>
    public void Accept(string id) => _ids.TryAdd(id, true);

    /// <summary>Returns the body of the request.</summary>
    /// <param name="notes">The guest's notes for the kitchen; null for none.</param>
    public object Request(string? notes) =>
        new
        {
            items = Lines.Select(line => new
            {
                pizzaId = line.PizzaId,
                size = line.Size,
                extraToppings = Array.Empty<string>(),
                quantity = line.Quantity,
            }),
            customer = new
            {
                name = "Giulia Caos",
                phone = "+39 055 7654321",
                address = "Via della Prova 12",
            },
            fulfilment = IsPickup ? "pickup" : "delivery",
            paymentMethod = CardToken is null ? "cash" : "credit_card",
            payment = CardToken is null ? null : new { cardToken = CardToken },
            notes,
        };
}

/// <summary>One line of an order.</summary>
/// <param name="Price">The unit price of the menu.</param>
internal sealed record GuestLine(string PizzaId, string Size, int Quantity, decimal Price);

/// <summary>All responses that guests and staff got; the ledger compares the stores with them.</summary>
internal sealed class RecordedAnswers
{
    private readonly ConcurrentQueue<GuestOrder> _orders = [];
    private readonly ConcurrentDictionary<string, Steps> _steps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _gateways = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Id, StepBack Step), StepsBack> _back = [];
    private readonly ConcurrentDictionary<SeenStatus, bool> _seen = [];

    // The ids of the orders that are delivered or cancelled, or whose card the provider declines.
    private readonly ConcurrentDictionary<string, bool> _ended = new(StringComparer.Ordinal);
    private int _accepted;

    public IReadOnlyCollection<GuestOrder> Orders => _orders;

    /// <summary>The recorded steps of each order, by its id.</summary>
    public IReadOnlyDictionary<string, Steps> Steps => _steps;

    /// <summary>The steps back of each order, by its id and the kind of step.</summary>
    public IReadOnlyDictionary<(string Id, StepBack Step), StepsBack> Back => _back;

    /// <summary>The distinct statuses of orders that responses showed.</summary>
    public IReadOnlyCollection<SeenStatus> Seen => [.. _seen.Keys];

    /// <summary>The number of accepted orders, by the address that sent the response.</summary>
    public IReadOnlyDictionary<string, int> Gateways => _gateways;

    public int Accepted => _accepted;

    /// <summary>The approximate number of unfinished orders, by the recorded responses.</summary>
    public int Open => _accepted - _ended.Count;

    public void Send(GuestOrder order) => _orders.Enqueue(order);

    /// <summary>Records a response that accepts an order.</summary>
    public void Accept(GuestOrder order, string id, Uri gateway)
    {
        order.Accept(id);
        _gateways.AddOrUpdate(gateway.Authority, 1, (_, orders) => orders + 1);
        Interlocked.Increment(ref _accepted);
        if (order.CardToken == Guests.DeclinedCard)
        {
            _ended.TryAdd(id, true);
        }
    }

    /// <summary>Records the status of an order in a response.</summary>
    public void See(JsonElement order) =>
        _seen.TryAdd(new(order.Text("id")!, order.GetProperty("version").GetInt64(), order.Text("status")!), true);

    /// <summary>Records that a request for a step back is about to be sent.</summary>
    public void Ask(string id, StepBack step) =>
        _back.AddOrUpdate((id, step), new StepsBack(1, 0), (_, before) => before with { Asked = before.Asked + 1 });

    /// <summary>Records a response that confirms a step back.</summary>
    public void NoteBack(string id, StepBack step)
    {
        _back.AddOrUpdate((id, step), new StepsBack(1, 1), (_, before) => before with { Told = before.Told + 1 });
        if (step == StepBack.OfDelivery)
        {
            _ended.TryRemove(id, out _);
        }
    }

    /// <summary>Records a response that confirms a step of an order.</summary>
    public void RecordStep(string id, Steps step)
    {
        _steps.AddOrUpdate(id, step, (_, before) => before | step);
        if (step is Chaos.Steps.Cancelled or Chaos.Steps.Delivered)
        {
            _ended.TryAdd(id, true);
        }
    }
}
