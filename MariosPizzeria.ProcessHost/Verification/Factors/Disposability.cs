using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>SIGTERM to a replica under load loses no request, and it ends by itself in time.</summary>
internal sealed class Disposability(Subject subject) : IFactor
{
    public string Number => "IX";

    public string Name => "Disposability";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        await subject.UntilReadyAsync(cancellation);
        var replica = (await subject.StatusAsync(cancellation)).Processes.Last(p => p.Name == "order");
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (sent, failed) = (0, 0);
        var pause = TimeSpan.FromMilliseconds(20);
        var requests = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync()));
        await Task.Delay(500, cancellation);
        var clock = Stopwatch.StartNew();
        Posix.Signal(replica.Pid ?? 0, Posix.SigTerm);
        await Subject.UntilAsync(
            () => Task.FromResult(!Directory.Exists($"/proc/{replica.Pid}")),
            "the replica ends at SIGTERM",
            cancellation
        );
        var ended = clock.Elapsed;

        // They go on, but leave the replica that starts again a processor.
        pause = TimeSpan.FromMilliseconds(200);
        var back = await subject.UntilBackAsync(replica, cancellation);
        await load.CancelAsync();
        await requests;
        VerificationException.Unless(failed == 0, $"{failed} of {sent} requests failed while order/{replica.Replica} was told to stop");
        VerificationException.Unless(ended < TimeSpan.FromSeconds(35), $"order/{replica.Replica} took {ended.TotalSeconds:0} s to end");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SIGTERM to order/{replica.Replica} under load: gone after {ended.TotalSeconds:0.0} s, ready again {back.TotalSeconds:0.0} s later, {failed} of {sent} requests failed"
        );

        async Task LoadAsync()
        {
            var lastOrder = 0L;
            while (!load.IsCancellationRequested)
            {
                // Now and then an order, for a customer may not place them without end; else they are read. What is in flight at the end
                // is waited for.
                var places = lastOrder == 0 || Stopwatch.GetElapsedTime(lastOrder) > TimeSpan.FromMilliseconds(300);
                lastOrder = places ? Stopwatch.GetTimestamp() : lastOrder;
                bool good;
                try
                {
                    using var answer = places
                        ? await subject.SendOrderAsync(Guid.NewGuid().ToString("N"), "cash", cancellation)
                        : await subject.Http.GetAsync(new Uri("/api/orders?pageSize=1", UriKind.Relative), cancellation);
                    good = answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    good = false;
                }

                Interlocked.Increment(ref sent);
                if (!good)
                {
                    Interlocked.Increment(ref failed);
                }

                await Task.Delay(pause, cancellation);
            }
        }
    }
}
