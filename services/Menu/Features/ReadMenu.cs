using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Streaming;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.MenuService.Features;

/// <summary>The whole menu.</summary>
public sealed class ReadMenu(CachedRead<Pizza, CurrentMenu> menus)
{
    /// <summary>The whole menu, with an ETag of its content.</summary>
    /// <remarks>
    /// Every replica computes the same ETag, and every change of the response changes it. A client keeps its copy and revalidates it with
    /// each request (304).
    /// </remarks>
    public static async Task<IResult> Get(ReadMenu read, HttpContext http, CancellationToken cancellationToken)
    {
        var menu = await read.Handle(cancellationToken);
        http.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(menu.Body, "application/json; charset=utf-8", entityTag: menu.ETag);
    }

    /// <summary>Returns the current menu.</summary>
    public Task<CurrentMenu> Handle(CancellationToken cancellationToken) => menus.GetAsync(cancellationToken);
}

/// <summary>The menu, and the response that shows it.</summary>
/// <param name="Pizzas">The pizzas on the menu, by id.</param>
/// <param name="Stock">Which toppings are sold out.</param>
/// <param name="Body">A <see cref="MenuResponse"/> as JSON.</param>
/// <param name="ETag">The entity tag of the body.</param>
public sealed record CurrentMenu(IReadOnlyDictionary<string, Pizza> Pizzas, Stock Stock, byte[] Body, EntityTagHeaderValue ETag)
{
    private static readonly SizeResponse[] Sizes =
    [
        .. Enum.GetValues<PizzaSize>().Select(size => new SizeResponse(size, Pricing.Multiplier(size))),
    ];

    /// <summary>Reads the stored menu.</summary>
    public static async Task<CurrentMenu> ReadAsync(
        IRepository<Pizza> pizzas,
        IRepository<Topping> toppings,
        CancellationToken cancellationToken
    )
    {
        var listed = await pizzas.MenuAsync(cancellationToken);
        var stock = await toppings.StockAsync(cancellationToken);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new MenuResponse(
                [.. listed.Select(pizza => PizzaResponse.Of(pizza, stock))],
                [.. Toppings.Approved.Select(topping => ToppingResponse.Of(topping, stock.Has(topping), stock.ReasonOf(topping)))],
                Sizes,
                Money.Currency
            ),
            PizzeriaJson.Options
        );
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        return new(listed.ToFrozenDictionary(pizza => pizza.Id, StringComparer.Ordinal), stock, body, tag);
    }
}
