namespace MariosPizzeria.BuildingBlocks.Streaming;

/// <summary>Wakes all current waiters with each signal; signals are not queued.</summary>
public sealed class AsyncSignal
{
    private TaskCompletionSource _next = StartWaiting();

    /// <summary>A task that completes with the next signal.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes all waiters.</summary>
    public void Set() => Interlocked.Exchange(ref _next, StartWaiting()).SetResult();

    // The waiters' continuations must not run inside Set.
    private static TaskCompletionSource StartWaiting() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
