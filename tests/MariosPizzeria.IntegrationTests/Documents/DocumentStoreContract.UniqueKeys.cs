using MariosPizzeria.BuildingBlocks.Documents;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The behaviour of every store for a unique key: no two documents have the same value.</summary>
public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_new_document_with_anothers_value_of_a_unique_key_is_a_conflict_and_stores_nothing()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon).On("7"), NoEvents, handled: null, default);
        var second = Parcel.Sent("p2", Noon).On("7");

        var result = await There.Parcels.SaveAsync(second, second.Scan("x"), Message(1), default);

        result.ShouldBe(SaveResult.Conflict);
        second.Version.ShouldBe(0);
        (await Parcels.FindAsync("p2", default)).ShouldBeNull();
        (await Here.TakeEventsAsync()).ShouldBeEmpty();
        (await Parcels.HasHandledAsync("p2", Message(1), default)).ShouldBeFalse();
        (await There.Parcels.SaveAsync(second.On("8"), second.Scan("x"), Message(1), default)).ShouldBe(SaveResult.Saved);
    }

    [Fact]
    public async Task A_change_to_anothers_value_of_a_unique_key_is_a_conflict_and_stores_nothing()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon).On("7"), NoEvents, handled: null, default);
        await Parcels.SaveAsync(Parcel.Sent("p2", Noon).On("8"), NoEvents, handled: null, default);
        var second = (await There.Parcels.FindAsync("p2", default))!;

        var result = await There.Parcels.SaveAsync(second.On("7"), second.Scan("x"), handled: null, default);

        result.ShouldBe(SaveResult.Conflict);
        (await Parcels.FindAsync("p2", default))!.Shelf.ShouldBe("8");
        (await Here.TakeEventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_keeps_its_value_of_a_unique_key_and_what_is_given_back_can_be_had_again()
    {
        var first = Parcel.Sent("p1", Noon).On("7");
        await Parcels.SaveAsync(first, NoEvents, handled: null, default);

        (await Parcels.SaveAsync(first, first.Scan("x"), handled: null, default)).ShouldBe(SaveResult.Saved, "it is its own");
        (await Parcels.SaveAsync(first.On(null), NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
        (await There.Parcels.SaveAsync(Parcel.Sent("p2", Noon).On("7"), NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
        await Parcels.RemoveAsync(Query<Parcel>.All, default);
        (await There.Parcels.SaveAsync(Parcel.Sent("p3", Noon).On("7"), NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
    }

    [Fact]
    public async Task Any_number_of_documents_have_no_value_of_a_unique_key()
    {
        foreach (var id in new[] { "p1", "p2", "p3" })
        {
            (await Parcels.SaveAsync(Parcel.Sent(id, Noon), NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
        }
    }

    [Fact]
    public async Task Of_many_who_want_one_value_of_a_unique_key_at_the_same_time_one_has_it_and_nobody_else_is_in_the_way()
    {
        var results = await TogetherAsync(
            60,
            n =>
            {
                var parcel = Parcel.Sent($"p{n}", Noon).On(n % 3 == 0 ? "7" : $"of {n}");
                return Side(n).Parcels.SaveAsync(parcel, parcel.Scan("x"), handled: null, default);
            }
        );

        results.Where((_, n) => n % 3 == 0).Count(result => result == SaveResult.Saved).ShouldBe(1);
        results.Where((_, n) => n % 3 != 0).ShouldAllBe(result => result == SaveResult.Saved);
        (await Here.TakeEventsAsync()).Count.ShouldBe(41);
    }

    [Fact]
    public async Task Documents_are_found_by_a_unique_key_and_sorted_by_it()
    {
        foreach (var (id, shelf) in new[] { ("p1", "a1"), ("p2", "a3"), ("p3", "a2"), ("p4", "b1") })
        {
            await Parcels.SaveAsync(Parcel.Sent(id, Noon).On(shelf), NoEvents, handled: null, default);
        }

        var highest = Query<Parcel>
            .All.WhereAnyStartsWith((Documents.Parcels.ByShelf, "a"))
            .NewestFirst(Documents.Parcels.ByShelf)
            .First(1);
        (await IdsAsync(highest)).ShouldBe(["p2"]);
    }

    [Fact]
    public async Task Documents_are_found_by_a_beginning_or_by_one_of_several_values()
    {
        foreach (var (id, shelf) in new[] { ("p1", "a1"), ("p2", "a2"), ("p3", "a3"), ("p4", null) })
        {
            await Parcels.SaveAsync(Parcel.Sent(id, Noon).On(shelf), NoEvents, handled: null, default);
        }

        var either = Query<Parcel>.All.WhereAnyStartsWith((null, "p4")).OrWhere(Documents.Parcels.ByShelf, "a1", "a3", "a7");
        (await IdsAsync(either)).ShouldBe(["p1", "p3", "p4"]);
        (await IdsAsync(either.Page(2, 2))).ShouldBe(["p4"]);
        (await There.Parcels.CountAsync(either, default)).ShouldBe(3);
        (await IdsAsync(Query<Parcel>.All.OrWhere(Documents.Parcels.ByShelf, "a2"))).ShouldBe(["p2"]);
        (await IdsAsync(either.NewestFirst(Documents.Parcels.BySentAt).First(2))).ShouldBe(["p4", "p3"]);
    }
}
