using System.Globalization;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Kitchen service's shop endpoints: opening hours, busy minutes, and time slots for orders.</summary>
internal sealed class ShopClient(HttpClient http, Visitor visitor)
{
    /// <summary>Returns whether orders are taken, and the opening hours.</summary>
    public Task<Result<ShopResponse>> ReadAsync(CancellationToken cancellationToken) =>
        http.GetAsync<ShopResponse>(visitor, "api/shop", cancellationToken);

    /// <summary>Returns the time slots of a business day for which an order can be placed.</summary>
    public Task<Result<ItemsResponse<SlotResponse>>> SlotsAsync(DateOnly day, CancellationToken cancellationToken) =>
        http.GetAsync<ItemsResponse<SlotResponse>>(
            visitor,
            string.Create(CultureInfo.InvariantCulture, $"api/shop/slots?day={day:yyyy-MM-dd}"),
            cancellationToken
        );

    /// <summary>Sets the opening hours. Fails with <c>validation</c>.</summary>
    public Task<Result<ShopResponse>> SetHoursAsync(IReadOnlyList<OpeningPeriod> hours, CancellationToken cancellationToken) =>
        http.PutAsync<ShopResponse>(visitor, "api/shop/hours", new { hours }, cancellationToken);

    /// <summary>Sets the minutes that are added to every promise. Fails with <c>validation</c>.</summary>
    public Task<Result<ShopResponse>> SetBusyAsync(int? extraMinutes, CancellationToken cancellationToken) =>
        http.PutAsync<ShopResponse>(visitor, "api/shop/busy", new { extraMinutes }, cancellationToken);
}
