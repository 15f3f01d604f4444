namespace MariosPizzeria.OrderService.Domain;

/// <summary>The data of an order to place.</summary>
public sealed record NewOrder
{
    public required string Id { get; init; }

    /// <summary>The business day on which it is due.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Its number within that day, from 1.</summary>
    public int? Number { get; init; }
    public required Customer Customer { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Fulfilment Fulfilment { get; init; }

    /// <summary>The delivery fee, which is added to the sum of the lines.</summary>
    public Money DeliveryFee { get; init; }

    /// <summary>The tax that the prices contain; null if it is not known.</summary>
    public TaxShare? Tax { get; init; }
    public required PaymentMethod PaymentMethod { get; init; }

    /// <summary>The token of the payment provider for a card. It is passed on in the event and not stored.</summary>
    public string? CardToken { get; init; }
    public string? Notes { get; init; }
    public string? DoorNotes { get; init; }
    public IReadOnlyList<Allergen> Allergies { get; init; } = [];
    public string? AllergyNote { get; init; }

    /// <summary>When the order is expected to be out of the oven.</summary>
    public required DateTimeOffset EstimatedReadyAt { get; init; }

    /// <summary>
    /// When the customer is promised to have it, at the door or at the counter. Not before <see cref="EstimatedReadyAt"/>.
    /// </summary>
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>The time for which it was ordered; null for as soon as possible.</summary>
    public DateTimeOffset? RequestedFor { get; init; }
    public PlacedBy? PlacedBy { get; init; }
}
