using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Servers;
using RabbitMQ.Client;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>What this machine could do at best, measured at the same time with tools that do nothing else.</summary>
internal static partial class Limits
{
    /// <summary>An nginx that passes everything on to one address; null where nginx is not installed.</summary>
    public static async Task<Nginx?> StartNginxAsync(Uri upstream, CancellationToken cancellation)
    {
        if (ServerPrograms.OnPath("nginx") is not { } program)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("bench-nginx-").FullName;
        var port = LoopbackPort.Free();
        var configuration = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            daemon off;
            worker_processes 1;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              upstream behind { server {{upstream.Authority}}; keepalive 64; }
              server {
                listen 127.0.0.1:{{port}};
                location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }
              }
            }
            """
        );
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, configuration, cancellation);
        var process = Child.Start(
            new ChildStart(program, "-p", folder, "-e", Path.Combine(folder, "error.log"), "-c", file)
            {
                LogFile = Path.Combine(folder, "log"),
            }
        );
        var nginx = new Nginx(process, folder, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
        for (var attempt = 0; attempt < 100 && !process.HasExited; attempt++)
        {
            if (await LoopbackPort.AnswersAsync(port, cancellation))
            {
                return nginx;
            }

            await Task.Delay(50, cancellation);
        }

        var reason = LogTail.Of(Path.Combine(folder, "log"));
        await nginx.DisposeAsync();
        throw new PizzeriaException($"nginx did not start: {reason}");
    }

    /// <summary>
    /// The rate at which PostgreSQL takes what placing an order stores: a document and two events in one transaction, committed to disk.
    /// Null where pgbench is not installed.
    /// </summary>
    public static async Task<double?> PostgresAsync(string connectionString, TimeSpan duration, CancellationToken cancellation)
    {
        var parts = connectionString
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        if (
            ServerPrograms.Postgres() is not { } folder
            || !parts.TryGetValue("Host", out var host)
            || !File.Exists(Path.Combine(folder, "pgbench"))
        )
        {
            return null;
        }

        var script = Path.GetTempFileName();
        try
        {
            const string Setup = """
                drop schema if exists bench cascade;
                create schema bench;
                create table bench.orders (id text primary key, body jsonb not null);
                create table bench.outbox (seq bigint generated always as identity primary key, event_id uuid not null, body text not null);
                """;
            const string Place = """
                with placed as (insert into bench.orders values (gen_random_uuid()::text, jsonb_build_object('status', 'pending', 'filler', repeat('x', 900))))
                insert into bench.outbox (event_id, body) values (gen_random_uuid(), repeat('x', 700)), (gen_random_uuid(), repeat('x', 700));
                """;
            var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["PGHOST"] = host,
                ["PGPORT"] = parts.GetValueOrDefault("Port", "5432"),
                ["PGUSER"] = parts.GetValueOrDefault("Username", ""),
                ["PGPASSWORD"] = parts.GetValueOrDefault("Password", ""),
                ["PGDATABASE"] = parts.GetValueOrDefault("Database", ""),
            };
            await RunAsync("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", Setup);
            await File.WriteAllTextAsync(script, Place.ReplaceLineEndings(" "), cancellation);
            var seconds = Math.Max(1, (int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            var said = await RunAsync("pgbench", "-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", seconds, "-f", script);
            await RunAsync("psql", "-q", "-c", "drop schema bench cascade");
            return TransactionsPerSecond().Match(said) is { Success: true } match
                ? double.Parse(match.Groups["rate"].Value, CultureInfo.InvariantCulture)
                : null;

            async Task<string> RunAsync(string program, params string[] arguments)
            {
                var run = await Child.RunAsync(Path.Combine(folder, program), arguments, cancellation, environment: environment);
                return run.ExitCode == 0 ? run.All : throw new PizzeriaException($"{program} failed: {run.All}");
            }
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>The rate at which RabbitMQ confirms messages of an order event's size in a durable queue.</summary>
    public static async Task<double> RabbitMqAsync(Uri broker, TimeSpan duration, CancellationToken cancellation)
    {
        const int Batch = 200;
        var factory = new ConnectionFactory { Uri = broker };
        await using var connection = await factory.CreateConnectionAsync("bench", cancellation);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellation
        );
        var queue = $"bench-{Guid.NewGuid():N}";
        await channel.QueueDeclareAsync(
            queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" },
            cancellationToken: cancellation
        );
        try
        {
            var body = new byte[1200];
            var properties = new BasicProperties { Persistent = true };
            var sent = 0;
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < duration)
            {
                // In batches with confirms, as the outbox is relayed.
                await Task.WhenAll(
                    Enumerable
                        .Range(0, Batch)
                        .Select(_ => channel.BasicPublishAsync("", queue, mandatory: false, properties, body, cancellation).AsTask())
                );
                sent += Batch;
            }

            return sent / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: CancellationToken.None);
        }
    }

    [GeneratedRegex(@"tps = (?<rate>[\d.]+)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex TransactionsPerSecond();
}

/// <summary>An nginx of our own.</summary>
internal sealed class Nginx(Process process, string folder, Uri address) : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    public Uri Address => address;

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Posix.Signal(process.Id, Posix.SigTerm);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
