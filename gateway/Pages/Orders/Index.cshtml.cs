using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages.Orders;

/// <summary>A customer's orders, newest first; staff see everybody's.</summary>
[SignedIn(Roles.Customer, Roles.Chef, Roles.Driver)]
internal sealed class IndexModel(OrdersClient orders) : PizzeriaPage
{
    private const int OnOnePage = 10;

    /// <summary>Those of this page.</summary>
    public OrderPage Some { get; private set; } = null!;

    /// <summary>How many pages there are.</summary>
    public int LastPage => (int)((Some.Total + OnOnePage - 1) / OnOnePage);

    /// <summary>Shows some of them.</summary>
    public async Task<IActionResult> OnGetAsync([FromQuery(Name = "page")] int? number, CancellationToken cancellationToken)
    {
        var some = await orders.List(Math.Max(1, number ?? 1), OnOnePage, cancellationToken);
        if (!some.Succeeded)
        {
            return Problem(some.Fault);
        }

        Some = some.Value;
        return Page();
    }
}
