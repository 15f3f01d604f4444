using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Tests.Gateway;

public sealed class TextsTests
{
    private static readonly BusinessDays Rome = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), new TimeOnly(4, 0));

    [Theory]
    [InlineData("2026-03-29T00:30:00Z", "01:30")]
    [InlineData("2026-03-29T01:30:00Z", "03:30")]
    [InlineData("2026-10-25T00:30:00Z", "02:30")]
    [InlineData("2026-10-25T01:30:00Z", "02:30")]
    [InlineData("2026-10-25T02:30:00Z", "03:30")]
    public void Times_are_those_of_the_shops_clocks(string at, string time) =>
        new Texts(Language.English, Rome, 90).Time(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)).ShouldBe(time);

    [Fact]
    public void Days_numbers_and_amounts_are_written_as_the_readers_language_does()
    {
        var at = DateTimeOffset.Parse("2026-11-29T23:10:00Z", CultureInfo.InvariantCulture);
        var (english, italian) = (new Texts(Language.English, Rome, 90), new Texts(Language.Italian, Rome, 90));

        (english.DayAndTime(at), italian.DayAndTime(at)).ShouldBe(("Nov 30, 00:10", "30 nov, 00:10"));
        (english.Number(12345.6m, 1), italian.Number(12345.6m, 1)).ShouldBe(("12,345.6", "12.345,6"));
        (english.Price(new Money(123456)), italian.Price(new Money(123456))).ShouldBe(("$1,234.56", "1.234,56\u00a0$"));
    }

    [Theory]
    [InlineData(85, "Delivery in 85 min · pickup in 65 min")]
    [InlineData(90, "Delivery in 90 minutes or more · pickup in 70 min")]
    [InlineData(240, "Delivery in 90 minutes or more · pickup in 90 minutes or more")]
    public void A_promise_that_is_long_is_told_without_its_figure(int delivery, string text) =>
        new Texts(Language.English, Rome, 90).InHandIn(new(delivery - 20, delivery, 20)).ShouldBe(text);
}
