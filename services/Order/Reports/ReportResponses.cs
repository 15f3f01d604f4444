namespace MariosPizzeria.OrderService.Reports;

/// <summary>Maps figures to responses.</summary>
public static class SummaryResponses
{
    extension(SummaryResponse)
    {
        /// <summary>Maps figures to a summary.</summary>
        public static SummaryResponse Of(Figures figures) =>
            new(
                figures.Orders,
                figures.Delivered,
                figures.Cancelled,
                figures.Revenue,
                Average(figures.Revenue, figures.Sold()),
                figures.Cooking.MeanMinutes(),
                figures.Driving.MeanMinutes(),
                new(
                    figures.Actual.Count,
                    figures.Kept,
                    Percent(figures.Kept, figures.Actual.Count),
                    figures.Promised.MeanMinutes(),
                    figures.Actual.MeanMinutes()
                )
            );

        internal static Money Average(Money sum, int count) =>
            count == 0 ? Money.Zero : Money.FromAmount(Math.Round(sum.Amount / count, 2, MidpointRounding.AwayFromZero));

        internal static decimal? Percent(decimal part, decimal whole) =>
            whole == 0 ? null : Math.Round(100 * part / whole, 1, MidpointRounding.AwayFromZero);
    }
}

internal static class ChangeResponses
{
    extension(ChangeResponse)
    {
        /// <summary>Returns the change from the first figures to the second.</summary>
        public static ChangeResponse Between(Figures before, Figures now) =>
            new(
                now.Orders - before.Orders,
                SummaryResponse.Percent(now.Orders - before.Orders, before.Orders),
                now.Revenue - before.Revenue,
                SummaryResponse.Percent((now.Revenue - before.Revenue).Amount, before.Revenue.Amount)
            );
    }
}

internal static class TimeseriesItems
{
    extension(TimeseriesItem)
    {
        /// <summary>Maps the figures of one part of a period.</summary>
        public static TimeseriesItem Of(string period, DateOnly from, DateOnly to, Figures figures)
        {
            var summary = SummaryResponse.Of(figures);
            return new(
                period,
                from,
                to,
                summary.Orders,
                summary.Delivered,
                summary.Cancelled,
                summary.Revenue,
                summary.AverageOrderValue,
                summary.AverageCookMinutes,
                summary.AverageDeliveryMinutes,
                summary.Promise
            );
        }
    }
}
