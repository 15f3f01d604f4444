using System.Diagnostics;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>
/// What every document store must do, whatever is behind it. An implementation's class says how a process attaches to it; each
/// test has an empty database of its own.
/// </summary>
public abstract class DocumentStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<Event> NoEvents = [];

    /// <summary>Two processes, replicas of one service, on the same database.</summary>
    protected DocumentStore Here { get; private set; } = null!;

    protected DocumentStore There { get; private set; } = null!;

    private IRepository<Parcel> Parcels => Here.Parcels;

    public virtual async Task InitializeAsync()
    {
        (Here, There) = await Attach();
        await Here.Database.Migrate(default);
    }

    public virtual async Task DisposeAsync()
    {
        await Here.DisposeAsync();
        await There.DisposeAsync();
    }

    /// <summary>Two processes on an empty database that has no schema yet.</summary>
    protected abstract Task<(DocumentStore Here, DocumentStore There)> Attach();

    [Fact]
    public async Task A_stored_document_is_found_as_it_was()
    {
        var parcel = Parcel.Sent("p1", Noon.AddTicks(1234567), receiver: "nonna");

        await Parcels.Save(parcel, NoEvents, handled: null, default);

        var found = (await There.Parcels.Find("p1", default)).ShouldNotBeNull();
        JsonSerializer.Serialize(found, PizzeriaJson.Documents).ShouldBe(JsonSerializer.Serialize(parcel, PizzeriaJson.Documents));
        found.Version.ShouldBe(1);
        found.Value.ShouldBe(new Money(1290));
        found.SentAt.ShouldBe(Noon.AddTicks(1234567));
        found.Log.ShouldBe(["packed", "Zürich \"Nord\" 🍕"]);
        found.Contents.ShouldHaveSingleItem().LineTotal.ShouldBe(new Money(3378));
        found.Weights.ShouldBe(new Dictionary<string, int>(StringComparer.Ordinal) { ["box"] = 3 });
        found.ArrivedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Every_commit_is_told_in_its_process_and_nothing_else_is()
    {
        var told = new List<(string, long, int)>();
        Here.Signal.Listen((document, events) => told.Add((document.Id, document.Version, events.Count)));
        var parcel = Parcel.Sent("p1", Noon);

        await Parcels.Save(parcel, NoEvents, handled: null, default);
        await Parcels.Save(parcel, parcel.Scan("somebody"), handled: null, default);
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        told.ShouldBe([("p1", 1, 0), ("p1", 2, 1)]);
    }

    [Fact]
    public async Task A_document_that_was_never_stored_is_not_found()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        (await Parcels.Find("p2", default)).ShouldBeNull();
        (await Parcels.Find("P1", default)).ShouldBeNull("ids are compared ordinally");
    }

    [Fact]
    public async Task Documents_are_found_by_the_beginning_of_their_id()
    {
        foreach (var id in new[] { "abc1", "abc2", "abc", "ab", "abd", "ABC3", "ab%", "ab_4" })
        {
            await Parcels.Save(Parcel.Sent(id, Noon), NoEvents, handled: null, default);
        }

        (await Found("abc")).ShouldBe(["abc", "abc1", "abc2"]);
        (await Found("abc2")).ShouldBe(["abc2"]);
        (await Found("ab_")).ShouldBe(["ab_4"], "no letter stands for others");
        (await Found("x")).ShouldBeEmpty();
        (await There.Parcels.Count(Query<Parcel>.All.WhereIdBegins("abc"), default)).ShouldBe(3);

        async Task<IEnumerable<string>> Found(string prefix) =>
            (await There.Parcels.List(Query<Parcel>.All.WhereIdBegins(prefix), default)).Select(parcel => parcel.Id);
    }

    [Fact]
    public async Task Each_find_gives_a_copy_of_its_own()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var first = (await Parcels.Find("p1", default))!;

        first.Scan("somebody");

        (await Parcels.Find("p1", default))!.Scans.ShouldBe(0);
    }

    [Fact]
    public async Task Changing_what_was_stored_afterwards_changes_nothing_in_the_store()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.Save(parcel, NoEvents, handled: null, default);

        parcel.Scan("somebody");

        (await Parcels.Find("p1", default))!.Scans.ShouldBe(0);
    }

    [Fact]
    public async Task A_second_document_with_the_same_id_is_a_conflict_and_leaves_the_first_as_it_is()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon, receiver: "first"), NoEvents, handled: null, default);
        var second = Parcel.Sent("p1", Noon, receiver: "second");

        var result = await There.Parcels.Save(second, second.Scan("x"), Message(1), default);

        result.ShouldBe(SaveResult.Conflict);
        second.Version.ShouldBe(0);
        (await Parcels.Find("p1", default))!.Receiver.ShouldBe("first");
        (await Here.TakeEvents()).ShouldBeEmpty();
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Every_save_raises_the_version_by_one()
    {
        var parcel = Parcel.Sent("p1", Noon);

        for (var expected = 1; expected <= 3; expected++)
        {
            (await Parcels.Save(parcel, parcel.Scan("x"), handled: null, default)).ShouldBe(SaveResult.Saved);

            parcel.Version.ShouldBe(expected);
            (await Parcels.Find("p1", default))!.Version.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_save_of_an_older_version_is_a_conflict_and_stores_nothing()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var mine = (await Here.Parcels.Find("p1", default))!;
        var theirs = (await There.Parcels.Find("p1", default))!;
        await There.Parcels.Save(theirs, theirs.Scan("theirs"), handled: null, default);

        var result = await Here.Parcels.Save(mine, mine.Scan("mine"), Message(1), default);

        result.ShouldBe(SaveResult.Conflict);
        mine.Version.ShouldBe(1);
        (await Parcels.Find("p1", default))!.Log.ShouldContain("theirs");
        (await Here.TakeEvents()).ShouldHaveSingleItem().Body.ShouldContain("theirs");
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_that_warms_up_writes_nothing()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var before = (await Parcels.Find("p1", default))!;

        await new DocumentWarmUp<Parcel>(Parcels).Run(default);

        (await Parcels.Find("p1", default)).ShouldBeEquivalentTo(before);
        (await Here.Outbox.Backlog(10, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_document_that_was_removed_meanwhile_cannot_be_updated()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var parcel = (await Parcels.Find("p1", default))!;
        await There.Parcels.Remove(Query<Parcel>.All, default);

        var result = await Parcels.Save(parcel, parcel.Scan("x"), handled: null, default);

        result.ShouldBe(SaveResult.Conflict);
        (await Parcels.Find("p1", default)).ShouldBeNull();
        (await Here.TakeEvents()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_who_store_the_same_new_document_one_does()
    {
        var results = await Together(
            20,
            n =>
            {
                var parcel = Parcel.Sent("p1", Noon);
                return Side(n).Parcels.Save(parcel, parcel.Scan("x"), handled: null, default);
            }
        );

        results.Count(result => result == SaveResult.Saved).ShouldBe(1);
        results.Count(result => result == SaveResult.Conflict).ShouldBe(19);
        (await Here.TakeEvents()).Count.ShouldBe(1);
    }

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

        await Parcels.Save(parcel, events, handled: null, default);

        var entries = await There.TakeEvents();
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
            Parcels.Save(
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
        (await Parcels.Find("p1", default)).ShouldBeNull();
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_message_is_handled_once_for_a_document()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.Save(parcel, parcel.Scan("first"), Message(1), default);
        var again = (await There.Parcels.Find("p1", default))!;

        var result = await There.Parcels.Save(again, again.Scan("again"), Message(1), default);

        result.ShouldBe(SaveResult.AlreadyHandled);
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeTrue();
        var stored = (await Parcels.Find("p1", default))!;
        stored.Version.ShouldBe(1);
        stored.Scans.ShouldBe(1);
        (await Here.TakeEvents()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_was_handled_is_said_to_be_so_even_to_who_holds_an_old_version()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.Save(parcel, NoEvents, handled: null, default);
        var old = (await Parcels.Find("p1", default))!;
        await Parcels.Save(parcel, parcel.Scan("x"), Message(1), default);

        (await Parcels.Save(old, old.Scan("x"), Message(1), default)).ShouldBe(SaveResult.AlreadyHandled);
        var anew = Parcel.Sent("p1", Noon);
        (await Parcels.Save(anew, anew.Scan("x"), Message(1), default)).ShouldBe(SaveResult.AlreadyHandled);
    }

    [Fact]
    public async Task Two_consumers_each_handle_the_same_message_and_so_do_two_documents()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.Save(parcel, parcel.Scan("x"), Message(1, "Billing"), default);

        (await Parcels.Save(parcel, parcel.Scan("x"), Message(1, "Shipping"), default)).ShouldBe(SaveResult.Saved);
        (await Parcels.Save(Parcel.Sent("p2", Noon), NoEvents, Message(1, "Billing"), default)).ShouldBe(SaveResult.Saved);
        (await Parcels.Save(parcel, parcel.Scan("x"), Message(2, "Billing"), default)).ShouldBe(SaveResult.Saved);
        (await Parcels.HasHandled("p2", Message(1, "Shipping"), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_deliveries_of_one_message_at_the_same_time_one_takes_effect()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        var outcomes = await Together(20, n => Side(n).Parcels.Change("p1", parcel => parcel.Scan("x").ToArray(), Message(1), default));

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        (await Parcels.Find("p1", default))!.Scans.ShouldBe(1);
        (await Here.TakeEvents()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_writers_at_once_lose_no_update()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        var outcomes = await Together(
            50,
            n => Side(n).Parcels.Change("p1", parcel => parcel.Scan($"writer {n}").ToArray(), handled: null, default)
        );

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        var parcel = (await Parcels.Find("p1", default))!;
        parcel.Scans.ShouldBe(50);
        parcel.Log.Where(line => line.StartsWith("writer", StringComparison.Ordinal)).Distinct().Count().ShouldBe(50);
        (await Here.TakeEvents()).Count.ShouldBe(50);
    }

    [Fact]
    public async Task A_change_that_the_domain_refuses_stores_nothing()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.Save(parcel, parcel.Arrive(Noon).OrThrow(), handled: null, default);

        var outcome = await Parcels.Change("p1", p => p.Arrive(Noon), Message(1), default);

        outcome.Fault.ShouldNotBeNull().Slug.ShouldBe(Slugs.IllegalTransition);
        (await Parcels.Find("p1", default))!.Version.ShouldBe(1);
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_that_was_carried_out_before_by_the_same_message_succeeds_without_doing_it_again()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        (await Parcels.Change("p1", p => p.Arrive(Noon), Message(1), default)).Succeeded.ShouldBeTrue();

        var again = await There.Parcels.Change("p1", p => p.Arrive(Noon.AddHours(1)), Message(1), default);

        again.Succeeded.ShouldBeTrue();
        again.Value!.ArrivedAt.ShouldBe(Noon);
        (await Here.TakeEvents()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_change_that_raises_nothing_stores_nothing_and_an_update_says_itself_whether_it_changed_anything()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        (await Parcels.Change("p1", _ => Array.Empty<Event>(), handled: null, default)).Succeeded.ShouldBeTrue();
        (await Parcels.Update("p1", _ => false, handled: null, default)).Succeeded.ShouldBeTrue();
        (await Parcels.Find("p1", default))!.Version.ShouldBe(1);

        var updated = await Parcels.Update("p1", p => p.Scan("x").Count > 0, handled: null, default);

        updated.OrThrow().Version.ShouldBe(2);
        (await Parcels.Find("p1", default))!.Scans.ShouldBe(1);
        (await Here.TakeEvents()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_changed_nothing_is_still_handled_once()
    {
        await Parcels.Save(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        await Parcels.Change("p1", _ => Array.Empty<Event>(), Message(1), default);
        await There.Parcels.Change("p1", p => p.Scan("late").ToArray(), Message(1), default);

        (await Parcels.Find("p1", default))!.Scans.ShouldBe(0);
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Changing_what_is_not_there_is_not_found()
    {
        var outcome = await Parcels.Change("nowhere", p => p.Arrive(Noon), Message(1), default);

        outcome.Fault.ShouldNotBeNull().Slug.ShouldBe(Slugs.NotFound);
    }

    [Fact]
    public async Task Documents_are_listed_by_a_key_or_any_of_several()
    {
        await Store(("a", 0, "nonna"), ("b", 1, "zio"), ("c", 2, "nonna"), ("d", 3, "Nonna"), ("e", 4, null));

        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"))).ShouldBe(["a", "c"]);
        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna", "zio", "nobody"))).ShouldBe(["a", "b", "c"]);
        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver))).ShouldBeEmpty();
        (
            await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna").Where(Documents.Parcels.ByState, "on_its_way"))
        ).ShouldBe(["a", "c"]);
        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByState, IndexKey.Of(ParcelState.HasArrived)))).ShouldBeEmpty();
        (await Ids(Query<Parcel>.All)).ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task A_key_follows_the_document()
    {
        await Store(("a", 0, "nonna"));
        await Parcels.Change("a", p => p.Arrive(Noon), handled: null, default);

        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByState, "has_arrived"))).ShouldBe(["a"]);
        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByState, "on_its_way"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_range_includes_its_beginning_and_excludes_its_end()
    {
        await Store(("a", 0, null), ("b", 1, null), ("c", 2, null), ("d", 3, null));

        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(1), Noon.AddMinutes(3)))).ShouldBe(["b", "c"]);
        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, from: null, Noon.AddMinutes(1)))).ShouldBe(["a"]);
        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(3), before: null))).ShouldBe(["d"]);
        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, from: null, before: null))).Count.ShouldBe(4);
        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(3), Noon.AddMinutes(1)))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_range_is_one_of_moments_whatever_the_time_zone_they_are_given_in()
    {
        await Store(("a", 0, null), ("b", 60, null));

        var inRome = Noon.AddMinutes(60).ToOffset(TimeSpan.FromHours(1));

        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, inRome, before: null))).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Documents_are_sorted_both_ways_and_ties_by_id_in_the_same_direction()
    {
        await Store(("b", 1, null), ("a", 1, null), ("d", 0, null), ("c", 2, null));

        (await Ids(Query<Parcel>.All.Ascending(Documents.Parcels.BySentAt))).ShouldBe(["d", "a", "b", "c"]);
        (await Ids(Query<Parcel>.All.NewestFirst(Documents.Parcels.BySentAt))).ShouldBe(["c", "b", "a", "d"]);
    }

    [Fact]
    public async Task Keys_are_sorted_ordinally()
    {
        await Store(("1", 0, "b"), ("2", 0, "B"), ("3", 0, "ä"), ("4", 0, "a-"), ("5", 0, "a"), ("6", 0, "Z"));

        (await Ids(Query<Parcel>.All.Ascending(Documents.Parcels.ByReceiver))).ShouldBe(["2", "6", "5", "4", "1", "3"]);
    }

    [Fact]
    public async Task Documents_without_the_key_match_no_condition_on_it_and_are_left_out_of_its_order()
    {
        await Store(("a", 0, null), ("b", 1, "nonna"));

        (await Ids(Query<Parcel>.All.Ascending(Documents.Parcels.ByReceiver))).ShouldBe(["b"]);
        (await Ids(Query<Parcel>.All.NewestFirst(Documents.Parcels.ByArrivedAt))).ShouldBeEmpty();
        (await Ids(Query<Parcel>.All.Between(Documents.Parcels.ByArrivedAt, Noon.AddYears(-1), before: null))).ShouldBeEmpty();
        (await Parcels.Count(Query<Parcel>.All.NewestFirst(Documents.Parcels.ByArrivedAt), default)).ShouldBe(0);
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        await Store([.. Enumerable.Range(0, 7).Select(n => ($"p{n}", n / 3, (string?)null))]);
        var query = Query<Parcel>.All.NewestFirst(Documents.Parcels.BySentAt);

        (await Ids(query.Page(1, 3))).ShouldBe(["p6", "p5", "p4"]);
        (await Ids(query.Page(2, 3))).ShouldBe(["p3", "p2", "p1"]);
        (await Ids(query.Page(3, 3))).ShouldBe(["p0"]);
        (await Ids(query.Page(4, 3))).ShouldBeEmpty();
        (await Ids(query.Page(int.MaxValue, 100))).ShouldBeEmpty();
        (await Ids(query.First(2))).ShouldBe(["p6", "p5"]);
    }

    [Fact]
    public async Task A_count_is_that_of_all_matches_whatever_the_page()
    {
        await Store(("a", 0, "nonna"), ("b", 1, "zio"), ("c", 2, "nonna"));

        (await Parcels.Count(Query<Parcel>.All, default)).ShouldBe(3);
        (await Parcels.Count(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna").Page(2, 1), default)).ShouldBe(2);
    }

    [Fact]
    public async Task What_matches_is_removed_and_nothing_else()
    {
        await Store(("a", 0, "nonna"), ("b", 1, "zio"), ("c", 2, "nonna"));

        (await Parcels.Remove(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"), default)).ShouldBe(2);

        (await Ids(Query<Parcel>.All)).ShouldBe(["b"]);
        (await Parcels.Remove(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"), default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_removal_takes_no_more_than_its_page_at_once()
    {
        await Store(("a", 0, null), ("b", 1, null), ("c", 2, null));

        (await Parcels.Remove(Query<Parcel>.All.First(2), default)).ShouldBe(2);
        (await Parcels.Remove(Query<Parcel>.All.First(2), default)).ShouldBe(1);
        (await Parcels.Count(Query<Parcel>.All, default)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_still_to_be_published_survives_a_removal()
    {
        var ids = await Raise(Here, 2);

        await There.Parcels.Remove(Query<Parcel>.All, default);

        (await Take(There, limit: 10)).ShouldBe(ids);
        await There.Parcels.Remove(Query<Parcel>.All, default);
        (await Parcels.Count(Query<Parcel>.All, default)).ShouldBe(0);
    }

    [Fact]
    public async Task With_a_document_goes_what_is_recorded_of_it_and_of_no_other()
    {
        await Parcels.Save(Parcel.Sent("a", Noon, "nonna"), NoEvents, Message(1), default);
        await Parcels.Save(Parcel.Sent("b", Noon, "zio"), NoEvents, Message(1), default);

        await Parcels.Remove(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"), default);

        (await Parcels.HasHandled("a", Message(1), default)).ShouldBeFalse();
        (await Parcels.HasHandled("b", Message(1), default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Migrating_again_keeps_what_is_there()
    {
        await Store(("a", 0, "nonna"));

        await There.Database.Migrate(default);

        (await Ids(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"))).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Migrations_at_the_same_moment_are_safe()
    {
        var (first, second) = await Attach();
        await using var _ = first;
        await using var __ = second;

        await Together(8, n => Migrate(n % 2 == 0 ? first : second));

        (await first.Parcels.Save(Parcel.Sent("a", Noon), NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
    }

    [Fact]
    public async Task Migrating_while_others_write_disturbs_nobody()
    {
        var (written, migrating) = (0, true);
        var writers = Together(
            4,
            async n =>
            {
                for (var message = 0; Volatile.Read(ref migrating); message++)
                {
                    var parcel = Parcel.Sent($"{n}-{message}", Noon);
                    (await Side(n).Parcels.Save(parcel, parcel.Scan("x"), Message(message), default)).ShouldBe(SaveResult.Saved);
                    (await Side(n).Parcels.Change(parcel.Id, p => p.Arrive(Noon), Message(message, "other"), default)).OrThrow();
                    Interlocked.Increment(ref written);
                }

                return true;
            }
        );

        for (var time = 0; (time < 20 || Volatile.Read(ref written) < 40) && !writers.IsCompleted; time++)
        {
            await Side(time).Database.Migrate(default);
        }

        Volatile.Write(ref migrating, value: false);
        await writers;
        (await Parcels.Count(Query<Parcel>.All, default)).ShouldBe(written);
    }

    [Fact]
    public async Task The_outbox_gives_the_oldest_first_and_no_more_than_asked()
    {
        var ids = await Raise(Here, 5);

        (await Take(Here, limit: 2)).ShouldBe(ids[..2]);
        (await Take(There, limit: 2)).ShouldBe(ids[2..4]);
        (await Take(Here, limit: 2)).ShouldBe(ids[4..]);
        (await Take(Here, limit: 2)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_outbox_publishes_nothing()
    {
        var published = await Here.Outbox.Drain(10, (_, _) => throw new InvalidOperationException("There is nothing."), default);

        published.ShouldBe(0);
    }

    [Fact]
    public async Task What_could_not_be_published_stays_and_comes_again_in_its_order()
    {
        var ids = await Raise(Here, 3);

        await Should.ThrowAsync<InvalidOperationException>(() =>
            Here.Outbox.Drain(10, (_, _) => throw new InvalidOperationException("The broker is away."), default)
        );

        (await Take(There, limit: 10)).ShouldBe(ids);
    }

    [Fact]
    public async Task A_relay_that_is_stopped_while_it_publishes_leaves_all_to_the_next()
    {
        var ids = await Raise(Here, 3);
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            Here.Outbox.Drain(
                10,
                async (_, token) =>
                {
                    await stop.CancelAsync();
                    await Task.Delay(Timeout.Infinite, token);
                },
                stop.Token
            )
        );

        (await Take(There, limit: 10)).ShouldBe(ids);
    }

    [Fact]
    public async Task Two_relays_at_once_never_hold_the_same_entry()
    {
        var ids = await Raise(Here, 6);
        var (held, release) = (new TaskCompletionSource<Guid[]>(), new TaskCompletionSource());
        var first = Here.Outbox.Drain(
            4,
            async (entries, _) =>
            {
                held.SetResult([.. entries.Select(entry => entry.EventId)]);
                await release.Task;
            },
            default
        );
        var taken = await held.Task;

        var beside = await Take(There, limit: 10);
        release.SetResult();

        (await first).ShouldBe(4);
        taken.ShouldBe(ids[..4]);
        beside.ShouldBe(ids[4..]);
        (await Take(There, limit: 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_relays_together_publish_every_event_once()
    {
        var ids = await Raise(Here, 300);

        var published = await Together(
            6,
            async n =>
            {
                var mine = new List<Guid>();
                while (await Take(Side(n), limit: 7) is { Length: > 0 } batch)
                {
                    mine.AddRange(batch);
                }

                return mine;
            }
        );
        published = [.. published, [.. await Take(Here, limit: 300)]];

        published.SelectMany(each => each).Order().ShouldBe(ids.Order());
    }

    [Fact]
    public async Task An_event_that_this_build_does_not_know_waits_for_one_that_does_and_holds_up_no_other()
    {
        var parcel = Parcel.Sent("p1", Noon);
        var known = parcel.Scan("x");
        await Parcels.Save(parcel, [new InventedTomorrow(), .. known], handled: null, default);

        (await Take(Here, limit: 1)).ShouldBe([known[0].EventId]);

        (await Take(Here, limit: 1)).ShouldBeEmpty();
        (await Here.Outbox.Backlog(10, default)).ShouldBe(1);
    }

    [Fact]
    public async Task The_backlog_is_counted_no_further_than_asked()
    {
        await Raise(Here, 5);

        (await Here.Outbox.Backlog(10, default)).ShouldBe(5);
        (await There.Outbox.Backlog(3, default)).ShouldBe(3);
        await Take(Here, limit: 10);
        (await Here.Outbox.Backlog(10, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_database_that_is_there_answers()
    {
        await Here.Database.Ping(default);
        Here.Database.Kind.ShouldBe(There.Database.Kind);
    }

    /// <summary>Runs something many times at once.</summary>
    protected static Task<T[]> Together<T>(int times, Func<int, Task<T>> action) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(n => Task.Run(() => action(n))));

    /// <summary>Stores so many events, a document each, one after the other; their ids.</summary>
    protected static async Task<Guid[]> Raise(DocumentStore store, int events)
    {
        var ids = new List<Guid>();
        for (var n = 0; n < events; n++)
        {
            var parcel = Parcel.Sent($"raised-{n}", Noon);
            var raised = parcel.Scan("x");
            ids.AddRange(raised.Select(e => e.EventId));
            await store.Parcels.Save(parcel, raised, handled: null, default);
        }

        return [.. ids];
    }

    /// <summary>Publishes one batch; what was in it.</summary>
    protected static async Task<Guid[]> Take(DocumentStore store, int limit)
    {
        Guid[] ids = [];
        await store.Outbox.Drain(
            limit,
            (entries, _) =>
            {
                ids = [.. entries.Select(entry => entry.EventId)];
                return Task.CompletedTask;
            },
            default
        );
        return ids;
    }

    [Fact]
    public async Task Messages_handled_long_ago_are_forgotten_so_many_at_a_time_and_the_document_stays()
    {
        var parcel = Parcel.Sent("p1", Noon);
        for (var n = 1; n <= 3; n++)
        {
            await Parcels.Save(parcel, NoEvents, Message(n), default);
        }

        (await There.Database.ForgetHandled(DateTimeOffset.UtcNow.AddHours(-1), 10, default)).ShouldBe(0);
        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeTrue("it is not an hour ago");

        var later = DateTimeOffset.UtcNow.AddHours(1);
        (await There.Database.ForgetHandled(later, 2, default)).ShouldBe(2);
        (await There.Database.ForgetHandled(later, 2, default)).ShouldBe(1);

        (await Parcels.HasHandled("p1", Message(1), default)).ShouldBeFalse();
        (await Parcels.Find("p1", default))!.Version.ShouldBe(3);
    }

    [Fact]
    public async Task An_operator_is_told_what_a_document_handled_and_what_waits_to_be_published()
    {
        var parcel = Parcel.Sent("p1", Noon);
        var message = Message(1) with { Attempts = 3 };
        await Parcels.Save(parcel, parcel.Scan("about-p1"), message, default);
        var other = Parcel.Sent("p2", Noon);
        await Parcels.Save(other, other.Scan("about-p2"), Message(2), default);

        var handled = (await There.Database.Handled("parcels", "p1", default)).ShouldHaveSingleItem();
        (handled.Message, handled.Message.Attempts).ShouldBe((message, 3));
        (await There.Database.Waiting("about-p1", before: null, 10, default)).ShouldHaveSingleItem().Type.ShouldBe(nameof(KitchenPaused));
        (await There.Database.Waiting(about: null, before: null, 10, default)).Count.ShouldBe(2);
        (await There.Database.Waiting(about: null, DateTimeOffset.UtcNow.AddMinutes(-1), 10, default)).ShouldBeEmpty();
    }

    private static HandledMessage Message(int n, string consumer = "Consumer") => new(new Guid(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), consumer);

    private static async Task<bool> Migrate(DocumentStore store)
    {
        await store.Database.Migrate(default);
        return true;
    }

    private DocumentStore Side(int n) => n % 2 == 0 ? Here : There;

    private async Task<IReadOnlyList<string>> Ids(Query<Parcel> query) =>
        [.. (await There.Parcels.List(query, default)).Select(parcel => parcel.Id)];

    private async Task Store(params (string Id, int Minutes, string? Receiver)[] parcels)
    {
        foreach (var (id, minutes, receiver) in parcels)
        {
            await Parcels.Save(Parcel.Sent(id, Noon.AddMinutes(minutes), receiver), NoEvents, handled: null, default);
        }
    }

    private sealed record InventedTomorrow : Event;
}
