namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>A replica that gets SIGTERM under load loses no request, and exits by itself in time.</summary>
internal sealed class Disposability(RunningSystem subject) : Factor("IX", "Disposability")
{
    public override async Task<string> VerifyAsync()
    {
        await subject.UntilReadyAsync();
        var replica = (await subject.StatusAsync()).Processes.Last(p => p.Name == "order");
        using var load = CancellationTokenSource.CreateLinkedTokenSource(subject.Cancellation);
        var (sent, failed) = (0, 0);
        var pause = TimeSpan.FromMilliseconds(20);
        var requests = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync()));
        await Task.Delay(500, subject.Cancellation);
        var clock = Stopwatch.StartNew();
        Posix.Signal(replica.Pid ?? 0, Posix.SigTerm);
        await subject.UntilAsync(() => Task.FromResult(!Directory.Exists($"/proc/{replica.Pid}")), "the replica ends at SIGTERM");
        var ended = clock.Elapsed;

        // The requests continue at a lower rate, to leave processor time for the restarting replica.
        pause = TimeSpan.FromMilliseconds(200);
        var back = await subject.UntilBackAsync(replica);
        await load.CancelAsync();
        await requests;
        Unless(failed == 0, $"{failed} of {sent} requests failed while order/{replica.Replica} was told to stop");
        Unless(ended < TimeSpan.FromSeconds(35), $"order/{replica.Replica} took {ended.TotalSeconds:0} s to end");
        return $"SIGTERM to order/{replica.Replica} under load: gone after {ended.TotalSeconds:0.0} s, ready again {back.TotalSeconds:0.0} s later, {failed} of {sent} requests failed";

        async Task LoadAsync()
        {
            var lastOrder = 0L;
            while (!load.IsCancellationRequested)
            {
                // Places an order at most every 300 ms, because of the rate limit of a customer, and otherwise reads orders. Requests in
                // flight at the end are awaited.
                var places = lastOrder == 0 || Stopwatch.GetElapsedTime(lastOrder) > TimeSpan.FromMilliseconds(300);
                lastOrder = places ? Stopwatch.GetTimestamp() : lastOrder;
                bool good;
                try
                {
                    using var answer = places
                        ? await subject.SendOrderAsync("cash")
                        : await subject.Http.GetAsync(new Uri("/api/orders?pageSize=1", UriKind.Relative), subject.Cancellation);
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

                await Task.Delay(pause, subject.Cancellation);
            }
        }
    }
}
