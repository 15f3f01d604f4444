using System.Collections.Concurrent;
using System.Globalization;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ServiceDefaults.Caching;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>What every cache must do. Each test has keys of its own.</summary>
public abstract class CacheContract : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private readonly string _key = $"test:{Guid.NewGuid():N}";
    private CacheProcess _here = null!;
    private CacheProcess _there = null!;

    /// <summary>As two replicas of a process see it.</summary>
    private ICache Here => _here.Cache;

    private ICache There => _there.Cache;

    public async Task InitializeAsync()
    {
        (_here, _there) = await Attach();

        // On busy processors a connection may take longer than one question waits for it.
        await Task.WhenAll(new[] { Here, There }.Select(cache => Eventually.Until("it answers", async () => await Answers(cache))));
    }

    public async Task DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    private static async Task<bool> Answers(ICache cache)
    {
        await cache.Ping(default);
        return true;
    }

    /// <summary>Two processes that share a cache.</summary>
    protected abstract Task<(CacheProcess Here, CacheProcess There)> Attach();

    [Fact]
    public async Task What_one_process_sets_every_process_gets()
    {
        await Here.Set(_key, "Zürich 🍕", Long, default);

        (await There.Get(_key, default)).ShouldBe("Zürich 🍕");
        (await There.Get(_key + "x", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Setting_replaces_whatever_was_there()
    {
        await Here.Set(_key, "old", Long, default);

        await There.Set(_key, "", Long, default);

        (await Here.Get(_key, default)).ShouldBe("");
    }

    [Fact]
    public async Task A_value_is_gone_when_its_time_is_over()
    {
        await Here.Set(_key, "x", Short, default);
        (await Here.Add(_key + "2", "x", Short, default)).ShouldBeTrue();

        await Eventually.Until(
            "both are gone",
            async () => await There.Get(_key, default) is null && await Here.Add(_key + "2", "y", Long, default)
        );

        (await There.Get(_key + "2", default)).ShouldBe("y");
    }

    [Fact]
    public async Task Only_the_first_adds()
    {
        var added = await Together(50, (cache, n) => cache.Add(_key, Text(n), Long, default));

        var winner = Array.IndexOf(added, value: true);
        added.Count(each => each).ShouldBe(1);
        (await Here.Get(_key, default)).ShouldBe(Text(winner));
    }

    [Fact]
    public async Task A_value_is_replaced_only_if_it_is_the_expected_one()
    {
        await Here.Set(_key, "a", Long, default);

        (await There.Replace(_key, "b", "c", Long, default)).ShouldBeFalse();
        (await There.Replace(_key, "a", "b", Long, default)).ShouldBeTrue();
        (await There.Replace(_key + "x", "a", "b", Long, default)).ShouldBeFalse();

        (await Here.Get(_key, default)).ShouldBe("b");
        (await Here.Get(_key + "x", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_who_expect_the_same_value_one_replaces_it()
    {
        await Here.Set(_key, "a", Long, default);

        var replaced = await Together(50, (cache, n) => cache.Replace(_key, "a", Text(n), Long, default));

        replaced.Count(each => each).ShouldBe(1);
        (await Here.Get(_key, default)).ShouldBe(Text(Array.IndexOf(replaced, value: true)));
    }

    [Fact]
    public async Task Replacing_a_value_by_itself_renews_its_time()
    {
        await Eventually.Until(
            "it is replaced before its time is over",
            async () =>
            {
                await Here.Set(_key, "lease", Short, default);
                return await Here.Replace(_key, "lease", "lease", Long, default);
            }
        );
        await Here.Set(_key + "later", "x", Short, default);
        await Eventually.Until("the first time is over", async () => await Here.Get(_key + "later", default) is null);

        (await There.Get(_key, default)).ShouldBe("lease");
    }

    [Fact]
    public async Task A_value_is_removed_if_it_is_the_expected_one_or_any_is()
    {
        await Here.Set(_key, "a", Long, default);

        (await There.Remove(_key, "b", default)).ShouldBeFalse();
        (await There.Remove(_key, "a", default)).ShouldBeTrue();
        (await There.Remove(_key, "a", default)).ShouldBeFalse();
        (await There.Remove(_key, expected: null, default)).ShouldBeFalse();
        await Here.Set(_key, "c", Long, default);
        (await There.Remove(_key, expected: null, default)).ShouldBeTrue();

        (await Here.Get(_key, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_who_remove_a_value_one_does()
    {
        await Here.Set(_key, "a", Long, default);

        var removed = await Together(50, (cache, n) => cache.Remove(_key, n % 2 == 0 ? "a" : null, default));

        removed.Count(each => each).ShouldBe(1);
    }

    [Fact]
    public async Task A_counter_counts_every_caller_once()
    {
        var counts = await Together(100, (cache, _) => cache.Increment(_key, Long, default));

        counts.Select(each => each.Count).Order().ShouldBe(Enumerable.Range(1, 100).Select(n => (long)n));
        counts.ShouldAllBe(each => each.TimeToLive > TimeSpan.Zero && each.TimeToLive <= Long);
    }

    [Fact]
    public async Task A_counter_begins_anew_when_the_time_of_its_first_addition_is_over()
    {
        // On busy processors the second addition may come too late to be one, and the counter begins anew at once.
        var (key, second) = (_key, (Count: 1L, TimeToLive: Long));
        await Eventually.Until(
            "two additions come one soon after the other",
            async () =>
            {
                key = $"{_key}:{Guid.NewGuid()}";
                (await Here.Increment(key, Short, default)).Count.ShouldBe(1);
                second = await There.Increment(key, Long, default);
                return second.Count == 2;
            }
        );

        second.TimeToLive.ShouldBeLessThanOrEqualTo(Short);
        await Eventually.Until("the counter begins anew", async () => (await Here.Increment(key, Short, default)).Count == 1);
    }

    [Fact]
    public async Task A_set_takes_no_more_members_than_it_may_have()
    {
        var entered = await Together(50, (cache, n) => cache.EnterAsync(_key, Text(n), most: 10, Long, default));

        entered.Count(each => each).ShouldBe(10);
        var member = Text(Array.IndexOf(entered, value: true));
        (await There.EnterAsync(_key, member, most: 10, Long, default)).ShouldBeTrue("it is in already");
        await Here.LeaveAsync(_key, member, default);
        await Here.LeaveAsync(_key, "nobody", default);
        (await There.EnterAsync(_key, "next", most: 10, Long, default)).ShouldBeTrue();
        (await Here.EnterAsync(_key, "last", most: 10, Long, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_member_leaves_its_set_when_its_time_is_over()
    {
        (await Here.EnterAsync(_key, "a", most: 1, Short, default)).ShouldBeTrue();

        await Eventually.Until("there is room", () => There.EnterAsync(_key, "b", most: 1, Long, default));

        (await Here.EnterAsync(_key, "a", most: 1, Long, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_hint_reaches_every_process_that_listens_to_its_channel()
    {
        var (here, there) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        await Here.Subscribe($"{_key}:order:*", (channel, message) => here.Enqueue($"{channel}={message}"), default);
        await There.Subscribe($"{_key}:order:*", (channel, message) => there.Enqueue($"{channel}={message}"), default);

        await Here.Publish($"{_key}:kitchen", "not for them", default);
        await Here.Publish($"{_key}:order:1", "2", default);
        await Here.Publish($"{_key}:order:7", "3", default);

        string[] expected = [$"{_key}:order:1=2", $"{_key}:order:7=3"];
        await Eventually.Until("both heard both", () => here.Count >= 2 && there.Count >= 2);

        // Hints of different channels may overtake each other.
        here.ShouldBe(expected, ignoreOrder: true);
        there.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task A_hint_that_nobody_listens_to_is_lost_without_harm()
    {
        await Here.Publish($"{_key}:nobody", "x", default);
        await Here.Ping(default);
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    private Task<T[]> Together<T>(int times, Func<ICache, int, Task<T>> action) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(n => Task.Run(() => action(n % 2 == 0 ? Here : There, n))));
}
