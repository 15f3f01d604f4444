using MariosPizzeria.Contracts;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>A day's figures as they were when the day was over. Its id is the day's: a day is reported once.</summary>
public sealed class DailyReport : IDocument
{
    private DailyReport() { }

    /// <summary>The day: <c>2026-03-01</c>.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public DateTimeOffset Start { get; private set; }
    public Figures Figures { get; private set; } = Figures.None;
    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>When the mail server took it; null where nobody is to get it.</summary>
    public DateTimeOffset? MailedAt { get; private set; }

    /// <summary>Of a day that is over.</summary>
    public static DailyReport Of(FigureDay day, DateTimeOffset at) =>
        new()
        {
            Id = day.Id,
            Start = day.Start,
            Figures = day.Figures,
            MadeAt = at,
        };

    /// <summary>The mail server took it.</summary>
    /// <returns>Whether that is new.</returns>
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
