namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>
/// Guests who order as fast as they get responses, pay in cash or with good, declined and slow cards, sometimes send an order again, and
/// sometimes cancel it. The seed and the number of an order determine its content.
/// </summary>
internal sealed class Guests(
    ApiCaller caller,
    RecordedAnswers told,
    IReadOnlyList<Account> accounts,
    IReadOnlyList<GuestLine> menu,
    ChaosOptions options
)
{
    /// <summary>The card that the payment provider declines.</summary>
    public const string DeclinedCard = "tok_declined";

    private const int ConcurrentGuests = 12;

    /// <summary>
    /// The maximum number of orders that wait for the staff. If guests ordered faster than the staff cooks, most orders would stay at
    /// their first step, and the later steps would be untested. The number is high enough to go on ordering while RabbitMQ restarts.
    /// </summary>
    private const int MaxOpenOrders = 300;

    private const string Path = "/api/orders";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number;

    /// <summary>Completes when no more orders are started; the last requests may still be in flight.</summary>
    public Task Enough => _enough.Task;

    /// <summary>Orders until there were enough orders, and enough kills of each process type and server.</summary>
    /// <param name="isKilled">Whether each process type and server was killed often enough.</param>
    public Task OrderAsync(Func<bool> isKilled, CancellationToken cancellation)
    {
        return Task.WhenAll(Enumerable.Range(0, ConcurrentGuests).Select(_ => Task.Run(OneAfterTheOtherAsync, cancellation)));

        async Task OneAfterTheOtherAsync()
        {
            while (_number < options.Orders || !isKilled())
            {
                if (told.Open < MaxOpenOrders)
                {
                    await OrderOneAsync(Interlocked.Increment(ref _number), cancellation);
                }
                else
                {
                    await Task.Delay(LookEvery, cancellation);
                }
            }

            _enough.TrySetResult();
        }
    }

    /// <summary>Orders one pizza for pickup, paid in cash.</summary>
    public async Task OrderLastAsync(CancellationToken cancellation)
    {
        var order = new GuestOrder
        {
            Key = $"chaos-{options.Seed}-last",
            Guest = accounts[0],
            Lines = [menu[0]],
            IsPickup = true,
            CardToken = null,
        };
        await PlaceAsync(order, cancellation);
    }

    private async Task OrderOneAsync(int number, CancellationToken cancellation)
    {
        var random = new Random(unchecked((options.Seed * 31) + number));
        var order = new GuestOrder
        {
            Key = $"chaos-{options.Seed}-{number}",
            Guest = accounts[random.Next(accounts.Count)],
            Lines = [.. random.GetItems([.. menu], random.Next(1, 4)).Select(line => line with { Quantity = random.Next(1, 4) })],
            IsPickup = random.Next(3) == 0,
            CardToken = random.Next(20) switch
            {
                < 10 => null,
                < 17 => "tok_ok",
                < 19 => DeclinedCard,
                _ => "tok_slow",
            },
        };
        if (await PlaceAsync(order, cancellation) is not { } id)
        {
            return;
        }

        switch (random.Next(20))
        {
            case 0:
                await SendAgainAsync(order, id, cancellation);
                break;
            case 1:
                await SendOtherBodyAsync(order, cancellation);
                break;
            case < 5:
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1500)), cancellation);
                await CancelAsync(order, id, cancellation);
                break;
        }
    }

    private async Task<string?> PlaceAsync(GuestOrder order, CancellationToken cancellation)
    {
        told.Send(order);
        var answer = await caller.PostAsync(order.Guest, Path, order.Request(notes: null), order.Key, cancellation);
        if (answer.Status == 0)
        {
            throw new PizzeriaException(
                $"{order.Key} got no final answer for {ApiCaller.AnswerTimeout.TotalMinutes:0} minutes: the system does not recover."
            );
        }

        if (answer.Status != 201)
        {
            order.Refusal = answer.ToString();
            return null;
        }

        var id = answer.Body.GetProperty("id").GetString()!;
        told.Accept(order, id, answer.Address);
        return id;
    }

    /// <summary>Sends an accepted order again; the response must be the first one.</summary>
    private async Task SendAgainAsync(GuestOrder order, string id, CancellationToken cancellation)
    {
        var answer = await caller.PostAsync(order.Guest, Path, order.Request(notes: null), order.Key, cancellation);
        if (answer.Status == 201)
        {
            order.Accept(answer.Body.GetProperty("id").GetString()!);
        }

        if (answer.Status != 201 || !answer.IsReplayed)
        {
            caller.RecordUnclear(
                $"{order.Key} ({id}) was sent again and answered with {answer}{(answer.IsReplayed ? "" : ", not replayed")}"
            );
        }
    }

    private async Task SendOtherBodyAsync(GuestOrder order, CancellationToken cancellation)
    {
        var answer = await caller.PostAsync(order.Guest, Path, order.Request(notes: "Another order"), order.Key, cancellation);
        if (answer is not { Status: 422, Slug: "idempotency-mismatch" })
        {
            caller.RecordUnclear($"{order.Key} was sent with another body and answered with {answer}");
        }
    }

    private async Task CancelAsync(GuestOrder order, string id, CancellationToken cancellation)
    {
        var reason = new { reason = "I ate already" };
        var answer = await caller.PostAsync(order.Guest, $"{Path}/{id}/cancel", reason, $"{order.Key}-cancel", cancellation);
        if (answer.IsSuccess)
        {
            told.RecordStep(id, Steps.Cancelled);
        }
        else if (answer is not { Status: 409, Slug: "illegal-transition" })
        {
            caller.RecordUnclear($"Cancelling {id} was answered with {answer}");
        }
    }
}
