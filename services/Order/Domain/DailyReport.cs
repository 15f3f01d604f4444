using System.Globalization;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>The figures of a business day at its end. Its id is the day, so each day is reported once.</summary>
public sealed class DailyReport : IDocument
{
    private DailyReport() { }

    /// <summary>The day: <c>2026-03-01</c>.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }

    /// <summary>Midnight UTC of the day's date, independent of the shop's time zone; the sort key of reports.</summary>
    public DateTimeOffset Start { get; private set; }
    public Figures Figures { get; private set; } = Figures.None;
    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>When the mail server accepted the report; null if it has no recipient.</summary>
    public DateTimeOffset? MailedAt { get; private set; }

    /// <summary>Returns the id of a day's report.</summary>
    public static string IdOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Returns the sort key of a day's report.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>Creates the report of a day that is over.</summary>
    public static DailyReport Of(DateOnly day, Figures figures, DateTimeOffset at) =>
        new()
        {
            Id = IdOf(day),
            Start = StartOf(day),
            Figures = figures,
            MadeAt = at,
        };

    /// <summary>Records that the mail server accepted the report.</summary>
    /// <returns>Whether it was not recorded before.</returns>
    public bool Mail(DateTimeOffset at)
    {
        if (MailedAt is not null)
        {
            return false;
        }

        MailedAt = at;
        return true;
    }
}
