using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>How the pizzeria does, and how much the kitchen takes on.</summary>
[SignedIn(Roles.Manager)]
internal sealed class IndexModel(ReportsClient reports, KitchenSettingsClient kitchens) : PizzeriaPage
{
    private IReadOnlyList<TimeseriesItem> _series = [];
    private IReadOnlyList<PizzaReport> _pizzas = [];
    private IReadOnlyList<StaffReport> _staff = [];

    /// <summary>Today against yesterday.</summary>
    public OverviewResponse Overview { get; private set; } = null!;

    /// <summary>What the charts over time are divided into.</summary>
    public Bucket Bucket { get; private set; }

    /// <summary>Over time.</summary>
    public IReadOnlyList<Chart> Trends { get; private set; } = [];

    /// <summary>Of now, and of the last thirty days.</summary>
    public IReadOnlyList<Chart> Rankings { get; private set; } = [];

    /// <summary>Null where it does not answer: the figures are worth seeing all the same.</summary>
    public StatusResponse? Kitchen { get; private set; }

    /// <summary>The reason that was typed and refused.</summary>
    public string? Reason { get; private set; }

    /// <summary>The capacity that was typed and refused.</summary>
    public string? Capacity { get; private set; }

    /// <summary>Shows the figures.</summary>
    public async Task<IActionResult> OnGetAsync(string? bucket, CancellationToken cancellationToken)
    {
        (Reason, Capacity) = (Typed("reason"), Typed("capacity"));
        var asked = Read(bucket);
        return await Load(asked.Value, cancellationToken) is { } fault ? Problem(fault)
            : asked.Fault is { } wrong ? Explain(wrong)
            : Page();
    }

    /// <summary>The figures of one chart as CSV.</summary>
    public async Task<IActionResult> OnGetCsvAsync(string? report, string? bucket, CancellationToken cancellationToken)
    {
        var asked = Read(bucket);
        if ((asked.Fault ?? await Load(asked.Value, cancellationToken)) is { } fault)
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

    /// <summary>Stops the kitchen from taking orders.</summary>
    public async Task<IActionResult> OnPostPauseAsync(string? reason, CancellationToken cancellationToken)
    {
        Reason = reason;
        return await Done(await kitchens.SetPaused(paused: true, reason, cancellationToken), T.KitchenPausedNow, cancellationToken);
    }

    /// <summary>Lets it take them again.</summary>
    public async Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) =>
        await Done(await kitchens.SetPaused(paused: false, reason: null, cancellationToken), T.KitchenResumed, cancellationToken);

    /// <summary>Sets how many orders cook at the same time.</summary>
    public async Task<IActionResult> OnPostCapacityAsync(string? capacity, CancellationToken cancellationToken)
    {
        Capacity = capacity;
        return await Done(
            await kitchens.SetCapacity(FormValue.Whole(capacity, 0, int.MaxValue), cancellationToken),
            T.CapacitySaved,
            cancellationToken
        );
    }

    private async Task<IActionResult> Done(Outcome<StatusResponse> set, string notice, CancellationToken cancellationToken)
    {
        if (set.Succeeded)
        {
            await Say(notice);
            return SeeOther("/management#kitchen");
        }

        return set.Fault.Slug != Slugs.Validation ? Problem(set.Fault)
            : await Load(Bucket.Day, cancellationToken) is { } fault ? Problem(fault)
            : Explain(set.Fault, "#kitchen");
    }

    private static Outcome<Bucket> Read(string? bucket)
    {
        var read = string.IsNullOrEmpty(bucket) ? Bucket.Day : FormValue.One<Bucket>(bucket);
        var errors = new ValidationErrors();
        errors.Require(read is not null, "bucket", "is day, week or month");
        return errors.ToFault() is { } fault ? fault : read!.Value;
    }

    private async Task<Fault?> Load(Bucket bucket, CancellationToken cancellationToken)
    {
        Bucket = bucket;

        // Side by side: the page takes as long as the slowest of them.
        var (asked, over, sales, work, kitchen) = (
            reports.Overview(cancellationToken),
            reports.Timeseries(Bucket, cancellationToken),
            reports.Pizzas(cancellationToken),
            reports.Staff(cancellationToken),
            kitchens.Read(cancellationToken)
        );
        await Task.WhenAll(asked, over, sales, work, kitchen);
        var (overview, series, pizzas, staff) = (await asked, await over, await sales, await work);
        if ((overview.Fault ?? series.Fault ?? pizzas.Fault ?? staff.Fault) is { } fault)
        {
            return fault;
        }

        Overview = overview.Value!;
        Kitchen = (await kitchen).Value;
        var charts = new ManagementCharts(T);
        _series = series.Value!.Items;
        _pizzas = pizzas.Value!.Items;
        _staff = staff.Value!.Items;
        Trends = charts.OverTime(Bucket, _series);
        Rankings = [charts.Statuses(Overview), charts.Pizzas(_pizzas), charts.Staff(_staff)];
        return null;
    }

    // The names of the columns are the API's, whatever the language: a sheet that is made every week must not change.
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
            new(
                "statuses",
                ["status", "orders"],
                ManagementCharts.ByStatus(Overview).Select(status => new object?[] { PizzeriaJson.Text(status.Status), status.Orders })
            ),
        ];

    private sealed record Sheet(string Name, IReadOnlyList<string> Headings, IEnumerable<IReadOnlyList<object?>> Rows);
}
