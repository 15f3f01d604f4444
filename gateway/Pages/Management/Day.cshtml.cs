namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>The close of a business day, for printing: the cash that must be in the till, and the outcome of the day's orders.</summary>
[SignedIn(Roles.Manager)]
internal sealed class DayModel(ReportsClient reports, BusinessDays days, TimeProvider time) : PizzeriaPage
{
    /// <summary>The business day.</summary>
    public DateOnly Day { get; private set; }

    /// <summary>When the page was requested.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Whether the business day is over; until then its figures are not final.</summary>
    public bool IsOver => Day < days.DayOf(Now);

    /// <summary>The takings and orders of the day.</summary>
    public TakingsResponse Takings { get; private set; } = null!;

    /// <summary>The late orders of the day.</summary>
    public LateOrdersResponse Late { get; private set; } = null!;

    /// <summary>Shows the page; for today if the address contains no day.</summary>
    public async Task<IActionResult> OnGetAsync(string? day, CancellationToken cancellationToken)
    {
        var today = days.DayOf(Now);
        var asked = ShopPeriod.Parse(name: null, day, day, today);
        var period = asked.Value ?? ShopPeriod.Of(today);
        var (money, late) = (reports.TakingsAsync(period, cancellationToken), reports.LateAsync(period, cancellationToken));
        await Task.WhenAll(money, late);
        var (takings, lateOrders) = (await money, await late);
        if ((takings.Error ?? lateOrders.Error) is { } fault)
        {
            return Problem(fault);
        }

        (Day, Takings, Late) = (period.From, takings.Value!, lateOrders.Value!);
        return asked.Succeeded ? Page() : Explain(T.DayRule, StatusCodes.Status400BadRequest);
    }
}
