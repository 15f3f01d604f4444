using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
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

    /// <summary>Shows some of them; the first page where the address names none that there is.</summary>
    public async Task<IActionResult> OnGetAsync(string? q, [FromQuery(Name = "page")] string? number, CancellationToken cancellationToken)
    {
        Number = q?.Trim() ?? "";
        var page = string.IsNullOrEmpty(number) ? 1 : FormValue.Whole(number, 1, int.MaxValue);
        if (await LoadAsync(page ?? 1, cancellationToken) is { } fault)
        {
            return fault.Errors?.ContainsKey("q") is true ? Explain(fault) : Problem(fault);
        }

        if (page is null)
        {
            return Explain(T.PageRule, StatusCodes.Status400BadRequest);
        }

        return page == 1 || page <= LastPage ? Page()
            : await LoadAsync(1, cancellationToken) is { } other ? Problem(other)
            : Explain(T.NoSuchPage(LastPage), StatusCodes.Status404NotFound);
    }

    private async Task<Fault?> LoadAsync(int page, CancellationToken cancellationToken)
    {
        var some = await orders.List(Number, page, OnOnePage, cancellationToken);
        Some = some.Value ?? Some;
        return some.Fault;
    }
}
