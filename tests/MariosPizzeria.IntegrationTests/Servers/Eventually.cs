using System.Diagnostics;

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>Waits for what comes about by itself, by looking again and again until a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until the condition holds, or fails with what was expected.</summary>
    public static Task Until(string expected, Func<bool> condition, TimeSpan? deadline = null) =>
        Until(expected, () => Task.FromResult(condition()), deadline);

    /// <summary>Looks until the condition holds, or fails with what was expected. A look that throws counts as one in vain.</summary>
    public static async Task Until(string expected, Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        var started = Stopwatch.GetTimestamp();
        Exception? last;
        do
        {
            try
            {
                if (await condition())
                {
                    return;
                }

                last = null;
            }
            catch (Exception e)
            {
                last = e;
            }

            await Task.Delay(Interval);
        } while (Stopwatch.GetElapsedTime(started) < (deadline ?? Deadline));

        throw new TimeoutException($"In vain waited until {expected}.", last);
    }
}
