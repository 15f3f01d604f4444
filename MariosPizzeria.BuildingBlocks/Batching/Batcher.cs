using System.Collections.Concurrent;

namespace MariosPizzeria.BuildingBlocks.Batching;

/// <summary>
/// Executes concurrent items in batches. An item that arrives while the maximum number of batches is running is executed with the next
/// batch; an item that arrives alone is executed at once. Each item has its own result. A batch is executed in the execution context of
/// its first item's caller (trace, correlation id); each caller continues in its own context.
/// </summary>
/// <param name="concurrency">The maximum number of running batches, without those that exceed <paramref name="longestHold"/>.</param>
/// <param name="size">The maximum number of items in a batch.</param>
/// <param name="execute">
/// Returns a result for each item, in the order of the items. Its exception is thrown to the caller of every item, unless
/// <paramref name="isOneItemsFault"/> returns true for it.
/// </param>
/// <param name="isOneItemsFault">
/// Whether an exception means that nothing was done because one of the items is faulty. Then each item is executed alone, and only the
/// caller of the faulty item gets the exception.
/// </param>
/// <param name="time">Measures <paramref name="longestHold"/>; null if a batch that hangs may delay the following batches.</param>
/// <param name="longestHold">After this time a running batch continues, but does not delay the next batch any further.</param>
public sealed class Batcher<TItem, TResult>(
    int concurrency,
    int size,
    Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> execute,
    Func<Exception, bool> isOneItemsFault,
    TimeProvider? time = null,
    TimeSpan longestHold = default
)
{
    private readonly ConcurrentQueue<Pending> _pending = new();
    private int _running;

    /// <summary>Executes an item in a batch. Cancellation ends the caller's wait, not the execution.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<TResult> ExecuteAsync(TItem item, CancellationToken cancellationToken)
    {
        var pending = new Pending(item, ExecutionContext.Capture());
        _pending.Enqueue(pending);
        TryStart();

        // Task.WaitAsync would pass the result on through the thread pool, which the simulation does not allow, and allocate one task more.
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Pending)state!).TrySetCanceled(token),
            pending
        );
        return await pending.Task;
    }

    // The count is increased only when a run starts. An increment that is undone could hide for a moment that a run has ended, and an item
    // would wait until the next item arrives.
    private void TryStart()
    {
        var running = Volatile.Read(ref _running);
        while (running < concurrency)
        {
            var before = Interlocked.CompareExchange(ref _running, running + 1, running);
            if (before == running)
            {
                _ = RunAsync();
                return;
            }

            running = before;
        }
    }

    private async Task RunAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            var execution = RunAsync(batch);
            if (time is null)
            {
                await execution;
            }
            else if (!execution.IsCompleted)
            {
                await execution
                    .WaitAsync(longestHold, time)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Interlocked.Decrement(ref _running);

        // An item may have been added after the queue was found empty, by a caller that still saw this run counted.
        if (!_pending.IsEmpty)
        {
            TryStart();
        }
    }

    private List<Pending> Next()
    {
        var batch = new List<Pending>();
        while (batch.Count < size && _pending.TryDequeue(out var next))
        {
            batch.Add(next);
        }

        return batch;
    }

    private async Task RunAsync(List<Pending> batch)
    {
        try
        {
            var results = await ExecuteInContextOfFirstAsync(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].TrySetResult(results[i]);
            }
        }
        catch (Exception e) when (batch.Count > 1 && isOneItemsFault(e))
        {
            foreach (var pending in batch)
            {
                await RunAsync([pending]);
            }
        }
        catch (Exception e)
        {
            foreach (var pending in batch)
            {
                pending.TrySetException(e);
            }
        }
    }

    private Task<IReadOnlyList<TResult>> ExecuteInContextOfFirstAsync(List<Pending> batch)
    {
        if (batch[0].Context is not { } context)
        {
            return ExecuteAsync();
        }

        Task<IReadOnlyList<TResult>>? execution = null;
        ExecutionContext.Run(context, _ => execution = ExecuteAsync(), state: null);
        return execution!;

        Task<IReadOnlyList<TResult>> ExecuteAsync() => execute(batch.ConvertAll(pending => pending.Item));
    }

    // Continuations of callers run asynchronously: one after the other within the run, they would delay each other and the next batch.
    private sealed class Pending(TItem item, ExecutionContext? context)
        : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TItem Item => item;

        /// <summary>Null if the caller suppressed the flow of its execution context.</summary>
        public ExecutionContext? Context => context;
    }
}
