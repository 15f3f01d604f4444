using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// A chart as the partial <c>_Chart</c> draws it: shapes in the units of its view box, what it says in words, and its figures as a
/// table for whoever can't see it or wants to know exactly. All is computed here; the page needs no script for it.
/// </summary>
internal sealed record Chart
{
    /// <summary>Of the view box. Small, so that the letters stay legible on a phone.</summary>
    public const int Width = 360;

    private const int ColumnsHeight = 216;
    private const decimal Left = 44;
    private const decimal Right = 342;
    private const decimal Top = 10;
    private const decimal Bottom = 190;
    private const int MostLines = 4;
    private const int MostNames = 5;
    private const decimal FilledPart = 0.72m;
    private const int BarRow = 40;

    /// <summary>Prefix of the ids of its parts.</summary>
    public required string Id { get; init; }
    public required string Title { get; init; }

    /// <summary>In one sentence, what the eye would find first.</summary>
    public required string Description { get; init; }
    public required ChartTable Table { get; init; }

    /// <summary>Where its figures are as CSV.</summary>
    public string? Csv { get; init; }

    /// <summary>What the kinds of bars mean, where there are two.</summary>
    public IReadOnlyList<string> Legend { get; init; } = [];
    public int Height { get; private init; }
    public IReadOnlyList<ChartBar> Bars { get; private init; } = [];
    public IReadOnlyList<ChartLine> Lines { get; private init; } = [];
    public IReadOnlyList<ChartLabel> Labels { get; private init; } = [];

    /// <summary>Columns side by side over time; a category may have one for each of several series.</summary>
    /// <param name="names">Of the categories, oldest first.</param>
    /// <param name="values">Each category's values, one a series; null draws none.</param>
    /// <param name="axis">A value as the axis names it.</param>
    /// <param name="told">A value in full, shown at a column.</param>
    public Chart WithColumns(
        IReadOnlyList<string> names,
        IReadOnlyList<IReadOnlyList<decimal?>> values,
        Func<decimal, string> axis,
        Func<decimal, string> told
    )
    {
        var step = Step(values.SelectMany(each => each).Max() ?? 0);
        var top = step * Math.Max(1, Math.Ceiling((values.SelectMany(each => each).Max() ?? 0) / step));
        var slot = (Right - Left) / Math.Max(1, names.Count);
        var every = (names.Count + MostNames - 1) / MostNames;

        var bars = new List<ChartBar>();
        for (var i = 0; i < values.Count; i++)
        {
            var width = slot * FilledPart / values[i].Count;
            for (var series = 0; series < values[i].Count; series++)
            {
                if (values[i][series] is { } value and > 0)
                {
                    var height = (Bottom - Top) * value / top;
                    var x = Left + (slot * i) + (slot * (1 - FilledPart) / 2) + (width * series);
                    bars.Add(new(Point(x), Point(Bottom - height), Point(width), Point(height), series, $"{names[i]}: {told(value)}"));
                }
            }
        }

        var ticks = Enumerable
            .Range(0, (int)(top / step) + 1)
            .Select(i => (Value: step * i, Y: Bottom - ((Bottom - Top) * step * i / top)));
        return this with
        {
            Height = ColumnsHeight,
            Bars = bars,
            Lines = [.. ticks.Select(tick => new ChartLine(Point(Left), Point(Right), Point(tick.Y)))],
            Labels =
            [
                .. ticks.Select(tick => new ChartLabel(Point(Left - 5), Point(tick.Y + 4), "end", axis(tick.Value))),
                // Counted from the newest, which is what one looks for.
                .. names
                    .Select((name, i) => new ChartLabel(Point(Left + (slot * (i + 0.5m))), Point(Bottom + 18), "middle", name))
                    .Where((_, i) => (names.Count - 1 - i) % every == 0),
            ],
        };
    }

    /// <summary>Bars below each other, each under its name and beside its value.</summary>
    /// <param name="rows">In the order in which they are shown.</param>
    public Chart WithBars(IReadOnlyList<(string Name, decimal Value, string Told)> rows)
    {
        var longest = Math.Max(1, rows.Select(row => row.Value).DefaultIfEmpty().Max());
        return this with
        {
            Height = Math.Max(1, rows.Count) * BarRow,
            Bars =
            [
                .. rows.Select(
                    (row, i) =>
                        new ChartBar("0", Point((i * BarRow) + 21), Point(Width * row.Value / longest), "11", 0, $"{row.Name}: {row.Told}")
                ),
            ],
            Labels =
            [
                .. rows.SelectMany(
                    (row, i) =>
                        new[]
                        {
                            new ChartLabel("0", Point((i * BarRow) + 14), "start", Short(row.Name)),
                            new ChartLabel(Point(Width), Point((i * BarRow) + 14), "end", row.Told),
                        }
                ),
            ],
        };
    }

    // 1, 2 or 5 times a power of ten, so that the lines stand at round figures and there are few of them.
    private static decimal Step(decimal largest)
    {
        var power = 1m;
        while (power * 10 * MostLines < largest)
        {
            power *= 10;
        }

        foreach (var factor in new[] { 1, 2, 5 })
        {
            if (power * factor * MostLines >= largest)
            {
                return power * factor;
            }
        }

        return power * 10;
    }

    // The whole name is in the table and at the bar.
    private static string Short(string name)
    {
        const int Longest = 26;
        return name.Length <= Longest ? name : $"{WholeText.First(name, Longest - 1)}…";
    }

    private static string Point(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>A rectangle, and what it stands for; of the first series or a later one.</summary>
internal sealed record ChartBar(string X, string Y, string Width, string Height, int Series, string Told);

/// <summary>A level line.</summary>
internal sealed record ChartLine(string From, string To, string Y);

/// <summary>A text; its anchor is SVG's.</summary>
internal sealed record ChartLabel(string X, string Y, string Anchor, string Text);

/// <summary>The figures in words; the first cell of a row names it.</summary>
internal sealed record ChartTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows);
