using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages.Orders;

/// <summary>A customer's orders, newest first; staff see everybody's.</summary>
[SignedIn(Roles.Customer, Roles.Chef, Roles.Driver)]
internal sealed class IndexModel(OrdersClient orders) : PizzeriaPage
{
    private const int OnOnePage = 10;

    /// <summary>Those of this page.</summary>
    public OrderPage Some { get; private set; } = new([], 1, OnOnePage, 0);

    /// <summary>The number of the order that is looked for, as it was typed; empty where none is.</summary>
    public string Number { get; private set; } = "";

    /// <summary>What the addresses of the other pages have before their number.</summary>
    public string Query => Number.Length > 0 ? $"q={Uri.EscapeDataString(Number)}&" : "";

    /// <summary>How many pages there are.</summary>
    public int LastPage => (int)((Some.Total + OnOnePage - 1) / OnOnePage);

    /// <summary>Shows some of them.</summary>
    public async Task<IActionResult> OnGetAsync(string? q, [FromQuery(Name = "page")] int? number, CancellationToken cancellationToken)
    {
        Number = q?.Trim() ?? "";
        var some = await orders.List(Number, Math.Max(1, number ?? 1), OnOnePage, cancellationToken);
        if (!some.Succeeded)
        {
            return some.Fault.Errors?.ContainsKey("q") is true ? Explain(some.Fault) : Problem(some.Fault);
        }

        Some = some.Value;
        return Page();
    }
}
