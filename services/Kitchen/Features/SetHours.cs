namespace MariosPizzeria.KitchenService.Features;

/// <summary>Sets the opening hours.</summary>
public sealed class SetHours(ShopProvider shop, ReadShop read)
{
    /// <summary>Sets the opening hours from now on. Accepted orders are not affected.</summary>
    public static async Task<IResult> Put(HoursRequest request, SetHours set, HttpContext http, CancellationToken cancellationToken) =>
        (await set.Handle(request, http.Cause(), cancellationToken)).ToOk(shop => shop);

    /// <summary>Returns the shop after the change; <c>validation</c>, <c>version-conflict</c>.</summary>
    public async Task<Result<ShopResponse>> Handle(HoursRequest request, Cause cause, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var hours = Read(request, errors);
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var changed = await shop.ChangeAsync(settings => settings.SetHours(hours, cause), cancellationToken);
        return changed.Succeeded ? await read.Handle(changed.Value, cancellationToken) : changed.Error;
    }

    private static List<OpeningPeriod> Read(HoursRequest request, ValidationErrors errors)
    {
        var periods = new List<OpeningPeriod>();
        if (
            !errors.Require(
                request.Hours is { Count: <= OpeningHours.MaxPeriods },
                "hours",
                $"must be a list of at most {OpeningHours.MaxPeriods} periods"
            )
        )
        {
            return periods;
        }

        for (var i = 0; i < request.Hours!.Count; i++)
        {
            var (period, field) = (request.Hours[i], $"hours[{i}]");
            if (!errors.Require(period is not null, field, "is required"))
            {
                continue;
            }

            var day = OpeningHours.DayOf(period!.Day);
            errors.Require(day is not null, $"{field}.day", "must be mon, tue, wed, thu, fri, sat or sun");
            errors.Require(OpeningPeriod.IsStart(period.From), $"{field}.from", "must be a time from 00:00 to 23:59");
            errors.Require(OpeningPeriod.IsEnd(period.To), $"{field}.to", "must be a time from 00:00 to 24:00");
            periods.Add(new(day ?? default, period.From ?? "", period.To ?? ""));
        }

        return periods;
    }
}
