using Npgsql;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>Reads the system's databases with its own SQL, without the system's code.</summary>
internal sealed class Stores : IAsyncDisposable
{
    // Each of these consumers handles at most one event for a document: two inbox rows mean that one event has two ids.
    private static readonly string[] HandledOnce =
    [
        "OrderConfirmedConsumer",
        "OrderCancelledConsumer",
        "ChargeCard",
        "ConfirmPaidOrder",
        "CancelUnpaidOrder",
        "NoteRefund",
    ];

    private readonly Dictionary<string, NpgsqlDataSource> _databases = [];

    public static async Task<Stores> ConnectAsync(ChaosSystem system)
    {
        var stores = new Stores();
        foreach (var service in (string[])["order", "kitchen", "menu"])
        {
            var connection = await system.SettingAsync(service, $"ConnectionStrings__{service}db");
            stores._databases[service] = NpgsqlDataSource.Create(connection);
        }

        return stores;
    }

    public Task<IReadOnlyList<StoredOrder>> OrdersAsync(CancellationToken cancellation) =>
        ReadAsync("order", "orders", StoredOrder.Of, cancellation);

    public Task<IReadOnlyList<StoredPayment>> PaymentsAsync(CancellationToken cancellation) =>
        ReadAsync("order", "payments", StoredPayment.Of, cancellation);

    public Task<IReadOnlyList<StoredNotification>> NotificationsAsync(CancellationToken cancellation) =>
        ReadAsync("order", "notifications", StoredNotification.Of, cancellation);

    public Task<IReadOnlyList<StoredTicket>> TicketsAsync(CancellationToken cancellation) =>
        ReadAsync("kitchen", "tickets", StoredTicket.Of, cancellation);

    /// <summary>Returns the number of orders that are neither delivered nor cancelled.</summary>
    public async Task<long> OpenOrdersAsync(CancellationToken cancellation)
    {
        await using var command = _databases["order"]
            .CreateCommand("select count(*) from orders where body ->> 'status' not in ('delivered', 'cancelled')");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Returns the ids of the orders that hold a slot of the kitchen.</summary>
    public async Task<IReadOnlyList<string>> SlotsAsync(CancellationToken cancellation) =>
        [
            .. (
                await ReadAsync(
                    "kitchen",
                    "kitchens",
                    kitchen => kitchen.GetProperty("slots").EnumerateArray().Select(slot => slot.Text("orderId")!).ToList(),
                    cancellation
                )
            ).SelectMany(slots => slots),
        ];

    /// <summary>Returns the backlog of each outbox.</summary>
    public async Task<IReadOnlyList<OutboxState>> OutboxesAsync(CancellationToken cancellation)
    {
        var states = new List<OutboxState>();
        foreach (var (service, database) in _databases)
        {
            await using var command = database.CreateCommand(
                "select count(*), coalesce(extract(epoch from now() - min(stored_at)), 0)::float8 from outbox"
            );
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            states.Add(new(service + "db", reader.GetInt64(0), reader.GetDouble(1)));
        }

        return states;
    }

    /// <summary>Returns the documents for which one consumer handled two events, according to the inboxes.</summary>
    public async Task<IReadOnlyList<string>> HandledTwiceAsync(CancellationToken cancellation)
    {
        var found = new List<string>();
        foreach (var service in (string[])["order", "kitchen"])
        {
            await using var command = _databases[service]
                .CreateCommand(
                    """
                    select document_id, consumer, count(*) from inbox where consumer = any($1)
                    group by collection, document_id, consumer having count(*) > 1
                    """
                );
            command.Parameters.Add(new() { Value = HandledOnce });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add($"{reader.GetString(0)}: {reader.GetInt64(2)} messages were handled by {reader.GetString(1)}");
            }
        }

        return found;
    }

    /// <summary>Returns transactions that have been idle for more than 10 seconds, and advisory locks.</summary>
    public async Task<IReadOnlyList<string>> LocksAsync(CancellationToken cancellation)
    {
        var found = new List<string>();
        foreach (var (service, database) in _databases)
        {
            await using var command = database.CreateCommand(
                """
                select 'transaction of ' || coalesce(application_name, '?') || ' since ' || xact_start::text from pg_stat_activity
                where datname = current_database() and state like 'idle in transaction%' and state_change < now() - interval '10 seconds'
                union all
                select 'advisory lock ' || objid::text from pg_locks
                where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
                """
            );
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add($"{service}db: {reader.GetString(0)}");
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases.Values)
        {
            await database.DisposeAsync();
        }
    }

    private async Task<IReadOnlyList<T>> ReadAsync<T>(
        string service,
        string table,
        Func<JsonElement, T> read,
        CancellationToken cancellation
    )
    {
        await using var command = _databases[service].CreateCommand($"select body::text from {table}");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var documents = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            using var document = JsonDocument.Parse(reader.GetString(0));
            documents.Add(read(document.RootElement));
        }

        return documents;
    }
}
