using System.Diagnostics;

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>Waits for asynchronous effects: polls a condition until a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until the condition holds; at the deadline it fails with what was expected.</summary>
    public static Task UntilAsync(string expected, Func<bool> condition, TimeSpan? deadline = null) =>
        UntilAsync(expected, () => Task.FromResult(condition()), deadline);

    /// <summary>Polls until the condition holds; at the deadline it fails with what was expected. An exception counts as false.</summary>
    public static async Task UntilAsync(string expected, Func<Task<bool>> condition, TimeSpan? deadline = null)
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
