namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>Loops of background work: a failure is reported and followed by a pause, and never ends the loop.</summary>
public static class Repeat
{
    /// <summary>Runs a step again and again until the process stops.</summary>
    /// <param name="step">Returns the pause until it runs again.</param>
    /// <param name="onFailure">Reports what the step threw.</param>
    /// <param name="pauseAfterFailure">Until the next run after a failure.</param>
    /// <param name="time">Measures the pauses.</param>
    /// <param name="stoppingToken">Ends the loop; a step that it cancels has not failed.</param>
    public static async Task ForeverAsync(
        Func<CancellationToken, Task<TimeSpan>> step,
        Action<Exception> onFailure,
        TimeSpan pauseAfterFailure,
        TimeProvider time,
        CancellationToken stoppingToken
    )
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await step(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                onFailure(e);
                pause = pauseAfterFailure;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs a step until it succeeds once, or the process stops.</summary>
    /// <param name="step">What is to be done.</param>
    /// <param name="onFailure">Reports what the step threw.</param>
    /// <param name="pauseAfterFailure">Until the next try.</param>
    /// <param name="stoppingToken">Ends the tries.</param>
    public static async Task UntilDoneAsync(
        Func<CancellationToken, Task> step,
        Action<Exception> onFailure,
        TimeSpan pauseAfterFailure,
        CancellationToken stoppingToken
    )
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await ForeverAsync(
            async cancellationToken =>
            {
                await step(cancellationToken);
                await done.CancelAsync();
                return TimeSpan.Zero;
            },
            onFailure,
            pauseAfterFailure,
            TimeProvider.System,
            done.Token
        );
    }
}
