using System.Collections.Concurrent;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Scheduler;
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

    // The Order process has the same stores, but no ticker that would run beside the test's.
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

    [Theory]
    [InlineData("2026-03-28T03:09:59Z", "2026-03-27T03:10:00Z", "2026-03-28T03:10:00Z")]
    [InlineData("2026-03-28T03:10:00Z", "2026-03-28T03:10:00Z", "2026-03-29T02:10:00Z")] // the day on which clocks are put forward
    [InlineData("2026-03-29T02:10:00Z", "2026-03-29T02:10:00Z", "2026-03-30T02:10:00Z")]
    public void A_job_of_each_business_day_follows_the_shops_clocks(string now, string last, string next)
    {
        var rome = new BusinessDays(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), new TimeOnly(4, 0));
        var job = Job.EachBusinessDay(rome, TimeSpan.FromMinutes(10), "daily");

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

        var first = await Task.WhenAll(tickers.Select(ticker => ticker.TickAsync(CancellationToken.None)));
        _stores.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await Task.WhenAll(tickers.Select(ticker => ticker.TickAsync(CancellationToken.None)));

        first.Count(told => told).ShouldBe(1);
        second.Count(told => told).ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_lease_the_schedules_version_lets_one_through()
    {
        var tickers = Enumerable.Range(0, 8).Select(_ => Ticker(new UnavailableCache())).ToList();

        var told = await Task.WhenAll(tickers.Select(ticker => Task.Run(() => ticker.TickAsync(CancellationToken.None))));

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
        var slow = new Ticker(rarely, stalled, _stores.Get<ICache>(), _stores.Clock, NullLogger<Ticker>.Instance).TickAsync(
            CancellationToken.None
        );
        await stalls.Task;
        (await Ticker(_stores.Get<ICache>(), rarely).TickAsync(CancellationToken.None)).ShouldBeFalse("the slow one has the lease");

        _stores.Clock.Advance(TimeSpan.FromMinutes(1));
        var quick = await Ticker(_stores.Get<ICache>(), rarely).TickAsync(CancellationToken.None);
        goesOn.SetResult();

        (quick, await slow).ShouldBe((true, false));
        (await _stores.Get<IRepository<Schedule>>().FindAsync("rarely", CancellationToken.None))!.Version.ShouldBe(1);
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
            .AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<Ticker>(provider, always))
            .BuildServiceProvider();
        var clockwork = services.GetRequiredService<IHostedService>();

        await clockwork.StartAsync(CancellationToken.None);
        await Answers.EventuallyAsync(
            async () => await stored.FindAsync("always", CancellationToken.None) is not null,
            "the third try succeeds"
        );
        await clockwork.StopAsync(CancellationToken.None);

        var faults = log.Entries.Where(entry => entry.Level == LogLevel.Error).ToList();
        faults.Count.ShouldBe(2);
        faults.ShouldAllBe(fault => fault.Exception!.Message == "the database is away" && Equals(fault.Fields["job"], "always"));
        time.Pauses.Take(2).ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)]);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Ticker Ticker(ICache cache, Job? job = null) =>
        new(job ?? Minutely, _stores.Get<IRepository<Schedule>>(), cache, _stores.Clock, NullLogger<Ticker>.Instance);

    /// <summary>A repository that runs a callback before it finds or saves.</summary>
    private sealed class WatchedSchedules(IRepository<Schedule> schedules) : IRepository<Schedule>
    {
        public Func<Task> OnFind { get; init; } = () => Task.CompletedTask;

        public Func<Task> OnSave { get; init; } = () => Task.CompletedTask;

        public async Task<SaveResult> SaveAsync(
            Schedule document,
            IReadOnlyList<Event> events,
            HandledMessage? handled,
            CancellationToken cancellationToken
        )
        {
            await OnSave();
            return await schedules.SaveAsync(document, events, handled, cancellationToken);
        }

        public async Task<Schedule?> FindAsync(string id, CancellationToken cancellationToken)
        {
            await OnFind();
            return await schedules.FindAsync(id, cancellationToken);
        }

        public Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken) =>
            schedules.HasHandledAsync(id, handled, cancellationToken);

        public Task<IReadOnlyList<Schedule>> ListAsync(Query<Schedule> query, CancellationToken cancellationToken) =>
            schedules.ListAsync(query, cancellationToken);

        public Task<long> CountAsync(Query<Schedule> query, CancellationToken cancellationToken) =>
            schedules.CountAsync(query, cancellationToken);

        public Task<int> RemoveAsync(Query<Schedule> query, CancellationToken cancellationToken) =>
            schedules.RemoveAsync(query, cancellationToken);
    }

    /// <summary>Records the length of each pause, and shortens the pause.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
    }
}
