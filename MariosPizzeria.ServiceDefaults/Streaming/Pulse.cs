namespace MariosPizzeria.ServiceDefaults.Streaming;

/// <summary>Wakes everybody who waits for the next beat; nothing is queued for anybody.</summary>
public sealed class Pulse
{
    private TaskCompletionSource _next = Beginning();

    /// <summary>Ends with the next beat.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes them.</summary>
    public void Beat() => Interlocked.Exchange(ref _next, Beginning()).SetResult();

    // Those who wake must not run inside the beat.
    private static TaskCompletionSource Beginning() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
