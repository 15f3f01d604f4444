namespace MariosPizzeria.BuildingBlocks.Shop;

/// <summary>Registers the settings of the shop.</summary>
public static class ShopRegistration
{
    private const decimal LargestAmount = 999.99m;
    private const decimal LargestTaxPercent = 50m;

    /// <summary>
    /// Registers <see cref="BusinessDays"/> from <c>Shop__TimeZone</c> (an IANA name, default UTC) and <c>Shop__DayStartsAt</c>
    /// (<c>HH:mm</c>, default 04:00). An invalid value is reported as a configuration error.
    /// </summary>
    public static BusinessDays AddBusinessDays(this IHostApplicationBuilder builder)
    {
        var zone = builder.Read(
            "Shop:TimeZone",
            BusinessDays.Default.Zone,
            TimeZoneInfo.TryFindSystemTimeZoneById,
            "is not the name of a time zone, such as Europe/Rome"
        );
        var startsAt = builder.Read(
            "Shop:DayStartsAt",
            new TimeOnly(4, 0),
            (string text, out TimeOnly time) =>
                TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time),
            "is not a time of day from 00:00 to 23:59"
        );
        var days = new BusinessDays(zone, startsAt);
        builder.Services.AddSingleton(days);
        return days;
    }

    /// <summary>
    /// Registers <see cref="DeliveryTerms"/> from <c>Shop__DeliveryFee</c>, <c>Shop__MinimumOrder</c> (amounts, default 0) and
    /// <c>Shop__DeliveryArea</c> (postcodes, separated by commas, default everywhere). An invalid value is reported as a configuration
    /// error.
    /// </summary>
    public static DeliveryTerms AddDeliveryTerms(this IHostApplicationBuilder builder)
    {
        var terms = new DeliveryTerms
        {
            Fee = builder.AmountOf("Shop:DeliveryFee"),
            MinimumOrder = builder.AmountOf("Shop:MinimumOrder"),
            Area =
            [
                .. (builder.Configuration["Shop:DeliveryArea"] ?? "").Split(
                    ',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                ),
            ],
        };
        if (terms.Area.Any(postcode => !postcode.Any(char.IsAsciiDigit)))
        {
            builder.ReportError("Shop__DeliveryArea", "must be postcodes separated by commas, each with a digit");
        }

        builder.Services.AddSingleton(terms);
        return terms;
    }

    /// <summary>
    /// Registers <see cref="ShopContact"/> from <c>Shop__Phone</c> (7 to 20 digits, spaces, brackets and dashes, default none). An invalid
    /// value is reported as a configuration error.
    /// </summary>
    public static void AddShopContact(this IHostApplicationBuilder builder)
    {
        var phone = builder.Configuration["Shop:Phone"] is { Length: > 0 } text ? text : null;
        if (
            phone is not null
            && (
                phone.Length is < 7 or > 20
                || phone.TrimStart('+').Any(letter => !char.IsAsciiDigit(letter) && letter is not (' ' or '(' or ')' or '-'))
            )
        )
        {
            builder.ReportError("Shop__Phone", "must be a phone number, such as +39 055 123456");
        }

        builder.Services.AddSingleton(new ShopContact(phone));
    }

    /// <summary>
    /// Registers <see cref="TaxShare"/> from <c>Shop__TaxPercent</c> (0 to 50 with at most two decimals, default 0). An invalid value is
    /// reported as a configuration error.
    /// </summary>
    public static void AddTaxShare(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton(
            new TaxShare(
                builder.DecimalOf("Shop:TaxPercent", LargestTaxPercent, "must be from 0 to 50 with at most two decimals, such as 8.25")
            )
        );

    private static Money AmountOf(this IHostApplicationBuilder builder, string setting) =>
        Money.FromAmount(builder.DecimalOf(setting, LargestAmount, "must be an amount from 0 to 999.99, such as 2.50"));

    private static decimal DecimalOf(this IHostApplicationBuilder builder, string setting, decimal largest, string fault) =>
        builder.Read(
            setting,
            otherwise: 0m,
            (string text, out decimal number) =>
                decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
                && number <= largest
                && decimal.Truncate(number * 100) == number * 100,
            fault
        );
}
