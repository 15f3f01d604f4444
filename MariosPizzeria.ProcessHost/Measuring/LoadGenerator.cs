using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>A load of requests of one kind. Each connection sends its next request when the previous one is answered.</summary>
/// <param name="Address">The server's address, with an IP address as host.</param>
/// <param name="Seconds">The time in which new requests are sent.</param>
internal sealed record LoadRequest(Uri Address, string Method, string Path, double Seconds)
{
    /// <summary>The number of concurrent requests.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>The bearer token; null for anonymous requests.</summary>
    public string? Token { get; init; }

    /// <summary>The JSON body, sent with a new idempotency key in each request; null for none.</summary>
    public string? Body { get; init; }
}

/// <summary>The result of a load.</summary>
/// <param name="Seconds">The time from the start of the load to its last answer.</param>
/// <param name="Answered">The number of successful requests; the percentiles are of these.</param>
/// <param name="P50">The time in milliseconds within which half of them were answered.</param>
/// <param name="P95">The time in milliseconds within which 95 % were answered.</param>
/// <param name="P99">The time in milliseconds within which 99 % were answered.</param>
/// <param name="Failed">Requests answered with an error, or not at all.</param>
/// <param name="Refused">Requests answered with 503 and Retry-After; the next request was sent after that time.</param>
/// <param name="ProcessorMicroseconds">Processor time of the load generator itself.</param>
/// <param name="FirstFailure">The error of the first failed request.</param>
internal sealed record LoadResult(
    double Seconds,
    long Answered,
    double P50,
    double P95,
    double P99,
    long Failed,
    long Refused,
    double ProcessorMicroseconds,
    string? FirstFailure
);

/// <summary>
/// Puts a load on a server, with a thread for each connection: the kernel wakes the thread when its answer arrives, so that answers to
/// other connections do not increase a latency.
/// </summary>
internal static class LoadGenerator
{
    private const string KeyPlaceholder = "00000000000000000000000000000000";
    private const int StackSize = 256 * 1024;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    public static LoadResult Run(LoadRequest load)
    {
        var server = new IPEndPoint(IPAddress.Parse(load.Address.Host), load.Address.Port);
        var connections = Enumerable.Range(0, load.Connections).Select(_ => new Connection(server, load)).ToList();
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var threads = connections.ConvertAll(connection => new Thread(() => connection.Run(started), StackSize));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var cpu = Environment.CpuUsage.TotalTime - cpuBefore;

        int[] times = [.. connections.SelectMany(connection => connection.Microseconds)];
        Array.Sort(times);
        return new(
            seconds,
            times.Length,
            At(0.50),
            At(0.95),
            At(0.99),
            connections.Sum(connection => connection.Failed),
            connections.Sum(connection => connection.Refused),
            cpu.TotalMicroseconds,
            connections.Select(connection => connection.FirstFailure).FirstOrDefault(failure => failure is not null)
        );

        double At(double share) => times.Length == 0 ? 0 : times[Math.Min(times.Length - 1, (int)(times.Length * share))] / 1000.0;
    }

    /// <summary>Returns the bytes of one request, and the position of its idempotency key; -1 if it has none.</summary>
    private static (byte[] Bytes, int Key) Compose(LoadRequest load)
    {
        var text = new StringBuilder();
        text.Append($"{load.Method} {load.Path} HTTP/1.1\r\nHost: {load.Address.Authority}\r\n");
        if (load.Token is not null)
        {
            text.Append($"Authorization: Bearer {load.Token}\r\n");
        }

        if (load.Body is not null)
        {
            text.Append($"Idempotency-Key: {KeyPlaceholder}\r\nContent-Type: application/json\r\n");
            text.Append($"Content-Length: {Encoding.UTF8.GetByteCount(load.Body)}\r\n");
        }

        var bytes = Encoding.UTF8.GetBytes($"{text}\r\n{load.Body}");
        return (bytes, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(KeyPlaceholder)));
    }

    private sealed class Connection(IPEndPoint server, LoadRequest load)
    {
        public List<int> Microseconds { get; } = new(16 * 1024);

        public long Failed { get; private set; }

        public long Refused { get; private set; }

        public string? FirstFailure { get; private set; }

        public void Run(long started)
        {
            var duration = TimeSpan.FromSeconds(load.Seconds);
            var (request, key) = Compose(load);
            using var connection = new KeepAliveConnection(server);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                if (key >= 0)
                {
                    Guid.NewGuid().TryFormat(request.AsSpan(key), out _, "N");
                }

                var begun = Stopwatch.GetTimestamp();
                try
                {
                    var answer = connection.Send(request);
                    if (answer.IsGood)
                    {
                        Microseconds.Add((int)Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
                    }
                    else if (answer.IsRefusal)
                    {
                        Refused++;
                        Pause(TimeSpan.FromSeconds(answer.RetryAfterSeconds!.Value));
                    }
                    else
                    {
                        Fail($"{answer.Status}");
                    }
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    Fail(e.Message);
                    Pause(PauseAfterFailure);
                }
            }

            void Pause(TimeSpan wanted)
            {
                // One millisecond is added, because Sleep cuts to whole ones: after a wait to the end, no further request must be sent.
                var left = duration - Stopwatch.GetElapsedTime(started) + TimeSpan.FromMilliseconds(1);
                if (left > TimeSpan.Zero)
                {
                    Thread.Sleep(wanted < left ? wanted : left);
                }
            }
        }

        private void Fail(string reason)
        {
            Failed++;
            FirstFailure ??= reason;
        }
    }
}
