using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.OrderService.Domain;
using Microsoft.Extensions.Logging.Abstractions;

namespace MariosPizzeria.Tests.Foundation;

public sealed class CachedReadTests : IDisposable
{
    private readonly StoppedClock _time = new();
    private readonly CommittedEventQueue _commits = new(TimeProvider.System);
    private readonly MemoryCache _redis;
    private readonly CachedRead<KitchenState, int> _value;
    private Func<Task<int>> _read;
    private int _reads;

    public CachedReadTests()
    {
        _redis = new MemoryCache(_time);
        _read = () => Task.FromResult(_reads);
        _value = new(
            _ =>
            {
                _reads++;
                return _read();
            },
            new ChangeHints<KitchenState>(
                "kitchen-state:",
                new DocumentType<KitchenState>("kitchen_state"),
                _redis,
                _commits,
                _time,
                NullLogger<ChangeHints<KitchenState>>.Instance
            ),
            _commits,
            _time
        );
    }

    public void Dispose() => _value.Dispose();

    [Fact]
    public async Task It_is_read_once_until_something_changes()
    {
        (await GetAsync()).ShouldBe(1);
        (await GetAsync()).ShouldBe(1);

        _commits.OnCommitted(KitchenState.Initial(), [], []);

        (await GetAsync()).ShouldBe(2, "who changed it sees the change");
        (await GetAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Another_replicas_change_is_heard_of_by_its_hint()
    {
        await _value.StartAsync(CancellationToken.None);
        await GetAsync();

        await _redis.PublishAsync("kitchen-state:kitchen", "2", CancellationToken.None);

        await InProcess.Answers.EventuallyAsync(async () => await GetAsync() > 1, "it is read again");
        await _value.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Without_a_hint_it_is_read_again_after_a_quarter_of_a_second()
    {
        await GetAsync();

        _time.Advance(TimeSpan.FromMilliseconds(249));
        (await GetAsync()).ShouldBe(1);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        (await GetAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task What_was_read_while_it_changed_is_given_to_nobody_who_asks_afterwards()
    {
        var slow = new TaskCompletionSource<int>();
        _read = () => _reads == 1 ? slow.Task : Task.FromResult(_reads);
        var before = GetAsync();
        _commits.OnCommitted(KitchenState.Initial(), [], []);
        var afterwards = GetAsync();
        slow.SetResult(1);

        (await before).ShouldBe(1);
        (await afterwards).ShouldBe(2);
        (await GetAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_a_read_and_who_gives_up_ends_it_for_nobody()
    {
        var slow = new TaskCompletionSource<int>();
        using var givesUp = new CancellationTokenSource();
        _read = () => slow.Task;
        var (one, other) = (_value.GetAsync(givesUp.Token), GetAsync());
        await givesUp.CancelAsync();
        slow.SetResult(7);

        await Should.ThrowAsync<OperationCanceledException>(() => one);
        (await other, _reads).ShouldBe((7, 1));
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        _read = () => Task.FromException<int>(new TimeoutException());
        await Should.ThrowAsync<TimeoutException>(GetAsync);
        _read = () => Task.FromResult(3);

        (await GetAsync()).ShouldBe(3);
    }

    private Task<int> GetAsync() => _value.GetAsync(CancellationToken.None);
}
