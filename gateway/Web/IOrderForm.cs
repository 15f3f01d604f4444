using MariosPizzeria.Gateway.Pages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A page with an order form; the pages share the partials that render it.</summary>
internal interface IOrderForm
{
    /// <summary>The submitted fields.</summary>
    CheckoutForm Form { get; }

    /// <summary>The time slots for which the order can be placed; empty if Kitchen does not answer.</summary>
    IReadOnlyList<SlotResponse> Slots { get; }

    /// <summary>Whether an order for now is taken; true if unknown.</summary>
    bool TakesOrdersNow { get; }

    /// <summary>The errors by field.</summary>
    IReadOnlyDictionary<string, string[]> Errors { get; }
}
