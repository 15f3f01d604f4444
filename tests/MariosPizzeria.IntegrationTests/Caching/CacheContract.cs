using System.Collections.Concurrent;
using System.Globalization;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.IntegrationTests.Servers;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The contract of every cache. Each test uses its own keys.</summary>
public abstract class CacheContract : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private readonly string _key = $"test:{Guid.NewGuid():N}";
    private CacheProcess _here = null!;
    private CacheProcess _there = null!;

    /// <summary>The cache as the first of two replicas sees it.</summary>
    private ICache Here => _here.Cache;

    private ICache There => _there.Cache;

    public async Task InitializeAsync()
    {
        (_here, _there) = await AttachAsync();

        // On a busy machine, connecting may take longer than one command waits.
        await Task.WhenAll(
            new[] { Here, There }.Select(cache => Eventually.UntilAsync("it answers", async () => await AnswersAsync(cache)))
        );
    }

    public async Task DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    private static async Task<bool> AnswersAsync(ICache cache)
    {
        await cache.PingAsync(default);
        return true;
    }

    /// <summary>Attaches two processes to a shared cache.</summary>
    protected abstract Task<(CacheProcess Here, CacheProcess There)> AttachAsync();

    [Fact]
    public async Task What_one_process_sets_every_process_gets()
    {
        await Here.SetAsync(_key, "Zürich 🍕", Long, default);

        (await There.GetAsync(_key, default)).ShouldBe("Zürich 🍕");
        (await There.GetAsync(_key + "x", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Setting_replaces_whatever_was_there()
    {
        await Here.SetAsync(_key, "old", Long, default);

        await There.SetAsync(_key, "", Long, default);

        (await Here.GetAsync(_key, default)).ShouldBe("");
    }

    [Fact]
    public async Task A_value_is_gone_when_its_time_is_over()
    {
        await Here.SetAsync(_key, "x", Short, default);
        (await Here.AddAsync(_key + "2", "x", Short, default)).ShouldBeTrue();

        await Eventually.UntilAsync(
            "both are gone",
            async () => await There.GetAsync(_key, default) is null && await Here.AddAsync(_key + "2", "y", Long, default)
        );

        (await There.GetAsync(_key + "2", default)).ShouldBe("y");
    }

    [Fact]
    public async Task A_counter_above_a_floor_gives_nobody_what_another_has_and_is_raised_where_it_is_behind()
    {
        var counts = await TogetherAsync(50, (cache, _) => cache.CountScoresAboveAsync(_key, 0, Long, default));
        counts.Order().ShouldBe(Enumerable.Range(1, 50).Select(n => (long)n));

        (await Here.CountScoresAboveAsync(_key, 20, Long, default)).ShouldBe(51, "it is above already");
        (await There.CountScoresAboveAsync(_key, 70, Long, default)).ShouldBe(71);
        (await Here.CountScoresAboveAsync(_key, 70, Long, default)).ShouldBe(72);
        (await Here.CountScoresAboveAsync(_key + "2", 9, Long, default)).ShouldBe(10, "one that was forgotten goes on above the floor");
    }

    [Fact]
    public async Task Only_the_first_adds()
    {
        var added = await TogetherAsync(50, (cache, n) => cache.AddAsync(_key, Text(n), Long, default));

        var winner = Array.IndexOf(added, value: true);
        added.Count(each => each).ShouldBe(1);
        (await Here.GetAsync(_key, default)).ShouldBe(Text(winner));
    }

    [Fact]
    public async Task A_value_is_replaced_only_if_it_is_the_expected_one()
    {
        await Here.SetAsync(_key, "a", Long, default);

        (await There.ReplaceAsync(_key, "b", "c", Long, default)).ShouldBeFalse();
        (await There.ReplaceAsync(_key, "a", "b", Long, default)).ShouldBeTrue();
        (await There.ReplaceAsync(_key + "x", "a", "b", Long, default)).ShouldBeFalse();

        (await Here.GetAsync(_key, default)).ShouldBe("b");
        (await Here.GetAsync(_key + "x", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_who_expect_the_same_value_one_replaces_it()
    {
        await Here.SetAsync(_key, "a", Long, default);

        var replaced = await TogetherAsync(50, (cache, n) => cache.ReplaceAsync(_key, "a", Text(n), Long, default));

        replaced.Count(each => each).ShouldBe(1);
        (await Here.GetAsync(_key, default)).ShouldBe(Text(Array.IndexOf(replaced, value: true)));
    }

    [Fact]
    public async Task Replacing_a_value_by_itself_renews_its_time()
    {
        await Eventually.UntilAsync(
            "it is replaced before its time is over",
            async () =>
            {
                await Here.SetAsync(_key, "lease", Short, default);
                return await Here.ReplaceAsync(_key, "lease", "lease", Long, default);
            }
        );
        await Here.SetAsync(_key + "later", "x", Short, default);
        await Eventually.UntilAsync("the first time is over", async () => await Here.GetAsync(_key + "later", default) is null);

        (await There.GetAsync(_key, default)).ShouldBe("lease");
    }

    [Fact]
    public async Task A_value_is_removed_if_it_is_the_expected_one_or_any_is()
    {
        await Here.SetAsync(_key, "a", Long, default);

        (await There.RemoveAsync(_key, "b", default)).ShouldBeFalse();
        (await There.RemoveAsync(_key, "a", default)).ShouldBeTrue();
        (await There.RemoveAsync(_key, "a", default)).ShouldBeFalse();
        (await There.RemoveAsync(_key, expected: null, default)).ShouldBeFalse();
        await Here.SetAsync(_key, "c", Long, default);
        (await There.RemoveAsync(_key, expected: null, default)).ShouldBeTrue();

        (await Here.GetAsync(_key, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_who_remove_a_value_one_does()
    {
        await Here.SetAsync(_key, "a", Long, default);

        var removed = await TogetherAsync(50, (cache, n) => cache.RemoveAsync(_key, n % 2 == 0 ? "a" : null, default));

        removed.Count(each => each).ShouldBe(1);
    }

    [Fact]
    public async Task A_counter_counts_every_caller_once()
    {
        var counts = await TogetherAsync(100, (cache, _) => cache.IncrementAsync([_key], Long, default));

        counts.Select(each => each[0].Count).Order().ShouldBe(Enumerable.Range(1, 100).Select(n => (long)n));
        counts.ShouldAllBe(each => each[0].TimeToLive > TimeSpan.Zero && each[0].TimeToLive <= Long);
    }

    [Fact]
    public async Task Several_counters_are_counted_in_one_call_each_for_itself()
    {
        await Here.IncrementAsync([_key], Long, default);

        var counts = await There.IncrementAsync([_key, $"{_key}:2"], Long, default);

        counts.Select(each => each.Count).ShouldBe([2L, 1L]);
    }

    [Fact]
    public async Task A_counter_begins_anew_when_the_time_of_its_first_addition_is_over()
    {
        // On a busy machine, the second addition may come after the counter has expired, and start a new one.
        var (key, second) = (_key, (Count: 1L, TimeToLive: Long));
        await Eventually.UntilAsync(
            "two additions come one soon after the other",
            async () =>
            {
                key = $"{_key}:{Guid.NewGuid()}";
                (await Here.IncrementAsync([key], Short, default))[0].Count.ShouldBe(1);
                second = (await There.IncrementAsync([key], Long, default))[0];
                return second.Count == 2;
            }
        );

        second.TimeToLive.ShouldBeLessThanOrEqualTo(Short);
        await Eventually.UntilAsync(
            "the counter begins anew",
            async () => (await Here.IncrementAsync([key], Short, default))[0].Count == 1
        );
    }

    [Fact]
    public async Task A_set_takes_no_more_members_than_it_may_have()
    {
        var entered = await TogetherAsync(50, (cache, n) => cache.TryEnterAsync(_key, Text(n), most: 10, Long, default));

        entered.Count(each => each).ShouldBe(10);
        var member = Text(Array.IndexOf(entered, value: true));
        (await There.TryEnterAsync(_key, member, most: 10, Long, default)).ShouldBeTrue("it is in already");
        await Here.LeaveAsync(_key, member, default);
        await Here.LeaveAsync(_key, "nobody", default);
        (await There.TryEnterAsync(_key, "next", most: 10, Long, default)).ShouldBeTrue();
        (await Here.TryEnterAsync(_key, "last", most: 10, Long, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_member_leaves_its_set_when_its_time_is_over()
    {
        (await Here.TryEnterAsync(_key, "a", most: 1, Short, default)).ShouldBeTrue();

        await Eventually.UntilAsync("there is room", () => There.TryEnterAsync(_key, "b", most: 1, Long, default));

        (await Here.TryEnterAsync(_key, "a", most: 1, Long, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_hint_reaches_every_process_that_listens_to_its_channel()
    {
        var (here, there) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        await Here.SubscribeAsync($"{_key}:order:*", (channel, message) => here.Enqueue($"{channel}={message}"), default);
        await There.SubscribeAsync($"{_key}:order:*", (channel, message) => there.Enqueue($"{channel}={message}"), default);

        await Here.PublishAsync($"{_key}:kitchen", "not for them", default);
        await Here.PublishAsync($"{_key}:order:1", "2", default);
        await Here.PublishAsync($"{_key}:order:7", "3", default);

        string[] expected = [$"{_key}:order:1=2", $"{_key}:order:7=3"];
        await Eventually.UntilAsync("both heard both", () => here.Count >= 2 && there.Count >= 2);

        // Hints of different channels may overtake each other.
        here.ShouldBe(expected, ignoreOrder: true);
        there.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task A_hint_that_nobody_listens_to_is_lost_without_harm()
    {
        await Here.PublishAsync($"{_key}:nobody", "x", default);
        await Here.PingAsync(default);
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    private Task<T[]> TogetherAsync<T>(int times, Func<ICache, int, Task<T>> action) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(n => Task.Run(() => action(n % 2 == 0 ? Here : There, n))));
}
