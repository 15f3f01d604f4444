using System.Diagnostics;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.IntegrationTests.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Events_are_stored_with_the_document_in_their_order_with_all_they_carry()
    {
        using var activity = new Activity("a request").Start();
        var parcel = Parcel.Sent("p1", Noon);
        var cause = new Cause("customer-7", Noon, "correlation-1", activity.TraceId.ToHexString());
        Event[] events =
        [
            .. parcel.Scan("one").Concat(parcel.Scan("two")).Concat(parcel.Arrive(Noon).OrThrow()).Select(e => e.Because(cause)),
        ];

        await Parcels.SaveAsync(parcel, events, handled: null, default);

        var entries = await There.TakeEventsAsync();
        entries.Select(entry => entry.EventId).ShouldBe(events.Select(e => e.EventId));
        entries.Select(entry => entry.Type).ShouldBe(["KitchenPaused", "KitchenPaused", "OrderReady"]);
        entries.ShouldAllBe(entry => entry.TraceParent == activity.Id);
        var last = JsonSerializer.Deserialize<OrderReady>(entries[2].Body, PizzeriaJson.Options)!;
        last.ShouldBe((OrderReady)events[2]);
    }

    [Fact]
    public async Task A_document_whose_event_cannot_be_stored_is_not_stored_either()
    {
        var parcel = Parcel.Sent("p1", Noon);

        await Should.ThrowAsync<Exception>(() =>
            Parcels.SaveAsync(
                parcel,
                [
                    new KitchenLoadChanged
                    {
                        Capacity = 1,
                        Cooking = 0,
                        Queued = 0,
                        AverageCookMinutes = double.NaN,
                        LoadVersion = 1,
                    },
                ],
                Message(1),
                default
            )
        );

        parcel.Version.ShouldBe(0);
        (await Parcels.FindAsync("p1", default)).ShouldBeNull();
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_message_is_handled_once_for_a_document()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.SaveAsync(parcel, parcel.Scan("first"), Message(1), default);
        var again = (await There.Parcels.FindAsync("p1", default))!;

        var result = await There.Parcels.SaveAsync(again, again.Scan("again"), Message(1), default);

        result.ShouldBe(SaveResult.AlreadyHandled);
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeTrue();
        var stored = (await Parcels.FindAsync("p1", default))!;
        stored.Version.ShouldBe(1);
        stored.Scans.ShouldBe(1);
        (await Here.TakeEventsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_was_handled_is_said_to_be_so_even_to_who_holds_an_old_version()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);
        var old = (await Parcels.FindAsync("p1", default))!;
        await Parcels.SaveAsync(parcel, parcel.Scan("x"), Message(1), default);

        (await Parcels.SaveAsync(old, old.Scan("x"), Message(1), default)).ShouldBe(SaveResult.AlreadyHandled);
        var anew = Parcel.Sent("p1", Noon);
        (await Parcels.SaveAsync(anew, anew.Scan("x"), Message(1), default)).ShouldBe(SaveResult.AlreadyHandled);
    }

    [Fact]
    public async Task Two_consumers_each_handle_the_same_message_and_so_do_two_documents()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.SaveAsync(parcel, parcel.Scan("x"), Message(1, "Billing"), default);

        (await Parcels.SaveAsync(parcel, parcel.Scan("x"), Message(1, "Shipping"), default)).ShouldBe(SaveResult.Saved);
        (await Parcels.SaveAsync(Parcel.Sent("p2", Noon), NoEvents, Message(1, "Billing"), default)).ShouldBe(SaveResult.Saved);
        (await Parcels.SaveAsync(parcel, parcel.Scan("x"), Message(2, "Billing"), default)).ShouldBe(SaveResult.Saved);
        (await Parcels.HasHandledAsync("p2", Message(1, "Shipping"), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_deliveries_of_one_message_at_the_same_time_one_takes_effect()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        var outcomes = await TogetherAsync(
            20,
            n => Side(n).Parcels.ChangeAsync("p1", parcel => parcel.Scan("x").ToArray(), Message(1), default)
        );

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        (await Parcels.FindAsync("p1", default))!.Scans.ShouldBe(1);
        (await Here.TakeEventsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_writers_at_once_lose_no_update()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        var outcomes = await TogetherAsync(
            50,
            n => Side(n).Parcels.ChangeAsync("p1", parcel => parcel.Scan($"writer {n}").ToArray(), handled: null, default)
        );

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        var parcel = (await Parcels.FindAsync("p1", default))!;
        parcel.Scans.ShouldBe(50);
        parcel.Log.Where(line => line.StartsWith("writer", StringComparison.Ordinal)).Distinct().Count().ShouldBe(50);
        (await Here.TakeEventsAsync()).Count.ShouldBe(50);
    }

    [Fact]
    public async Task Of_many_saves_at_the_same_time_each_has_its_own_outcome()
    {
        var handled = Parcel.Sent("handled", Noon);
        await Parcels.SaveAsync(handled, NoEvents, Message(1), default);
        foreach (var id in Enumerable.Range(0, 40).Select(n => $"stored{n}"))
        {
            await Parcels.SaveAsync(Parcel.Sent(id, Noon), NoEvents, handled: null, default);
        }

        var results = await TogetherAsync(
            120,
            async n =>
            {
                var parcel = (n % 4) switch
                {
                    0 => Parcel.Sent($"new{n}", Noon),
                    1 => (await Parcels.FindAsync($"stored{n / 4}", default))!,
                    2 => Parcel.Sent($"stored{n / 4}", Noon),
                    _ => Parcel.Sent("handled", Noon),
                };
                return await Side(n).Parcels.SaveAsync(parcel, parcel.Scan($"{n}"), n % 4 == 3 ? Message(1) : Message(n + 2), default);
            }
        );

        results
            .Select((result, n) => (n % 4, result))
            .Distinct()
            .ShouldBe(
                [(0, SaveResult.Saved), (1, SaveResult.Saved), (2, SaveResult.Conflict), (3, SaveResult.AlreadyHandled)],
                ignoreOrder: true
            );
        (await Here.TakeEventsAsync()).Count.ShouldBe(60);
        (await Parcels.FindAsync("new0", default))!.Log.ShouldContain("0");
        (await Parcels.HasHandledAsync("new0", Message(2), default)).ShouldBeTrue();
        (await Parcels.HasHandledAsync("stored0", Message(4), default)).ShouldBeFalse("that save was a conflict");
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nobody_elses_save_or_find_with_it()
    {
        using var givesUp = new CancellationTokenSource();
        var saves = Enumerable
            .Range(0, 40)
            .Select(n => Parcels.SaveAsync(Parcel.Sent($"p{n}", Noon), NoEvents, handled: null, n % 2 == 0 ? default : givesUp.Token))
            .ToList();
        var finds = Enumerable.Range(0, 40).Select(n => Parcels.FindAsync($"p{n}", n % 2 == 0 ? default : givesUp.Token)).ToList();
        await givesUp.CancelAsync();

        await Task.WhenAll(finds.Where((_, n) => n % 2 == 0));
        (await Task.WhenAll(saves.Where((_, n) => n % 2 == 0))).ShouldAllBe(result => result == SaveResult.Saved);
        foreach (var task in saves.Concat<Task>(finds))
        {
            await task.ContinueWith(_ => { }, TaskScheduler.Default);
            task.IsFaulted.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_change_that_the_domain_refuses_stores_nothing()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.SaveAsync(parcel, parcel.Arrive(Noon).OrThrow(), handled: null, default);

        var outcome = await Parcels.ChangeAsync("p1", p => p.Arrive(Noon), Message(1), default);

        outcome.Error.ShouldNotBeNull().Code.ShouldBe(ErrorCodes.IllegalTransition);
        (await Parcels.FindAsync("p1", default))!.Version.ShouldBe(1);
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_that_was_carried_out_before_by_the_same_message_succeeds_without_doing_it_again()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        (await Parcels.ChangeAsync("p1", p => p.Arrive(Noon), Message(1), default)).Succeeded.ShouldBeTrue();

        var again = await There.Parcels.ChangeAsync("p1", p => p.Arrive(Noon.AddHours(1)), Message(1), default);

        again.Succeeded.ShouldBeTrue();
        again.Value!.ArrivedAt.ShouldBe(Noon);
        (await Here.TakeEventsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_change_that_raises_nothing_stores_nothing_and_an_update_says_itself_whether_it_changed_anything()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        (await Parcels.ChangeAsync("p1", _ => Array.Empty<Event>(), handled: null, default)).Succeeded.ShouldBeTrue();
        (await Parcels.UpdateAsync("p1", _ => false, handled: null, default)).Succeeded.ShouldBeTrue();
        (await Parcels.FindAsync("p1", default))!.Version.ShouldBe(1);

        var updated = await Parcels.UpdateAsync("p1", p => p.Scan("x").Count > 0, handled: null, default);

        updated.OrThrow().Version.ShouldBe(2);
        (await Parcels.FindAsync("p1", default))!.Scans.ShouldBe(1);
        (await Here.TakeEventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_changed_nothing_is_still_handled_once()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        await Parcels.ChangeAsync("p1", _ => Array.Empty<Event>(), Message(1), default);
        await There.Parcels.ChangeAsync("p1", p => p.Scan("late").ToArray(), Message(1), default);

        (await Parcels.FindAsync("p1", default))!.Scans.ShouldBe(0);
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Changing_what_is_not_there_is_not_found()
    {
        var outcome = await Parcels.ChangeAsync("nowhere", p => p.Arrive(Noon), Message(1), default);

        outcome.Error.ShouldNotBeNull().Code.ShouldBe(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Messages_handled_long_ago_are_forgotten_so_many_at_a_time_and_the_document_stays()
    {
        var parcel = Parcel.Sent("p1", Noon);
        for (var n = 1; n <= 3; n++)
        {
            await Parcels.SaveAsync(parcel, NoEvents, Message(n), default);
        }

        (await There.Database.PruneInboxAsync(DateTimeOffset.UtcNow.AddHours(-1), 10, default)).ShouldBe(0);
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeTrue("it is not an hour ago");

        var later = DateTimeOffset.UtcNow.AddHours(1);
        (await There.Database.PruneInboxAsync(later, 2, default)).ShouldBe(2);
        (await There.Database.PruneInboxAsync(later, 2, default)).ShouldBe(1);

        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeFalse();
        (await Parcels.FindAsync("p1", default))!.Version.ShouldBe(3);
    }

    [Fact]
    public async Task An_operator_is_told_what_a_document_handled_and_what_waits_to_be_published()
    {
        var parcel = Parcel.Sent("p1", Noon);
        var message = Message(1) with { Attempts = 3 };
        await Parcels.SaveAsync(parcel, parcel.Scan("about-p1"), message, default);
        var other = Parcel.Sent("p2", Noon);
        await Parcels.SaveAsync(other, other.Scan("about-p2"), Message(2), default);

        var handled = (await There.Database.ListHandledAsync("parcels", "p1", default)).ShouldHaveSingleItem();
        (handled.Message, handled.Message.Attempts).ShouldBe((message, 3));
        (await There.Database.ListPendingAsync("about-p1", before: null, 10, default))
            .ShouldHaveSingleItem()
            .Type.ShouldBe(nameof(KitchenPaused));
        (await There.Database.ListPendingAsync(about: null, before: null, 10, default)).Count.ShouldBe(2);
        (await There.Database.ListPendingAsync(about: null, DateTimeOffset.UtcNow.AddMinutes(-1), 10, default)).ShouldBeEmpty();
    }
}
