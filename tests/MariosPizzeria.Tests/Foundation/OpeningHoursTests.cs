using System.Globalization;
using System.Text.Json;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Tests.Foundation;

public sealed class OpeningHoursTests
{
    private static readonly BusinessDays Rome = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), new TimeOnly(4, 0));

    [Theory]
    [InlineData("mon 11:00-23:00", "mon 11:00-23:00")]
    [InlineData("Monday 11:00-24:00", "mon 11:00-24:00")]
    [InlineData("mon,wed 11:00-14:00,18:00-23:00", "mon 11:00-14:00,18:00-23:00;wed 11:00-14:00,18:00-23:00")]
    [InlineData(" sat-mon  11:00-01:00 ; ", "mon 11:00-01:00;sat-sun 11:00-01:00")]
    public void Hours_are_read_and_written(string text, string written)
    {
        var hours = OpeningHours.Parse(text)!;

        hours.ToString().ShouldBe(written);
        OpeningHours.Parse(written)!.Periods.ShouldBe(hours.Periods, ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mon")]
    [InlineData("mon 11-23")]
    [InlineData("mon 11:00")]
    [InlineData("mon 24:00-25:00")]
    [InlineData("mon 11:00-23:00 tue 11:00-23:00")]
    [InlineData("someday 11:00-23:00")]
    [InlineData("mon-wed-fri 11:00-23:00")]
    [InlineData("1 11:00-23:00")]
    public void Anything_else_is_not_read(string text) => OpeningHours.Parse(text).ShouldBeNull();

    [Fact]
    public void A_period_is_stored_as_it_is_written() =>
        JsonSerializer
            .Serialize(new OpeningPeriod(Weekday.Sat, "11:00", "24:00"), PizzeriaJson.Documents)
            .ShouldBe("""{"day":"sat","from":"11:00","to":"24:00"}""");

    [Fact]
    public void A_shop_that_is_always_open_neither_opens_nor_closes()
    {
        var now = Instant("2026-11-29T22:00Z");

        OpeningHours.Always.IsOpenAt(now, Rome).ShouldBeTrue();
        OpeningHours.Always.OpensAt(now, Rome).ShouldBeNull();
        OpeningHours.Always.ClosesAt(now, Rome).ShouldBeNull();
    }

    [Fact]
    public void A_shop_without_hours_stays_closed()
    {
        var never = new OpeningHours([]);

        never.IsOpenAt(Instant("2026-11-29T22:00Z"), Rome).ShouldBeFalse();
        never.OpensAt(Instant("2026-11-29T22:00Z"), Rome).ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-11-30T09:59:59Z", false, "2026-11-30T10:00Z", null)] // a Monday, 10:59:59 in Rome
    [InlineData("2026-11-30T10:00Z", true, null, "2026-11-30T13:00Z")]
    [InlineData("2026-11-30T13:00Z", false, "2026-11-30T17:00Z", null)]
    [InlineData("2026-12-05T23:30Z", true, null, "2026-12-06T01:00Z")] // Sunday 00:30: Saturday's period lasts until 02:00
    [InlineData("2026-12-06T01:00Z", false, "2026-12-07T10:00Z", null)] // closed on Sundays
    public void The_shop_opens_and_closes_by_its_own_clocks(string at, bool open, string? opensAt, string? closesAt)
    {
        var hours = OpeningHours.Parse("mon-fri 11:00-14:00,18:00-23:00;sat 18:00-02:00")!;

        hours.IsOpenAt(Instant(at), Rome).ShouldBe(open);
        hours.OpensAt(Instant(at), Rome).ShouldBe(opensAt is null ? null : Instant(opensAt));
        hours.ClosesAt(Instant(at), Rome).ShouldBe(closesAt is null ? null : Instant(closesAt));
    }

    [Theory]
    [InlineData("2026-03-28T12:00Z", "2026-03-28T20:00Z", "2026-03-29T03:00Z")] // the clocks skip an hour
    [InlineData("2026-10-24T12:00Z", "2026-10-24T19:00Z", "2026-10-25T04:00Z")] // the clocks show an hour twice
    [InlineData("2026-11-28T12:00Z", "2026-11-28T20:00Z", "2026-11-29T04:00Z")]
    public void A_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer(string noon, string opensAt, string closesAt)
    {
        var saturday = OpeningHours.Parse("sat 21:00-05:00")!;

        saturday.OpensAt(Instant(noon), Rome).ShouldBe(Instant(opensAt));
        saturday.ClosesAt(Instant(opensAt), Rome).ShouldBe(Instant(closesAt));
    }

    [Fact]
    public void A_period_within_the_hour_that_the_clocks_skip_is_left_out_that_day()
    {
        var sunday = OpeningHours.Parse("sun 02:00-03:00")!;

        sunday.OpensAt(Instant("2026-03-28T12:00Z"), Rome).ShouldBe(Instant("2026-04-05T00:00Z"));
    }

    [Fact]
    public void Periods_that_touch_are_one()
    {
        var hours = OpeningHours.Parse("mon 18:00-24:00;tue 00:00-02:00")!;

        hours.ClosesAt(Instant("2026-11-30T18:00Z"), Rome).ShouldBe(Instant("2026-12-01T01:00Z"));
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
