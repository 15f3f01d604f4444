using System.Diagnostics;

namespace MariosPizzeria.SystemTests;

/// <summary>Waits for asynchronous effects, with a deadline.</summary>
public static class Eventually
{
    /// <summary>The default deadline, for tests that do not measure the time itself.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    /// <summary>Polls until the answer satisfies a condition.</summary>
    /// <returns>The answer that satisfied it.</returns>
    public static async Task<T> GivesAsync<T>(Func<Task<T>> ask, Func<T, bool> satisfies, string what, TimeSpan? within = null)
    {
        var deadline = within ?? Deadline;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (satisfies(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(started) > deadline)
            {
                throw new ShouldAssertException($"Within {deadline.TotalSeconds} s {what}; the last answer was: {answer}");
            }

            await Task.Delay(Pace);
        }
    }

    /// <summary>Polls until the condition holds.</summary>
    public static Task HoldsAsync(Func<Task<bool>> ask, string what, TimeSpan? within = null) =>
        GivesAsync(ask, holds => holds, what, within);
}
