namespace MariosPizzeria.Gateway.Pages.Orders;

/// <summary>A customer's orders, newest first; for staff, all customers' orders.</summary>
[SignedIn(Roles.Customer, Roles.Chef, Roles.Driver)]
internal sealed class IndexModel(OrdersClient orders) : PizzeriaPage
{
    private const int OnOnePage = 10;

    private bool _isAfter;

    /// <summary>The orders on this page.</summary>
    public OrderPage Some { get; private set; } = new([], 1, OnOnePage, Total: 0, TotalCapped: false, Next: null);

    /// <summary>The search text; empty for none.</summary>
    public string Search { get; private set; } = "";

    /// <summary>The address of the page with newer orders; the first page if this one was reached by position.</summary>
    public string? Newer =>
        _isAfter ? Address("page=1")
        : Some.Page > 1 ? Address($"page={Some.Page - 1}")
        : null;

    /// <summary>The address of the page with older orders. Beyond the counted orders there are only positions, no page numbers.</summary>
    public string? Older =>
        Some.Next is not { } next ? null
        : _isAfter || Some.Page >= LastPage ? Address($"after={Uri.EscapeDataString(next)}")
        : Address($"page={Some.Page + 1}");

    private int LastPage => (int)((Some.Total + OnOnePage - 1) / OnOnePage);

    /// <summary>Shows a page of orders; the first page if the requested one does not exist.</summary>
    public async Task<IActionResult> OnGetAsync(
        string? q,
        [FromQuery(Name = "page")] string? number,
        string? after,
        CancellationToken cancellationToken
    )
    {
        Search = q?.Trim() ?? "";
        _isAfter = !string.IsNullOrEmpty(after);
        var page = string.IsNullOrEmpty(number) ? 1 : FormValue.ParseInteger(number, 1, int.MaxValue);
        if (await LoadAsync(_isAfter ? 1 : page ?? 1, after, cancellationToken) is { } fault)
        {
            return fault.Errors?.ContainsKey("q") is true ? Explain(fault)
                : fault.Errors is { } errors && (errors.ContainsKey("page") || errors.ContainsKey("after"))
                    ? await NoSuchPageAsync(cancellationToken)
                : Problem(fault);
        }

        return page is null ? Explain(T.PageRule, StatusCodes.Status400BadRequest)
            : _isAfter || page == 1 || page <= LastPage ? Page()
            : await NoSuchPageAsync(cancellationToken);
    }

    private async Task<IActionResult> NoSuchPageAsync(CancellationToken cancellationToken)
    {
        _isAfter = false;
        return await LoadAsync(1, after: null, cancellationToken) is { } fault
            ? Problem(fault)
            : Explain(T.NoSuchPage(LastPage), StatusCodes.Status404NotFound);
    }

    private string Address(string page) => $"/orders?{(Search.Length > 0 ? $"q={Uri.EscapeDataString(Search)}&" : "")}{page}";

    private async Task<Error?> LoadAsync(int page, string? after, CancellationToken cancellationToken)
    {
        var some = await orders.ListAsync(Search, page, OnOnePage, after, cancellationToken);
        Some = some.Value ?? Some;
        return some.Error;
    }
}
