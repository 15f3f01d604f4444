using System.Collections.Concurrent;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>
/// Chefs who cook the tickets that the kitchen lists, and drivers who deliver and hand over ready orders, all through the API: an order
/// that the API does not list makes no progress. Each of them has a share of the orders, and sometimes takes an order of another share.
/// They undo some steps and bring some orders back; these orders then pass the same steps again.
/// </summary>
internal sealed class Staff(ApiCaller caller, RecordedAnswers told, Account chef, Account driver, int seed)
{
    private const int OfEach = 5;
    private const int AtATime = 10;
    private const int ForeignOrderInterval = 20;

    // One in this many steps is a mistake that is undone, or a delivery to a guest who is not at home.
    private const int OneUndoneInSoMany = 10;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, bool> _inHand = new(StringComparer.Ordinal);
    private int _attempts;

    public Task WorkAsync(CancellationToken stop) =>
        Task.WhenAll(
            Enumerable.Range(0, OfEach).SelectMany(n => (Task[])[WorkAsync(n, CookAsync, stop), WorkAsync(n, DeliverAsync, stop)])
        );

    private static Task WorkAsync(int number, Func<int, Random, CancellationToken, Task<bool>> work, CancellationToken stop) =>
        Task.Run(
            async () =>
            {
                try
                {
                    var random = new Random(number);
                    while (true)
                    {
                        if (!await work(number, random, stop))
                        {
                            await Task.Delay(Rest, stop);
                        }
                    }
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    // Cancelled at the end of the run.
                }
            },
            CancellationToken.None
        );

    /// <summary>Cooks some tickets.</summary>
    /// <returns>Whether there were tickets to cook.</returns>
    private async Task<bool> CookAsync(int number, Random random, CancellationToken stop)
    {
        // Includes tickets that are already cooking: the response to their start may have been lost with a killed process.
        var (queued, cooking) = (await ListAsync("queued", stop), await ListAsync("cooking", stop));
        var own = Part([.. cooking.Where(id => !_inHand.ContainsKey(id)), .. queued], number, random);
        foreach (var id in own)
        {
            _inHand[id] = true;
            var started = await MoveAsync(chef, $"/api/kitchen/tickets/{id}/start", stop);
            var isBackInQueue = started.IsSuccess && IsMistake(random) && await UndoAsync(id, StepBack.OfTicket, stop);
            if (!isBackInQueue && (started.IsSuccess || started is { Status: 409, Slug: "illegal-transition" }))
            {
                if (await FinishAsync(id, stop) && IsMistake(random) && await UndoAsync(id, StepBack.OfTicket, stop))
                {
                    await FinishAsync(id, stop);
                }
            }

            _inHand.TryRemove(id, out _);
        }

        return own.Count > 0;
    }

    /// <summary>Takes and hands over some orders.</summary>
    /// <returns>Whether there were orders to deliver.</returns>
    private async Task<bool> DeliverAsync(int number, Random random, CancellationToken stop)
    {
        var answer = await caller.GetAsync(driver, "/api/orders?status=ready,delivering&pageSize=100", stop);
        ItemsOf(answer).ForEach(told.See);
        var orders = ItemsOf(answer).ToDictionary(order => order.GetProperty("id").GetString()!);
        var own = Part([.. orders.Keys.Order(StringComparer.Ordinal)], number, random);
        foreach (var id in own)
        {
            if (orders[id].GetProperty("fulfilment").GetString() == "delivery")
            {
                var taken = await MoveAsync(driver, $"/api/delivery/{id}/take", stop);
                if (taken.IsSuccess && IsMistake(random) && await UndoAsync(id, StepBack.FailedDelivery, stop))
                {
                    continue;
                }
            }

            var delivered = await MoveAsync(driver, $"/api/delivery/{id}/delivered", stop);
            if (delivered.IsSuccess)
            {
                told.RecordStep(id, Steps.Delivered);
                if (IsMistake(random))
                {
                    await UndoAsync(id, StepBack.OfDelivery, stop);
                }
            }
        }

        return own.Count > 0;
    }

    private static bool IsMistake(Random random) => random.Next(OneUndoneInSoMany) == 0;

    private async Task<bool> FinishAsync(string id, CancellationToken stop)
    {
        var ready = await MoveAsync(chef, $"/api/kitchen/tickets/{id}/ready", stop);
        if (ready.IsSuccess)
        {
            told.RecordStep(id, Steps.Ready);
        }

        return ready.IsSuccess;
    }

    /// <summary>Undoes a step of an order. After the request is sent, the order may go back, whatever the response.</summary>
    /// <returns>Whether the response confirms that the step is undone.</returns>
    private async Task<bool> UndoAsync(string id, StepBack step, CancellationToken stop)
    {
        told.Ask(id, step);
        var answer = step switch
        {
            StepBack.OfTicket => await MoveAsync(chef, $"/api/kitchen/tickets/{id}/undo", stop),
            StepBack.OfDelivery => await MoveAsync(driver, $"/api/delivery/{id}/undo", stop),
            _ => await MoveAsync(driver, $"/api/delivery/{id}/failed", stop, new { reason = "nobody at home" }),
        };
        if (answer.IsSuccess)
        {
            told.NoteBack(id, step);
        }

        return answer.IsSuccess;
    }

    private async Task<IReadOnlyList<string>> ListAsync(string state, CancellationToken stop) =>
        [
            .. ItemsOf(await caller.GetAsync(chef, $"/api/kitchen/tickets?state={state}", stop))
                .Select(ticket => ticket.GetProperty("orderId").GetString()!),
        ];

    private static List<JsonElement> ItemsOf(Answer answer) =>
        answer.IsSuccess ? [.. answer.Body.GetProperty("items").EnumerateArray()] : [];

    private static List<string> Part(IReadOnlyList<string> ids, int number, Random random) =>
        [
            .. ids.Where(id => id.Sum(letter => letter) % OfEach == number || random.Next(ForeignOrderInterval) == 0)
                .Distinct(StringComparer.Ordinal)
                .Take(AtATime),
        ];

    /// <summary>
    /// Requests one step of an order. A refusal is stored under its idempotency key and may become outdated; therefore each attempt has a
    /// key of its own, which its retries share.
    /// </summary>
    private async Task<Answer> MoveAsync(Account who, string path, CancellationToken stop, object? body = null)
    {
        var answer = await caller.PostAsync(who, path, body, $"chaos-{seed}-staff-{Interlocked.Increment(ref _attempts)}", stop);
        if (answer.IsSuccess && who == driver)
        {
            told.See(answer.Body);
        }

        if (!answer.IsSuccess && answer is not { Status: 409, Slug: "illegal-transition" or "kitchen-at-capacity" or "version-conflict" })
        {
            caller.RecordUnclear($"{path}: {answer}");
        }

        return answer;
    }
}
