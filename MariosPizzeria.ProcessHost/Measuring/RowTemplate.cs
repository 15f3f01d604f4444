using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>The differences of a copy of an order from its template.</summary>
/// <param name="Number">The number of the copy. Its ids are derived from it, the same in every row.</param>
/// <param name="Shift">The duration that is added to every time.</param>
/// <param name="Texts">The replacement of each text of <see cref="OrderReplacements"/>.</param>
internal readonly record struct OrderCopy(long Number, TimeSpan Shift, byte[][] Texts);

/// <summary>The texts of a template order that are replaced in a copy: the customer's id, name and phone, as they are stored.</summary>
internal sealed record OrderReplacements(IReadOnlyList<string> Texts)
{
    private readonly Dictionary<string, int> _idNumbers = [];

    /// <summary>Ids that every copy keeps: the accounts of the staff who cooked and delivered.</summary>
    public required IReadOnlySet<string> Kept { get; init; }

    /// <summary>The number of an id among those of the order; the same in all its rows, with dashes or without.</summary>
    public int NumberOf(string id)
    {
        if (!_idNumbers.TryGetValue(id, out var number))
        {
            _idNumbers[id] = number = _idNumbers.Count;
        }

        return number;
    }
}

/// <summary>
/// One row that the product stored, in the text format of COPY; copies are written from it. Its columns need not be known: ids, times
/// and some texts are found by pattern, so that the copies always have the format that the product stores.
/// </summary>
internal sealed class RowTemplate
{
    /// <summary>
    /// An id: 32 hexadecimal digits, with the dashes of a UUID or without. A longer row of digits is a hash, which orders with the same
    /// body share.
    /// </summary>
    public const string Id = "(?<![0-9a-f])([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])";

    // A time in UTC as .NET and PostgreSQL write it.
    private const string Time = @"(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,7})?)(?=Z|\+00)";

    // The key of an order's number within its day; it is unique for each order.
    private const string NumberOfDay = @"(?<=\d{4}-\d\d-\d\d#)(?<number>\d{9})";

    private readonly List<Part> _parts = [];

    /// <summary>Splits a row into its parts.</summary>
    /// <param name="row">A line in COPY's text format, without its end.</param>
    public RowTemplate(string row, OrderReplacements order)
    {
        var from = 0;
        var special = new Regex(
            $"{string.Join('|', order.Texts.Select(Regex.Escape))}|{Id}|{Time}|{NumberOfDay}",
            RegexOptions.ExplicitCapture,
            Timeout.InfiniteTimeSpan
        );
        foreach (Match match in special.Matches(row))
        {
            if (PartOf(match, order) is { } part)
            {
                Keep(row[from..match.Index]);
                _parts.Add(part);
                from = match.Index + match.Length;
            }
        }

        Keep(row[from..] + "\n");
    }

    /// <summary>Writes a copy, with its line end.</summary>
    public void Write(IBufferWriter<byte> output, in OrderCopy copy)
    {
        foreach (var part in _parts)
        {
            part.Write(output, copy);
        }
    }

    private void Keep(string text) => _parts.Add(new LiteralText(Encoding.UTF8.GetBytes(text)));

    private static Part? PartOf(Match match, OrderReplacements order)
    {
        var text = order.Texts.ToList().IndexOf(match.Value);
        if (text >= 0)
        {
            return new ReplacedText(text);
        }

        if (match.Groups["time"].Success)
        {
            return new ShiftedTime(match.Value);
        }

        if (match.Groups["number"].Success)
        {
            return new ReplacedNumber();
        }

        var id = match.Value.Replace("-", "");
        return order.Kept.Contains(id) ? null : new ReplacedId(id, match.Length > id.Length, order.NumberOf(id));
    }

    private abstract class Part
    {
        public abstract void Write(IBufferWriter<byte> output, in OrderCopy copy);
    }

    private sealed class LiteralText(byte[] text) : Part
    {
        public override void Write(IBufferWriter<byte> output, in OrderCopy copy) => output.Write(text);
    }

    private sealed class ReplacedText(int number) : Part
    {
        public override void Write(IBufferWriter<byte> output, in OrderCopy copy) => output.Write(copy.Texts[number]);
    }

    // Numbers above those of orders that were placed.
    private sealed class ReplacedNumber : Part
    {
        private const long Placed = 100_000_000;

        public override void Write(IBufferWriter<byte> output, in OrderCopy copy)
        {
            (Placed + copy.Number).TryFormat(output.GetSpan(20), out var written, "D9", CultureInfo.InvariantCulture);
            output.Advance(written);
        }
    }

    private sealed class ShiftedTime : Part
    {
        private const int Seconds = 19;

        private readonly DateTime _time;
        private readonly string _format;

        public ShiftedTime(string text)
        {
            _time = DateTime.Parse(text, CultureInfo.InvariantCulture);
            var digits = Math.Max(0, text.Length - Seconds - 1);
            _format = $"yyyy-MM-dd'{text[10]}'HH:mm:ss" + (digits > 0 ? "." + new string('f', digits) : "");
        }

        public override void Write(IBufferWriter<byte> output, in OrderCopy copy)
        {
            (_time + copy.Shift).TryFormat(output.GetSpan(32), out var written, _format, CultureInfo.InvariantCulture);
            output.Advance(written);
        }
    }

    private sealed class ReplacedId : Part
    {
        private const int MostIdsOfAnOrder = 1000;

        private readonly bool _dashed;
        private readonly int _number;
        private readonly ulong _high;
        private readonly bool _isOrderedByTime;

        public ReplacedId(string id, bool dashed, int number)
        {
            (_dashed, _number) = (dashed, number);
            _high = ulong.Parse(id[..16], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

            // The ids of events begin with their time in milliseconds (UUID version 7): an index grows at its end, with copies too.
            var milliseconds = (long)(_high >> 16);
            _isOrderedByTime =
                Math.Abs(milliseconds - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) < TimeSpan.FromDays(1).TotalMilliseconds;
        }

        public override void Write(IBufferWriter<byte> output, in OrderCopy copy)
        {
            var seed = (ulong)((copy.Number + 1) * MostIdsOfAnOrder + _number);
            var high = _isOrderedByTime ? _high + ((ulong)(long)copy.Shift.TotalMilliseconds << 16) : Mix(seed * 2);
            var text = output.GetSpan(36);
            high.TryFormat(text, out _, "x16", CultureInfo.InvariantCulture);
            Mix((seed * 2) + 1).TryFormat(text[16..], out _, "x16", CultureInfo.InvariantCulture);
            if (_dashed)
            {
                foreach (var dash in (ReadOnlySpan<int>)[8, 13, 18, 23])
                {
                    text[dash..35].CopyTo(text[(dash + 1)..]);
                    text[dash] = (byte)'-';
                }
            }

            output.Advance(_dashed ? 36 : 32);
        }

        // SplitMix64 (Steele, Lea and Flood 2014): different inputs give different outputs, spread over the whole range.
        private static ulong Mix(ulong seed)
        {
            var mixed = (seed + 1) * 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
