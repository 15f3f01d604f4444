using System.Globalization;
using MariosPizzeria.BuildingBlocks.Shop;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;

namespace MariosPizzeria.Tests.Foundation;

public sealed class BusinessDaysTests
{
    private static readonly BusinessDays Rome = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), new TimeOnly(4, 0));

    [Theory]
    [InlineData("2026-07-10T01:59:59Z", "2026-07-09")] // 03:59:59 in Rome
    [InlineData("2026-07-10T02:00:00Z", "2026-07-10")]
    [InlineData("2026-12-10T02:59:59Z", "2026-12-09")]
    [InlineData("2026-12-10T03:00:00Z", "2026-12-10")]
    [InlineData("2026-03-29T01:59:59Z", "2026-03-28")] // the night in which clocks go from 02:00 to 03:00
    [InlineData("2026-03-29T02:00:00Z", "2026-03-29")]
    [InlineData("2026-10-25T02:59:59Z", "2026-10-24")] // the night in which clocks go from 03:00 to 02:00
    [InlineData("2026-10-25T03:00:00Z", "2026-10-25")]
    public void An_instant_belongs_to_the_day_that_began_last_by_the_shops_clocks(string instant, string day) =>
        Rome.DayOf(Instant(instant)).ShouldBe(Day(day));

    [Theory]
    [InlineData("2026-03-28", 23)]
    [InlineData("2026-03-29", 24)]
    [InlineData("2026-10-24", 25)]
    public void A_day_in_which_the_clocks_change_is_an_hour_shorter_or_longer(string day, int hours) =>
        (Rome.EndOf(Day(day)) - Rome.StartOf(Day(day))).ShouldBe(TimeSpan.FromHours(hours));

    [Fact]
    public void Every_instant_is_within_its_own_day_also_where_days_begin_in_the_hour_of_the_change()
    {
        var days = new BusinessDays(Rome.Zone, new TimeOnly(2, 30));
        for (var instant = Instant("2026-03-27T00:00:00Z"); instant < Instant("2026-11-02T00:00:00Z"); instant += TimeSpan.FromMinutes(15))
        {
            var day = days.DayOf(instant);
            instant.ShouldBeInRange(days.StartOf(day), days.EndOf(day).AddTicks(-1));
        }
    }

    [Fact]
    public void A_time_that_the_clocks_skip_is_the_first_after_the_gap() =>
        Rome.At(Day("2026-03-29"), new TimeOnly(2, 30)).ShouldBe(Instant("2026-03-29T01:00:00Z"));

    [Fact]
    public void Of_a_time_that_the_clocks_show_twice_the_first_is_meant() =>
        Rome.At(Day("2026-10-25"), new TimeOnly(2, 30)).ShouldBe(Instant("2026-10-25T00:30:00Z"));

    [Fact]
    public void Without_configuration_days_are_those_of_UTC_and_begin_at_four()
    {
        var days = Configured(timeZone: null, startsAt: null, out var faults);
        (days.Zone, days.StartOf(Day("2026-11-29"))).ShouldBe((TimeZoneInfo.Utc, Instant("2026-11-29T04:00:00Z")));
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void What_can_not_be_read_is_a_fault_of_the_configuration()
    {
        Configured("Europe/Atlantis", "4", out var faults);
        faults.Select(fault => fault.Split(' ')[0]).ShouldBe(["Shop__TimeZone", "Shop__DayStartsAt"]);
    }

    private static BusinessDays Configured(string? timeZone, string? startsAt, out IReadOnlyList<string> faults)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        (builder.Configuration["Shop:TimeZone"], builder.Configuration["Shop:DayStartsAt"]) = (timeZone, startsAt);
        var days = builder.AddBusinessDays();
        faults = ConfigurationErrors.List(builder);
        return days;
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
