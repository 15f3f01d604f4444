using System.Security.Cryptography;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.MenuService.Features;

/// <summary>The whole menu.</summary>
public sealed class ReadMenu(IRepository<Pizza> pizzas)
{
    private static readonly ToppingResponse[] ToppingPrices =
    [
        .. Toppings.Approved.Select(topping => new ToppingResponse(topping, Pricing.Topping)),
    ];

    private static readonly SizeResponse[] Sizes =
    [
        .. Enum.GetValues<PizzaSize>().Select(size => new SizeResponse(size, Pricing.Multiplier(size))),
    ];

    /// <summary>
    /// GET /api/menu.
    /// The menu with an ETag of its content: every replica computes the same one, and whatever changes in the answer changes it. A
    /// client keeps its copy and asks each time whether it still holds (304).
    /// </summary>
    public static async Task<IResult> Get(ReadMenu menu, HttpContext http, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(await menu.Handle(cancellationToken), PizzeriaJson.Options);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");

        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = "no-cache";
        var isHeld = http
            .Request.GetTypedHeaders()
            .IfNoneMatch.Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(tag, useStrongComparison: false));
        return isHeld ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(body, "application/json; charset=utf-8");
    }

    /// <summary>The menu as it is now.</summary>
    public async Task<MenuResponse> Handle(CancellationToken cancellationToken) =>
        new([.. (await pizzas.Menu(cancellationToken)).Select(PizzaResponse.Of)], ToppingPrices, Sizes, Money.Currency);
}
