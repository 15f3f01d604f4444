namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>Loops of background work: a failure is reported and followed by a pause; it never ends the loop.</summary>
public static class RetryLoop
{
    /// <summary>Runs a step repeatedly until the process stops.</summary>
    /// <param name="step">The step; returns the pause until its next run.</param>
    /// <param name="onFailure">Reports the exception of the step.</param>
    /// <param name="pauseAfterFailure">The pause until the next run after a failure.</param>
    /// <param name="stoppingToken">Ends the loop; a step that it cancels has not failed.</param>
    public static async Task RunForeverAsync(
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

            // A delay is truncated to whole milliseconds: without rounding up, the step would run repeatedly during the remaining fraction.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs a step until it succeeds once, or the process stops.</summary>
    /// <param name="onFailure">Reports the exception of the step.</param>
    /// <param name="pauseAfterFailure">The pause until the next attempt.</param>
    public static async Task RetryUntilDoneAsync(
        Func<CancellationToken, Task> step,
        Action<Exception> onFailure,
        TimeSpan pauseAfterFailure,
        CancellationToken stoppingToken
    )
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await RunForeverAsync(
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
