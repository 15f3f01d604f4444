using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// A chart that the partial <c>_Chart</c> renders: shapes in view box units, a description, and a table of the figures for visitors who
/// can't see the chart or need exact values. Everything is computed here; the page needs no script for it.
/// </summary>
internal sealed record Chart
{
    /// <summary>The width of the view box. Small, so that labels stay legible on a phone.</summary>
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

    /// <summary>The prefix of the ids of the chart's elements.</summary>
    public required string Id { get; init; }
    public required string Title { get; init; }

    /// <summary>The main result in one sentence.</summary>
    public required string Description { get; init; }
    public required ChartTable Table { get; init; }

    /// <summary>The address of the figures as CSV; null for none.</summary>
    public string? Csv { get; init; }

    /// <summary>The names of the series, if there are two.</summary>
    public IReadOnlyList<string> Legend { get; init; } = [];
    public int Height { get; private init; }
    public IReadOnlyList<ChartBar> Bars { get; private init; } = [];
    public IReadOnlyList<ChartLine> Lines { get; private init; } = [];
    public IReadOnlyList<ChartLabel> Labels { get; private init; } = [];

    /// <summary>Adds columns over time; a category has one column for each series.</summary>
    /// <param name="names">The names of the categories, oldest first.</param>
    /// <param name="values">The values of each category, one per series; null draws no column.</param>
    /// <param name="axis">Formats a value for the axis.</param>
    /// <param name="told">Formats a value in full, for a column.</param>
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
                // Every n-th name, counted from the newest, which is the most interesting one.
                .. names
                    .Select((name, i) => new ChartLabel(Point(Left + (slot * (i + 0.5m))), Point(Bottom + 18), "middle", name))
                    .Where((_, i) => (names.Count - 1 - i) % every == 0),
            ],
        };
    }

    /// <summary>Adds horizontal bars, each below its name and with its value.</summary>
    /// <param name="rows">The rows in the order of display.</param>
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

    // 1, 2 or 5 times a power of ten, so that there are few grid lines, at round figures.
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

    // The whole name is in the table and in the bar's text.
    private static string Short(string name)
    {
        const int Longest = 26;
        return name.Length <= Longest ? name : $"{WholeText.First(name, Longest - 1)}…";
    }

    private static string Point(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>A rectangle with its text, and the number of its series, from 0.</summary>
internal sealed record ChartBar(string X, string Y, string Width, string Height, int Series, string Told);

/// <summary>A horizontal line.</summary>
internal sealed record ChartLine(string From, string To, string Y);

/// <summary>A text; <c>Anchor</c> is SVG's <c>text-anchor</c>.</summary>
internal sealed record ChartLabel(string X, string Y, string Anchor, string Text);

/// <summary>The figures as text; the first cell of a row is its name.</summary>
internal sealed record ChartTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows);
