using System.Diagnostics;

namespace MariosPizzeria.SystemTests;

/// <summary>Waits for what happens by itself, with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer satisfies.</summary>
    /// <returns>The answer that did.</returns>
    public static async Task<T> Gives<T>(Func<Task<T>> ask, Func<T, bool> satisfies, TimeSpan within, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (satisfies(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(started) > within)
            {
                throw new ShouldAssertException($"Within {within.TotalSeconds} s {what}; the last answer was: {answer}");
            }

            await Task.Delay(Pace);
        }
    }

    /// <summary>Asks until it is so.</summary>
    public static Task Holds(Func<Task<bool>> ask, TimeSpan within, string what) => Gives(ask, holds => holds, within, what);
}
