using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// Stores a year of orders by COPY directly in the services' tables. A few orders are placed and pass through the product; the rows
/// that it stored for them are copied with other ids, times and customers. PostgreSQL only.
/// </summary>
internal sealed partial class StoredOrders
{
    private const int OrdersOfAGuest = 20;

    /// <summary>One of this many orders belongs to the account customer, so that a user's own list is long.</summary>
    private const int AccountOrderInterval = 100;

    /// <summary>One of this many orders was cancelled.</summary>
    private const int CancelledOrderInterval = 20;

    private const int FlushBytes = 1 << 16;

    private static readonly TimeSpan Span = TimeSpan.FromDays(365);

    /// <summary>The age of the newest order: older than the orders that the product reads during the load of a bench.</summary>
    private static readonly TimeSpan Newest = TimeSpan.FromHours(1);

    /// <summary>The highest age of rows in these tables: a day below the product's limit, so that a measurement sees no deletes.</summary>
    private static readonly Dictionary<string, TimeSpan> Kept = new()
    {
        ["inbox"] = TimeSpan.FromDays(29),
        ["notifications"] = TimeSpan.FromDays(29),
        ["tickets"] = TimeSpan.FromDays(6),
    };

    private static readonly string[] FirstNames = ["Ada", "Bruno", "Carla", "Dario", "Elena", "Fabio", "Gina", "Ivo", "Lucia", "Marta"];
    private static readonly string[] LastNames = ["Bianchi", "Conti", "Ferri", "Gallo", "Leone", "Marini", "Ricci", "Serra", "Testa"];

    private readonly RunningSystem _subject;
    private readonly IReadOnlyList<Psql> _databases;
    private readonly List<(Psql Database, string Table, long LastTransaction)> _filled = [];

    private StoredOrders(RunningSystem subject, IReadOnlyList<Psql> databases) => (_subject, _databases) = (subject, databases);

    /// <summary>Prepares to store orders in a system without any.</summary>
    /// <exception cref="PizzeriaException">The documents are not in PostgreSQL.</exception>
    public static async Task<StoredOrders> OfAsync(RunningSystem subject) => new(subject, await DatabasesAsync(subject));

    /// <summary>The databases of the services, as the server's owner.</summary>
    /// <exception cref="PizzeriaException">They are not in PostgreSQL.</exception>
    public static async Task<IReadOnlyList<Psql>> DatabasesAsync(RunningSystem subject)
    {
        var databases = new List<Psql>();
        foreach (var project in subject.Manifest.Projects.Where(project => project.Env.ContainsKey($"ConnectionStrings__{project.Name}db")))
        {
            var launch = (await subject.SendToHostAsync(new("one-off") { Name = project.Name, AsOwner = true })).OneOff!;
            databases.Add(
                Psql.Of(launch.Environment[$"ConnectionStrings__{project.Name}db"])
                    ?? throw new PizzeriaException("--stored needs PostgreSQL, but the documents are in another database.")
            );
        }

        return databases;
    }

    /// <summary>Stores the given number of orders with all rows that belong to them.</summary>
    public async Task FillAsync(int count)
    {
        var account = await _subject.AccountIdAsync("customer");
        var staff = new HashSet<string>();
        foreach (var role in (string[])["chef", "driver", "manager"])
        {
            staff.Add(await _subject.AccountIdAsync(role));
        }

        var templates = new List<TemplateOrder>();
        foreach (var id in await OrderTemplates.PlaceAllAsync(_subject))
        {
            templates.Add(await ReadAsync(id, account, staff));
        }

        var copies = new OrderCopies(count, account);
        var tables = templates.SelectMany(template => template.Rows.Keys).Distinct().ToList();
        foreach (var (database, table) in tables)
        {
            Console.Error.WriteLine($"storing {count} orders: {table}");
            await database.CopyAsync(table, rows => WriteAsync(rows, table, templates, copies, database), _subject.Cancellation);
            await database.RunAsync($"vacuum (analyze) \"{table}\"", _subject.Cancellation);
            var last = await database.RunAsync("select pg_current_xact_id()", _subject.Cancellation);
            _filled.Add((database, table, long.Parse(last, CultureInfo.InvariantCulture)));
        }

        await _databases[0].RunAsync("checkpoint", _subject.Cancellation);
    }

    /// <summary>Deletes the rows stored in the same tables since they were filled, so that each run begins with the same orders.</summary>
    public async Task ResetAsync(CancellationToken cancellation)
    {
        foreach (var (database, table, last) in _filled)
        {
            // xmin is the id of the transaction that stored a row; on a new server these ids have not wrapped around.
            await database.RunAsync($"delete from \"{table}\" where xmin::text::bigint > {last}", cancellation);
            await database.RunAsync($"vacuum (analyze) \"{table}\"", cancellation);
        }
    }

    private static async Task WriteAsync(Stream rows, string table, List<TemplateOrder> templates, OrderCopies copies, Psql database)
    {
        var kept = Kept.GetValueOrDefault(table, TimeSpan.MaxValue);
        var buffer = new ArrayBufferWriter<byte>(2 * FlushBytes);
        for (var number = 0; number < copies.Count; number++)
        {
            var template = templates[number % CancelledOrderInterval == 0 ? ^1 : number % (templates.Count - 1)];
            if (copies.AgeOf(number) > kept || !template.Rows.TryGetValue((database, table), out var own))
            {
                continue;
            }

            var copy = copies.Of(number, template);
            own.ForEach(row => row.Write(buffer, copy));
            if (buffer.WrittenCount > FlushBytes)
            {
                await rows.WriteAsync(buffer.WrittenMemory);
                buffer.ResetWrittenCount();
            }
        }

        await rows.WriteAsync(buffer.WrittenMemory);
    }

    /// <summary>Reads every row that belongs to an order: rows with its id, or with the id of one of its events.</summary>
    private async Task<TemplateOrder> ReadAsync(string order, string account, HashSet<string> staff)
    {
        var ids = new HashSet<string> { order };
        foreach (var (_, _, row) in await RowsWithAsync(order))
        {
            ids.UnionWith(Ids().Matches(row).Select(match => match.Value));
        }

        ids.RemoveWhere(id => id == account || staff.Contains(id));
        var any = string.Join('|', ids.SelectMany(id => (string[])[id, id.Replace("-", "")]).Distinct());
        var texts = new OrderReplacements(OrderCopies.TextsOf(account, OrderTemplates.Name, RunningSystem.Phone)) { Kept = staff };
        var rows = (await RowsWithAsync(any))
            .GroupBy(row => (row.Database, row.Table), row => new RowTemplate(row.Row, texts))
            .ToDictionary(rows => rows.Key, rows => rows.ToList());
        var placedAt = (await _subject.GetAsync($"/api/orders/{order}")).GetProperty("placedAt").GetDateTimeOffset();
        return new(placedAt.UtcDateTime, rows);
    }

    private async Task<IReadOnlyList<(Psql Database, string Table, string Row)>> RowsWithAsync(string pattern)
    {
        var found = new List<(Psql, string, string)>();
        foreach (var database in _databases)
        {
            var tables = await database.RunAsync("select tablename from pg_tables where schemaname = 'public'", _subject.Cancellation);
            foreach (var table in tables.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var rows = await database.RunAsync(
                    $"copy (select * from \"{table}\" stored where stored::text ~ '{pattern}') to stdout",
                    _subject.Cancellation
                );
                found.AddRange(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => (database, table, row)));
            }
        }

        return found;
    }

    [GeneratedRegex(RowTemplate.Id, RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Ids();

    /// <summary>An order and the rows that the product stored for it.</summary>
    private sealed record TemplateOrder(DateTime PlacedAt, Dictionary<(Psql Database, string Table), List<RowTemplate>> Rows);

    /// <summary>The time and the customer of each copy: evenly over a year, by guests who order repeatedly.</summary>
    private sealed class OrderCopies(int count, string account)
    {
        private readonly DateTime _now = DateTime.UtcNow;
        private readonly int _guests = Math.Max(1, count / OrdersOfAGuest);

        public int Count => count;

        /// <summary>The stored texts of a customer: id, name, folded name, phone, and the phone's digits in reverse order.</summary>
        public static IReadOnlyList<string> TextsOf(string id, string name, string phone) =>
            [id, name, name.ToLowerInvariant(), phone, string.Concat(phone.Where(char.IsAsciiDigit).Reverse())];

        public TimeSpan AgeOf(int number) => Newest + (Span * ((double)(count - 1 - number) / count));

        public OrderCopy Of(int number, TemplateOrder template)
        {
            var guest = number % _guests;
            var name = $"{FirstNames[guest % FirstNames.Length]} {LastNames[guest / FirstNames.Length % LastNames.Length]}";
            var phone = $"{RunningSystem.Phone[..^7]}{(guest * 7919L) % 10_000_000:0000000}";
            var texts = TextsOf(number % AccountOrderInterval == 0 ? account : $"{guest:x32}", name, phone);

            // Whole seconds, so that a time that is stored twice with different precision stays the same.
            var shift = TimeSpan.FromSeconds(Math.Floor((_now - AgeOf(number) - template.PlacedAt).TotalSeconds));
            return new(number, shift, [.. texts.Select(Encoding.UTF8.GetBytes)]);
        }
    }
}
