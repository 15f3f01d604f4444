using System.Security.Cryptography;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Streaming;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Shows the shop. Every page requests it, so it uses cached reads only.</summary>
public sealed class ReadShop(
    CachedRead<ShopSettings, ShopSettings> shops,
    CachedRead<Kitchen, Kitchen?> kitchens,
    CachedRead<KitchenLoad, KitchenLoad?> loads,
    BusinessDays days,
    DeliveryTerms terms,
    TimeProvider time
)
{
    /// <summary>Whether the shop takes orders, when it is open, and how long an order takes now.</summary>
    /// <remarks>The ETag is computed from the content; a client keeps its copy and revalidates it with each request (304).</remarks>
    public static async Task<IResult> Get(ReadShop read, HttpContext http, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(await read.Handle(cancellationToken), PizzeriaJson.Options);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        http.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(body, "application/json; charset=utf-8", entityTag: tag);
    }

    /// <summary>Returns the current state of the shop.</summary>
    public async Task<ShopResponse> Handle(CancellationToken cancellationToken) =>
        Show(await shops.GetAsync(cancellationToken), await kitchens.GetAsync(cancellationToken), await loads.GetAsync(cancellationToken));

    /// <summary>Returns the same with settings that were just stored.</summary>
    public async Task<ShopResponse> Handle(ShopSettings settings, CancellationToken cancellationToken) =>
        Show(settings, await kitchens.GetAsync(cancellationToken), await loads.GetAsync(cancellationToken));

    private ShopResponse Show(ShopSettings settings, Kitchen? kitchen, KitchenLoad? load)
    {
        var now = time.GetUtcNow();
        var hours = new OpeningHours(settings.Hours);
        var open = hours.IsOpenAt(now, days);
        var workload = (load?.Figures?.Workload ?? Workload.Unknown) with { ExtraMinutes = settings.ExtraMinutes };
        var minutes = workload.MinutesFor(pizzas: 1);
        return new(
            open,
            open && kitchen is not { Paused: true },
            kitchen?.PauseReason,
            hours.OpensAt(now, days),
            hours.ClosesAt(now, days),
            days.Zone.Id,
            Money.Currency,
            new(minutes.Pickup, minutes.Delivery),
            settings.Hours,
            settings.ExtraMinutes,
            terms.Fee,
            terms.MinimumOrder,
            terms.Area
        );
    }
}
