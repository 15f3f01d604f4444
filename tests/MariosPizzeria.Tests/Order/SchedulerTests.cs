using System.Collections.Concurrent;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Scheduler;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MariosPizzeria.Tests.Ordering;

public sealed class SchedulerTests : IAsyncDisposable
{
    private static readonly Job Minutely = Job.Every(TimeSpan.FromMinutes(1), "minutely");

    // Order's process has the same stores, and no clockwork that would tick beside the test's.
    private readonly OrderFactory _stores = new();

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Theory]
    [InlineData("2026-03-01T18:00:00Z", "2026-03-01T18:00:00Z")]
    [InlineData("2026-03-01T18:00:59.9Z", "2026-03-01T18:00:00Z")]
    public void A_job_of_every_minute_is_due_at_the_full_minute(string now, string due) => Minutely.LastDue(At(now)).ShouldBe(At(due));

    [Theory]
    [InlineData("2026-03-01T05:00:00Z", "2026-03-01T05:00:00Z", "2026-03-02T05:00:00Z")]
    [InlineData("2026-03-01T04:59:59Z", "2026-02-28T05:00:00Z", "2026-03-01T05:00:00Z")]
    [InlineData("2026-03-01T23:00:00Z", "2026-03-01T05:00:00Z", "2026-03-02T05:00:00Z")]
    public void A_daily_job_is_due_at_its_time(string now, string last, string next)
    {
        var job = Job.Daily(new TimeOnly(5, 0), "daily");

        (job.LastDue(At(now)), job.NextDue(At(now))).ShouldBe((At(last), At(next)));
    }

    [Fact]
    public void Every_scheduler_gives_the_same_tick_the_same_id()
    {
        var due = At("2026-03-01T18:00:00Z");

        Minutely.EventId(due).ShouldBe(Job.Every(TimeSpan.FromMinutes(1), "minutely").EventId(due));
        Minutely.EventId(due).ShouldNotBe(Minutely.EventId(due.AddMinutes(1)));
        Minutely.EventId(due).ShouldNotBe(Job.Every(TimeSpan.FromMinutes(1), "another").EventId(due));
    }

    [Fact]
    public async Task Many_schedulers_at_once_tell_each_time_once()
    {
        var tickers = Enumerable.Range(0, 8).Select(_ => Ticker(_stores.Get<ICache>())).ToList();

        var first = await Task.WhenAll(tickers.Select(ticker => ticker.Tick(Minutely, CancellationToken.None)));
        _stores.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await Task.WhenAll(tickers.Select(ticker => ticker.Tick(Minutely, CancellationToken.None)));

        first.Count(told => told).ShouldBe(1);
        second.Count(told => told).ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_lease_the_schedules_version_lets_one_through()
    {
        var tickers = Enumerable.Range(0, 8).Select(_ => Ticker(new NoCache())).ToList();

        var told = await Task.WhenAll(tickers.Select(ticker => Task.Run(() => ticker.Tick(Minutely, CancellationToken.None))));

        told.Count(each => each).ShouldBe(1);
    }

    [Fact]
    public async Task A_scheduler_whose_lease_expires_while_it_stores_tells_nothing_that_another_has_told()
    {
        var rarely = Job.Every(TimeSpan.FromDays(3650), "rarely");
        var stalls = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        var stalled = new WatchedSchedules(_stores.Get<IRepository<Schedule>>())
        {
            OnSave = () =>
            {
                stalls.SetResult();
                return goesOn.Task;
            },
        };
        var slow = new Ticker(stalled, _stores.Get<ICache>(), _stores.Clock, NullLogger<Ticker>.Instance).Tick(
            rarely,
            CancellationToken.None
        );
        await stalls.Task;
        (await Ticker(_stores.Get<ICache>()).Tick(rarely, CancellationToken.None)).ShouldBeFalse("the slow one has the lease");

        _stores.Clock.Advance(TimeSpan.FromMinutes(1));
        var quick = await Ticker(_stores.Get<ICache>()).Tick(rarely, CancellationToken.None);
        goesOn.SetResult();

        (quick, await slow).ShouldBe((true, false));
        (await _stores.Get<IRepository<Schedule>>().Find("rarely", CancellationToken.None))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Work_in_the_background_that_fails_is_logged_and_goes_on_after_a_pause()
    {
        var always = Job.Every(TimeSpan.FromTicks(1), "always");
        var stored = _stores.Get<IRepository<Schedule>>();
        var tries = 0;
        var log = new LogLines();
        var time = new HurriedTime();
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton<IRepository<Schedule>>(
                new WatchedSchedules(stored)
                {
                    OnFind = () => ++tries <= 2 ? throw new TimeoutException("the database is away") : Task.CompletedTask,
                }
            )
            .AddSingleton(_stores.Get<ICache>())
            .AddSingleton<TimeProvider>(time)
            .AddSchedule(always)
            .BuildServiceProvider();
        var clockwork = services.GetRequiredService<IHostedService>();

        await clockwork.StartAsync(CancellationToken.None);
        await Answers.Eventually(async () => await stored.Find("always", CancellationToken.None) is not null, "the third try succeeds");
        await clockwork.StopAsync(CancellationToken.None);

        var faults = log.Entries.Where(entry => entry.Level == LogLevel.Error).ToList();
        faults.Count.ShouldBe(2);
        faults.ShouldAllBe(fault => fault.Exception!.Message == "the database is away" && Equals(fault.Fields["job"], "always"));
        time.Pauses.Take(2).ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)]);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Ticker Ticker(ICache cache) => new(_stores.Get<IRepository<Schedule>>(), cache, _stores.Clock, NullLogger<Ticker>.Instance);

    /// <summary>A database to which something happens on the way.</summary>
    private sealed class WatchedSchedules(IRepository<Schedule> schedules) : IRepository<Schedule>
    {
        public Func<Task> OnFind { get; init; } = () => Task.CompletedTask;

        public Func<Task> OnSave { get; init; } = () => Task.CompletedTask;

        public async Task<SaveResult> Save(
            Schedule document,
            IReadOnlyList<Event> events,
            HandledMessage? handled,
            CancellationToken cancellationToken
        )
        {
            await OnSave();
            return await schedules.Save(document, events, handled, cancellationToken);
        }

        public async Task<Schedule?> Find(string id, CancellationToken cancellationToken)
        {
            await OnFind();
            return await schedules.Find(id, cancellationToken);
        }

        public Task<bool> HasHandled(string id, HandledMessage handled, CancellationToken cancellationToken) =>
            schedules.HasHandled(id, handled, cancellationToken);

        public Task<IReadOnlyList<Schedule>> List(Query<Schedule> query, CancellationToken cancellationToken) =>
            schedules.List(query, cancellationToken);

        public Task<long> Count(Query<Schedule> query, CancellationToken cancellationToken) => schedules.Count(query, cancellationToken);

        public Task<int> Remove(Query<Schedule> query, CancellationToken cancellationToken) => schedules.Remove(query, cancellationToken);
    }

    /// <summary>Notes how long a pause is to be, and lets it be short.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
    }

    /// <summary>Redis while it is away.</summary>
    private sealed class NoCache : ICache
    {
        public Task<string?> Get(string key, CancellationToken cancellationToken) => Away<string?>();

        public Task Set(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) => Away<bool>();

        public Task<bool> Add(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) => Away<bool>();

        public Task<bool> Replace(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            Away<bool>();

        public Task<bool> Remove(string key, string? expected, CancellationToken cancellationToken) => Away<bool>();

        public Task<(long Count, TimeSpan TimeToLive)> Increment(string key, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            Away<(long, TimeSpan)>();

        public Task<bool> EnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            Away<bool>();

        public Task LeaveAsync(string set, string member, CancellationToken cancellationToken) => Away<bool>();

        public Task Publish(string channel, string message, CancellationToken cancellationToken) => Away<bool>();

        public Task Subscribe(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken) => Away<bool>();

        public Task Ping(CancellationToken cancellationToken) => Away<bool>();

        private static Task<T> Away<T>() => Task.FromException<T>(new RedisUnavailableException(new TimeoutException()));
    }
}
