using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.IntegrationTests.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task The_outbox_gives_the_oldest_first_and_no_more_than_asked()
    {
        var ids = await RaiseAsync(Here, 5);

        (await TakeAsync(Here, limit: 2)).ShouldBe(ids[..2]);
        (await TakeAsync(There, limit: 2)).ShouldBe(ids[2..4]);
        (await TakeAsync(Here, limit: 2)).ShouldBe(ids[4..]);
        (await TakeAsync(Here, limit: 2)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_outbox_publishes_nothing()
    {
        var published = await Here.Outbox.DrainAsync(
            10,
            TimeSpan.Zero,
            (_, _) => throw new InvalidOperationException("There is nothing."),
            default
        );

        published.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_stored_just_now_is_left_to_the_process_that_stored_it()
    {
        await RaiseAsync(Here, 3);

        var published = await There.Outbox.DrainAsync(
            10,
            TimeSpan.FromMinutes(1),
            (_, _) => throw new InvalidOperationException(),
            default
        );

        published.ShouldBe(0);
        (await There.Outbox.BacklogAsync(10, default)).ShouldBe(3);
    }

    [Fact]
    public async Task The_process_that_stored_events_is_told_them_with_their_places_and_removes_those_that_it_published()
    {
        Here.Signal.Dequeue(100);
        var ids = await RaiseAsync(Here, 3);

        var committed = Here.Signal.Dequeue(100);
        committed.Select(each => each.Event.EventId).ShouldBe(ids);
        await Here.Outbox.RemoveAsync([committed[0].Key, committed[2].Key], default);

        (await TakeAsync(There, limit: 10)).ShouldBe([ids[1]]);
        await Here.Outbox.RemoveAsync([.. committed.Select(each => each.Key)], default);
    }

    [Fact]
    public async Task What_could_not_be_published_stays_and_comes_again_in_its_order()
    {
        var ids = await RaiseAsync(Here, 3);

        await Should.ThrowAsync<InvalidOperationException>(() =>
            Here.Outbox.DrainAsync(10, TimeSpan.Zero, (_, _) => throw new InvalidOperationException("The broker is away."), default)
        );

        (await TakeAsync(There, limit: 10)).ShouldBe(ids);
    }

    [Fact]
    public async Task A_relay_that_is_stopped_while_it_publishes_leaves_all_to_the_next()
    {
        var ids = await RaiseAsync(Here, 3);
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            Here.Outbox.DrainAsync(
                10,
                TimeSpan.Zero,
                async (_, token) =>
                {
                    await stop.CancelAsync();
                    await Task.Delay(Timeout.Infinite, token);
                },
                stop.Token
            )
        );

        (await TakeAsync(There, limit: 10)).ShouldBe(ids);
    }

    [Fact]
    public async Task Two_relays_at_once_never_hold_the_same_entry()
    {
        var ids = await RaiseAsync(Here, 6);
        var (held, release) = (new TaskCompletionSource<Guid[]>(), new TaskCompletionSource());
        var first = Here.Outbox.DrainAsync(
            4,
            TimeSpan.Zero,
            async (entries, _) =>
            {
                held.SetResult([.. entries.Select(entry => entry.EventId)]);
                await release.Task;
            },
            default
        );
        var taken = await held.Task;

        var beside = await TakeAsync(There, limit: 10);
        release.SetResult();

        (await first).ShouldBe(4);
        taken.ShouldBe(ids[..4]);
        beside.ShouldBe(ids[4..]);
        (await TakeAsync(There, limit: 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_relays_together_publish_every_event_once()
    {
        var ids = await RaiseAsync(Here, 300);

        var published = await TogetherAsync(
            6,
            async n =>
            {
                var mine = new List<Guid>();
                while (await TakeAsync(Side(n), limit: 7) is { Length: > 0 } batch)
                {
                    mine.AddRange(batch);
                }

                return mine;
            }
        );
        published = [.. published, [.. await TakeAsync(Here, limit: 300)]];

        published.SelectMany(each => each).Order().ShouldBe(ids.Order());
    }

    [Fact]
    public async Task An_event_that_this_build_does_not_know_waits_for_one_that_does_and_holds_up_no_other()
    {
        var parcel = Parcel.Sent("p1", Noon);
        var known = parcel.Scan("x");
        await Parcels.SaveAsync(parcel, [new InventedTomorrow(), .. known], handled: null, default);

        (await TakeAsync(Here, limit: 1)).ShouldBe([known[0].EventId]);

        (await TakeAsync(Here, limit: 1)).ShouldBeEmpty();
        (await Here.Outbox.BacklogAsync(10, default)).ShouldBe(1);
    }

    [Fact]
    public async Task The_oldest_event_is_found_behind_any_number_of_events_that_this_build_does_not_know()
    {
        (await Here.Outbox.OldestAsync(default)).ShouldBeNull();
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.SaveAsync(parcel, [.. Enumerable.Range(0, 150).Select(_ => new InventedTomorrow())], handled: null, default);
        (await Here.Outbox.OldestAsync(default)).ShouldBeNull();

        await RaiseAsync(Here, 2);

        var waiting = await There.Database.ListPendingAsync(about: null, before: null, 200, default);
        var known = waiting.First(entry => EventCatalog.Knows(entry.Type));
        (await There.Outbox.OldestAsync(default)).ShouldBe(known.StoredAt);
    }

    [Fact]
    public async Task The_backlog_is_counted_no_further_than_asked()
    {
        await RaiseAsync(Here, 5);

        (await Here.Outbox.BacklogAsync(10, default)).ShouldBe(5);
        (await There.Outbox.BacklogAsync(3, default)).ShouldBe(3);
        await TakeAsync(Here, limit: 10);
        (await Here.Outbox.BacklogAsync(10, default)).ShouldBe(0);
    }

    /// <summary>Stores a number of events one after another, each with its own document, and returns their ids.</summary>
    protected static async Task<Guid[]> RaiseAsync(DocumentStore store, int events)
    {
        var ids = new List<Guid>();
        for (var n = 0; n < events; n++)
        {
            var parcel = Parcel.Sent($"raised-{n}", Noon);
            var raised = parcel.Scan("x");
            ids.AddRange(raised.Select(e => e.EventId));
            await store.Parcels.SaveAsync(parcel, raised, handled: null, default);
        }

        return [.. ids];
    }

    /// <summary>Publishes one batch and returns the ids of its events.</summary>
    protected static async Task<Guid[]> TakeAsync(DocumentStore store, int limit)
    {
        Guid[] ids = [];
        await store.Outbox.DrainAsync(
            limit,
            TimeSpan.Zero,
            (entries, _) =>
            {
                ids = [.. entries.Select(entry => entry.EventId)];
                return Task.CompletedTask;
            },
            default
        );
        return ids;
    }

    private sealed record InventedTomorrow : Event;
}
