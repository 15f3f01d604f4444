using MariosPizzeria.BuildingBlocks.Batching;

namespace MariosPizzeria.Tests.Foundation;

public sealed class BatcherTests
{
    [Fact]
    public void An_item_that_arrives_while_the_last_run_ends_is_executed_without_another_arrival()
    {
        const int Rounds = 100_000;
        var batcher = new Batcher<int, int>(concurrency: 1, size: 8, ExecuteAsync, _ => false);
        var left = 0;
        using var together = new Barrier(2);

        // Both calls arrive at the same moment, and no other call arrives until both are done.
        Thread[] callers = [new(Call), new(Call)];
        foreach (var caller in callers)
        {
            caller.Start();
        }

        foreach (var caller in callers)
        {
            caller.Join();
        }

        left.ShouldBe(0);

        void Call()
        {
            for (var round = 0; round < Rounds && Volatile.Read(ref left) == 0; round++)
            {
                together.SignalAndWait();
                if (!batcher.ExecuteAsync(round, CancellationToken.None).Wait(TimeSpan.FromSeconds(10)))
                {
                    Interlocked.Increment(ref left);
                }
            }

            together.RemoveParticipant();
        }

        static Task<IReadOnlyList<int>> ExecuteAsync(IReadOnlyList<int> items) => Task.FromResult(items);
    }

    [Fact]
    public async Task A_batch_is_executed_in_the_context_of_its_first_item_and_callers_go_on_in_their_own()
    {
        var context = new AsyncLocal<string>();
        var first = new TaskCompletionSource();
        var batcher = new Batcher<string, string>(concurrency: 1, size: 8, ExecuteAsync, _ => false);

        var answers = new[] { CallAsync("a"), CallAsync("b"), CallAsync("c") };
        first.SetResult();

        (await Task.WhenAll(answers)).ShouldBe([("a in a", "a"), ("b in b", "b"), ("c in b", "c")]);

        async Task<(string Result, string Context)> CallAsync(string name)
        {
            context.Value = name;
            return (await batcher.ExecuteAsync(name, CancellationToken.None), context.Value!);
        }

        async Task<IReadOnlyList<string>> ExecuteAsync(IReadOnlyList<string> items)
        {
            await first.Task;
            return [.. items.Select(item => $"{item} in {context.Value}")];
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_the_others_their_results()
    {
        var execution = new TaskCompletionSource();
        var batcher = new Batcher<int, int>(concurrency: 1, size: 8, ExecuteAsync, _ => false);
        using var cancellation = new CancellationTokenSource();

        var running = batcher.ExecuteAsync(1, CancellationToken.None);
        var leaving = batcher.ExecuteAsync(2, cancellation.Token);
        var staying = batcher.ExecuteAsync(3, CancellationToken.None);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => leaving);
        execution.SetResult();

        (await Task.WhenAll(running, staying)).ShouldBe([1, 3]);

        async Task<IReadOnlyList<int>> ExecuteAsync(IReadOnlyList<int> items)
        {
            await execution.Task;
            return items;
        }
    }

    [Fact]
    public async Task A_batch_that_hangs_holds_up_the_next_for_no_longer_than_it_may()
    {
        var hanging = new TaskCompletionSource();
        var batcher = new Batcher<int, int>(
            concurrency: 1,
            size: 8,
            ExecuteAsync,
            _ => false,
            TimeProvider.System,
            TimeSpan.FromMilliseconds(20)
        );

        var first = batcher.ExecuteAsync(1, CancellationToken.None);
        var second = await batcher.ExecuteAsync(2, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        hanging.SetResult();

        second.ShouldBe(2);
        (await first).ShouldBe(1);

        async Task<IReadOnlyList<int>> ExecuteAsync(IReadOnlyList<int> items)
        {
            if (items[0] == 1)
            {
                await hanging.Task;
            }

            return items;
        }
    }
}
