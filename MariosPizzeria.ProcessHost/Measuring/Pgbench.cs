using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// Measures PostgreSQL with only the writes of a placed order: a document and two events in one transaction, committed to disk.
/// </summary>
internal static partial class Pgbench
{
    private const string Setup = """
        drop schema if exists bench cascade;
        create schema bench;
        create table bench.orders (id text primary key, body jsonb not null);
        create table bench.outbox (seq bigint generated always as identity primary key, event_id uuid not null, body text not null);
        """;

    private const string Place = """
        with placed as (insert into bench.orders values (gen_random_uuid()::text, jsonb_build_object('status', 'pending', 'filler', repeat('x', 900))))
        insert into bench.outbox (event_id, body) values (gen_random_uuid(), repeat('x', 700)), (gen_random_uuid(), repeat('x', 700));
        """;

    private const int LongestSeconds = 30;

    /// <summary>Runs pgbench with 16 clients, for longer if no transaction ended in the given time.</summary>
    /// <param name="script">A file for its script.</param>
    /// <returns>Transactions, and transactions per second.</returns>
    /// <exception cref="PizzeriaException">pgbench failed.</exception>
    public static async Task<(double Transactions, double PerSecond)> RunAsync(
        Psql database,
        string script,
        TimeSpan duration,
        CancellationToken cancellation
    )
    {
        await database.RunAsync(Setup, cancellation);
        await File.WriteAllTextAsync(script, Place.ReplaceLineEndings(" "), cancellation);
        for (var seconds = Math.Max(1, (int)duration.TotalSeconds); ; seconds *= 2)
        {
            string[] arguments = ["-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", $"{seconds}", "-f", script];
            var said = await database.RunToolAsync("pgbench", arguments, cancellation);
            var (count, rate) = (Transactions().Match(said), TransactionsPerSecond().Match(said));
            if (count.Success && rate.Success)
            {
                await database.RunAsync("drop schema bench cascade", cancellation);
                return (Number(count), Number(rate));
            }

            // On a busy machine it is possible that no transaction ends within a second; then pgbench prints no rate.
            if (!count.Success || Number(count) > 0 || seconds > LongestSeconds)
            {
                throw new PizzeriaException($"pgbench's output could not be parsed: {said}");
            }
        }
    }

    private static double Number(Match match) => double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"transactions actually processed: (?<number>\d+)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Transactions();

    [GeneratedRegex(@"tps = (?<number>[\d.]+)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex TransactionsPerSecond();
}
