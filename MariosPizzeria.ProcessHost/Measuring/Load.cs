using System.Collections.Concurrent;
using System.Diagnostics;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>What a load came to.</summary>
/// <param name="PerSecond">Good answers a second.</param>
/// <param name="P50">Milliseconds that half of them took at most.</param>
/// <param name="P95">Milliseconds that 95 % took at most.</param>
/// <param name="P99">Milliseconds that 99 % took at most.</param>
/// <param name="Failed">Answers that were not good.</param>
internal sealed record Figures(double PerSecond, double P50, double P95, double P99, long Failed)
{
    /// <summary>Of what was measured elsewhere: a rate alone.</summary>
    public static Figures RateOf(double perSecond) => new(perSecond, 0, 0, 0, 0);
}

/// <summary>Many at once who each send the next request when the last is answered.</summary>
internal static class Load
{
    /// <summary>Runs the load.</summary>
    /// <param name="send">Sends one request; true where its answer is good.</param>
    /// <param name="atOnce">How many wait for an answer at a time.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Figures> RunAsync(
        Func<CancellationToken, Task<bool>> send,
        int atOnce,
        TimeSpan duration,
        CancellationToken cancellation
    )
    {
        var times = new ConcurrentBag<List<double>>();
        var failed = 0L;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(OneAsync, cancellation)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] all = [.. times.SelectMany(each => each).Order()];
        return new Figures(all.Length / seconds, At(0.50), At(0.95), At(0.99), failed);

        double At(double share) => all.Length == 0 ? 0 : all[Math.Min(all.Length - 1, (int)(all.Length * share))];

        async Task OneAsync()
        {
            var own = new List<double>();
            times.Add(own);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var begun = Stopwatch.GetTimestamp();
                if (await send(cancellation))
                {
                    own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                }
                else
                {
                    Interlocked.Increment(ref failed);
                }
            }
        }
    }
}
