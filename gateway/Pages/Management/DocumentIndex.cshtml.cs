using System.Globalization;

namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>The pizzeria's figures, and the settings of the kitchen and the shop.</summary>
[SignedIn(Roles.Manager)]
internal sealed class IndexModel(
    ReportsClient reports,
    KitchenSettingsClient kitchens,
    ShopClient shops,
    ShopStatusCache copy,
    BusinessDays days,
    TimeProvider time
) : PizzeriaPage
{
    private const string Settings = "#settings";

    private IReadOnlyList<TimeseriesItem> _series = [];
    private IReadOnlyList<PizzaReport> _pizzas = [];
    private IReadOnlyList<StaffReport> _staff = [];
    private IReadOnlyList<HourReport> _hours = [];

    /// <summary>The days for which takings and hours are shown.</summary>
    public ShopPeriod Period { get; private set; } = null!;

    /// <summary>The takings of the period.</summary>
    public TakingsResponse Takings { get; private set; } = null!;

    /// <summary>The late orders of the period.</summary>
    public LateOrdersResponse Late { get; private set; } = null!;

    /// <summary>The charts by hour; empty if the period is too long for them.</summary>
    public IReadOnlyList<Chart> Hours { get; private set; } = [];

    /// <summary>The id of the page section that contains the refused field.</summary>
    public string RefusedPart =>
        Errors.ContainsKey("bucket") ? "over-time"
        : Errors.ContainsKey("period") || Errors.ContainsKey("from") || Errors.ContainsKey("to") ? "money"
        : Errors.ContainsKey("capacity") || Errors.ContainsKey("hours") ? "settings"
        : "kitchen";

    /// <summary>Today's figures compared with yesterday's.</summary>
    public OverviewResponse Overview { get; private set; } = null!;

    /// <summary>The bucket of the charts over time.</summary>
    public Bucket Bucket { get; private set; }

    /// <summary>The charts over time.</summary>
    public IReadOnlyList<Chart> Trends { get; private set; } = [];

    /// <summary>The charts of the current statuses and of the last thirty days.</summary>
    public IReadOnlyList<Chart> Rankings { get; private set; } = [];

    /// <summary>The kitchen's status; null if Kitchen does not answer, since the page is useful without it.</summary>
    public StatusResponse? Kitchen { get; private set; }

    /// <summary>Opening hours and busy minutes; null if Kitchen does not answer.</summary>
    public ShopResponse? Shop { get; private set; }

    /// <summary>The opening hours that were typed and refused.</summary>
    public string? OpeningHoursTyped { get; private set; }

    /// <summary>The busy minutes that were typed and refused.</summary>
    public string? ExtraMinutes { get; private set; }

    /// <summary>The reason that was typed and refused.</summary>
    public string? Reason { get; private set; }

    /// <summary>The capacity that was typed and refused.</summary>
    public string? Capacity { get; private set; }

    /// <summary>Shows the page.</summary>
    public async Task<IActionResult> OnGetAsync(
        string? bucket,
        string? period,
        string? from,
        string? to,
        CancellationToken cancellationToken
    )
    {
        (Reason, Capacity) = (Typed("reason"), Typed("capacity"));
        (OpeningHoursTyped, ExtraMinutes) = (Typed("hours"), Typed("extraMinutes"));
        var (asked, chosen) = (Read(bucket), ShopPeriod.Parse(period, from, to, Today));
        return await LoadAsync(asked.Value, chosen.Value ?? ShopPeriod.Of(Today), cancellationToken) is { } fault ? Problem(fault)
            : asked.Error is { } wrong ? Explain(wrong)
            : chosen.Error is { } wrongPeriod ? Explain(wrongPeriod)
            : Page();
    }

    /// <summary>Returns the figures of one chart as CSV.</summary>
    public async Task<IActionResult> OnGetCsvAsync(
        string? report,
        string? bucket,
        string? period,
        string? from,
        string? to,
        CancellationToken cancellationToken
    )
    {
        var (asked, chosen) = (Read(bucket), ShopPeriod.Parse(period, from, to, Today));
        if ((asked.Error ?? chosen.Error ?? await LoadAsync(asked.Value, chosen.Value!, cancellationToken)) is { } fault)
        {
            return Problem(fault);
        }

        return Sheets().FirstOrDefault(sheet => sheet.Name == report) is { } found
            ? File(
                Csv.Of(found.Headings, found.Rows),
                Csv.ContentType,
                string.Create(CultureInfo.InvariantCulture, $"{found.Name}-{Overview.Date:yyyy-MM-dd}.csv")
            )
            : ProblemPage.Of(StatusCodes.Status404NotFound);
    }

    /// <summary>Pauses the intake of orders.</summary>
    public async Task<IActionResult> OnPostPauseAsync(string? reason, CancellationToken cancellationToken)
    {
        Reason = reason;
        return await DoneAsync(
            await kitchens.SetPausedAsync(paused: true, reason, cancellationToken),
            T.KitchenPausedNow,
            cancellationToken
        );
    }

    /// <summary>Resumes the intake of orders.</summary>
    public async Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) =>
        await DoneAsync(await kitchens.SetPausedAsync(paused: false, reason: null, cancellationToken), T.KitchenResumed, cancellationToken);

    /// <summary>Sets how many orders may cook at the same time.</summary>
    public async Task<IActionResult> OnPostCapacityAsync(string? capacity, CancellationToken cancellationToken)
    {
        Capacity = capacity;
        return await DoneAsync(
            await kitchens.SetCapacityAsync(FormValue.ParseInteger(capacity, 0, int.MaxValue), cancellationToken),
            T.CapacitySaved,
            cancellationToken,
            Settings
        );
    }

    /// <summary>Sets the opening hours.</summary>
    public async Task<IActionResult> OnPostHoursAsync(string? hours, CancellationToken cancellationToken)
    {
        OpeningHoursTyped = hours;
        var errors = new ValidationErrors();
        var read = OpeningHours.Parse(hours ?? "");
        errors.Require(read is not null, "hours", "must be days and times");
        return await DoneAsync(
            errors.ToFault() is { } wrong ? wrong : await shops.SetHoursAsync(read!.Periods, cancellationToken),
            T.HoursSaved,
            cancellationToken,
            Settings
        );
    }

    /// <summary>Sets the minutes that are added to every promise.</summary>
    public async Task<IActionResult> OnPostBusyAsync(string? extraMinutes, CancellationToken cancellationToken)
    {
        ExtraMinutes = extraMinutes;
        return await DoneAsync(
            await shops.SetBusyAsync(FormValue.ParseInteger(extraMinutes, 0, int.MaxValue), cancellationToken),
            T.BusySaved,
            cancellationToken
        );
    }

    private DateOnly Today => days.DayOf(time.GetUtcNow());

    private async Task<IActionResult> DoneAsync<T>(
        Result<T> set,
        string notice,
        CancellationToken cancellationToken,
        string anchor = "#kitchen"
    )
    {
        copy.Drop();
        if (set.Succeeded)
        {
            await ShowNoticeAsync(notice);
            return SeeOther($"/management{anchor}");
        }

        return set.Error.Code != ErrorCodes.Validation ? Problem(set.Error)
            : await LoadAsync(Bucket.Day, ShopPeriod.Of(Today), cancellationToken) is { } fault ? Problem(fault)
            : Explain(set.Error, anchor);
    }

    private static Result<Bucket> Read(string? bucket)
    {
        var read = string.IsNullOrEmpty(bucket) ? Bucket.Day : FormValue.SingleValue<Bucket>(bucket);
        var errors = new ValidationErrors();
        errors.Require(read is not null, "bucket", "must be day, week or month");
        return errors.ToFault() is { } fault ? fault : read!.Value;
    }

    private async Task<Error?> LoadAsync(Bucket bucket, ShopPeriod period, CancellationToken cancellationToken)
    {
        (Bucket, Period) = (bucket, period);

        // In parallel, so that the page takes as long as the slowest query.
        var (money, late, hours) = (
            reports.TakingsAsync(period, cancellationToken),
            reports.LateAsync(period, cancellationToken),
            period.HasHours ? reports.HoursAsync(period, cancellationToken) : null
        );
        var (asked, over, sales, work, kitchen, shop) = (
            reports.OverviewAsync(cancellationToken),
            reports.TimeseriesAsync(Bucket, cancellationToken),
            reports.PizzasAsync(cancellationToken),
            reports.StaffAsync(cancellationToken),
            kitchens.ReadAsync(cancellationToken),
            shops.ReadAsync(cancellationToken)
        );
        await Task.WhenAll([money, late, asked, over, sales, work, kitchen, shop, .. hours is null ? Array.Empty<Task>() : [hours]]);
        var (overview, series, pizzas, staff) = (await asked, await over, await sales, await work);
        var (takings, lateOrders, byHour) = (await money, await late, hours is null ? default : await hours);
        var reportFault = overview.Error ?? series.Error ?? pizzas.Error ?? staff.Error;
        if ((reportFault ?? takings.Error ?? lateOrders.Error ?? byHour.Error) is { } fault)
        {
            return fault;
        }

        (Takings, Late, _hours) = (takings.Value!, lateOrders.Value!, byHour.Value?.Items ?? []);

        Overview = overview.Value!;
        Kitchen = (await kitchen).Value;
        Shop = (await shop).Value;
        var charts = new ManagementCharts(T);
        _series = series.Value!.Items;
        _pizzas = pizzas.Value!.Items;
        _staff = staff.Value!.Items;
        Hours = period.HasHours ? charts.ByHour(period, _hours) : [];
        Trends = charts.OverTime(Bucket, _series);
        Rankings = [charts.Statuses(Overview), charts.Pizzas(_pizzas), charts.Staff(_staff)];
        return null;
    }

    // Column names are the API's and do not depend on the language, so that programs can read the files.
    private IEnumerable<Sheet> Sheets() =>
        [
            new(
                "timeseries",
                ["period", "orders", "delivered", "cancelled", "revenue", "promised_minutes", "actual_minutes", "kept", "ready"],
                _series.Select(part =>
                    new object?[]
                    {
                        part.Period,
                        part.Orders,
                        part.Delivered,
                        part.Cancelled,
                        part.Revenue,
                        part.Promise.AveragePromisedMinutes,
                        part.Promise.AverageActualMinutes,
                        part.Promise.Kept,
                        part.Promise.Orders,
                    }
                )
            ),
            new(
                "pizzas",
                ["pizza_id", "name", "quantity", "orders", "revenue", "revenue_percent"],
                _pizzas.Select(pizza =>
                    new object?[] { pizza.PizzaId, pizza.Name, pizza.Quantity, pizza.Orders, pizza.Revenue, pizza.RevenuePercent }
                )
            ),
            new(
                "staff",
                ["id", "name", "role", "orders", "average_minutes"],
                _staff.Select(one => new object?[] { one.Id, one.Name, one.Role, one.Orders, one.AverageMinutes })
            ),
            new("hours", ["hour", "orders", "revenue"], _hours.Select(hour => new object?[] { hour.Hour, hour.Orders, hour.Revenue })),
            new(
                "statuses",
                ["status", "orders"],
                ManagementCharts.ByStatus(Overview).Select(status => new object?[] { PizzeriaJson.Text(status.Status), status.Orders })
            ),
        ];

    private sealed record Sheet(string Name, IReadOnlyList<string> Headings, IEnumerable<IReadOnlyList<object?>> Rows);
}
