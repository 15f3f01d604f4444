using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>Shows stored figures.</summary>
public static class SummaryResponses
{
    extension(SummaryResponse)
    {
        /// <summary>Of the stored figures.</summary>
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

/// <summary>Compares stored figures.</summary>
internal static class ChangeResponses
{
    extension(ChangeResponse)
    {
        /// <summary>From one to the other.</summary>
        public static ChangeResponse Between(Figures before, Figures now) =>
            new(
                now.Orders - before.Orders,
                SummaryResponse.Percent(now.Orders - before.Orders, before.Orders),
                now.Revenue - before.Revenue,
                SummaryResponse.Percent((now.Revenue - before.Revenue).Amount, before.Revenue.Amount)
            );
    }
}

/// <summary>Shows the figures of a part of a period.</summary>
internal static class TimeseriesItems
{
    extension(TimeseriesItem)
    {
        /// <summary>Of one part's figures.</summary>
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
