using MariosPizzeria.BuildingBlocks.Documents;

namespace MariosPizzeria.IntegrationTests.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Documents_are_listed_by_a_key_or_any_of_several()
    {
        await StoreAsync(("a", 0, "nonna"), ("b", 1, "zio"), ("c", 2, "nonna"), ("d", 3, "Nonna"), ("e", 4, null));

        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"))).ShouldBe(["a", "c"]);
        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna", "zio", "nobody"))).ShouldBe(["a", "b", "c"]);
        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver))).ShouldBeEmpty();
        (
            await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna").Where(Documents.Parcels.ByState, "on_its_way"))
        ).ShouldBe(["a", "c"]);
        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByState, IndexKey.Of(ParcelState.HasArrived)))).ShouldBeEmpty();
        (await IdsAsync(Query<Parcel>.All)).ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task A_key_follows_the_document()
    {
        await StoreAsync(("a", 0, "nonna"));
        await Parcels.ChangeAsync("a", p => p.Arrive(Noon), handled: null, default);

        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByState, "has_arrived"))).ShouldBe(["a"]);
        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByState, "on_its_way"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_range_includes_its_beginning_and_excludes_its_end()
    {
        await StoreAsync(("a", 0, null), ("b", 1, null), ("c", 2, null), ("d", 3, null));

        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(1), Noon.AddMinutes(3)))).ShouldBe([
            "b",
            "c",
        ]);
        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, from: null, Noon.AddMinutes(1)))).ShouldBe(["a"]);
        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(3), before: null))).ShouldBe(["d"]);
        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, from: null, before: null))).Count.ShouldBe(4);
        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(3), Noon.AddMinutes(1)))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_range_is_one_of_moments_whatever_the_time_zone_they_are_given_in()
    {
        await StoreAsync(("a", 0, null), ("b", 60, null));

        var inRome = Noon.AddMinutes(60).ToOffset(TimeSpan.FromHours(1));

        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.BySentAt, inRome, before: null))).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Documents_are_sorted_both_ways_and_ties_by_id_in_the_same_direction()
    {
        await StoreAsync(("b", 1, null), ("a", 1, null), ("d", 0, null), ("c", 2, null));

        (await IdsAsync(Query<Parcel>.All.Ascending(Documents.Parcels.BySentAt))).ShouldBe(["d", "a", "b", "c"]);
        (await IdsAsync(Query<Parcel>.All.NewestFirst(Documents.Parcels.BySentAt))).ShouldBe(["c", "b", "a", "d"]);
    }

    [Fact]
    public async Task Keys_are_sorted_ordinally()
    {
        await StoreAsync(("1", 0, "b"), ("2", 0, "B"), ("3", 0, "ä"), ("4", 0, "a-"), ("5", 0, "a"), ("6", 0, "Z"));

        (await IdsAsync(Query<Parcel>.All.Ascending(Documents.Parcels.ByReceiver))).ShouldBe(["2", "6", "5", "4", "1", "3"]);
    }

    [Fact]
    public async Task Documents_without_the_key_match_no_condition_on_it_and_are_left_out_of_its_order()
    {
        await StoreAsync(("a", 0, null), ("b", 1, "nonna"));

        (await IdsAsync(Query<Parcel>.All.Ascending(Documents.Parcels.ByReceiver))).ShouldBe(["b"]);
        (await IdsAsync(Query<Parcel>.All.NewestFirst(Documents.Parcels.ByArrivedAt))).ShouldBeEmpty();
        (await IdsAsync(Query<Parcel>.All.Between(Documents.Parcels.ByArrivedAt, Noon.AddYears(-1), before: null))).ShouldBeEmpty();
        (await Parcels.CountAsync(Query<Parcel>.All.NewestFirst(Documents.Parcels.ByArrivedAt), default)).ShouldBe(0);
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        await StoreAsync([.. Enumerable.Range(0, 7).Select(n => ($"p{n}", n / 3, (string?)null))]);
        var query = Query<Parcel>.All.NewestFirst(Documents.Parcels.BySentAt);

        (await IdsAsync(query.Page(1, 3))).ShouldBe(["p6", "p5", "p4"]);
        (await IdsAsync(query.Page(2, 3))).ShouldBe(["p3", "p2", "p1"]);
        (await IdsAsync(query.Page(3, 3))).ShouldBe(["p0"]);
        (await IdsAsync(query.Page(4, 3))).ShouldBeEmpty();
        (await IdsAsync(query.Page(int.MaxValue, 100))).ShouldBeEmpty();
        (await IdsAsync(query.First(2))).ShouldBe(["p6", "p5"]);
    }

    [Fact]
    public async Task What_comes_after_a_position_follows_it_in_the_order_and_ties_by_id()
    {
        await StoreAsync(("d", 0, "zio"), ("a", 1, "nonna"), ("b", 1, null), ("c", 2, "nonna"));
        var (first, second) = (
            Query<Parcel>.All.Ascending(Documents.Parcels.BySentAt),
            Query<Parcel>.All.NewestFirst(Documents.Parcels.BySentAt)
        );
        var position = IndexKey.Of((await Parcels.FindAsync("a", default))!.SentAt)!;

        (await IdsAsync(first.After(position, "a"))).ShouldBe((await IdsAsync(first)).SkipWhile(id => id != "a").Skip(1));
        (await IdsAsync(second.After(position, "a"))).ShouldBe((await IdsAsync(second)).SkipWhile(id => id != "a").Skip(1));
        (await IdsAsync(first.After(position, "").Limit(1))).ShouldBe(["a"], "no id comes before it");

        foreach (var minute in new[] { 0, 1, 2 })
        {
            var from = first.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(minute), before: null);
            var before = second.Between(Documents.Parcels.BySentAt, from: null, Noon.AddMinutes(minute));
            var (later, earlier) = (await IdsAsync(from), await IdsAsync(before));
            (await IdsAsync(from.After(position, "a"))).ShouldBe(later.Intersect(["b", "c"]), $"from minute {minute}");
            (await IdsAsync(before.After(position, "a"))).ShouldBe(earlier.Intersect(["d"]), $"before minute {minute}");
        }
    }

    [Fact]
    public async Task Documents_with_any_of_several_keys_are_sorted_and_paged_together()
    {
        await StoreAsync(("a", 0, "zio"), ("b", 1, "nonna"), ("c", 1, "zio"), ("d", 2, "zia"), ("e", 3, "nonna"), ("f", 4, "zio"));
        var newest = Query<Parcel>
            .All.Where(Documents.Parcels.ByReceiver, "nonna", "zio", "nobody", "zio")
            .NewestFirst(Documents.Parcels.BySentAt);
        var position = IndexKey.Of((await Parcels.FindAsync("c", default))!.SentAt)!;

        (await IdsAsync(newest)).ShouldBe(["f", "e", "c", "b", "a"]);
        (await IdsAsync(newest.Page(2, 2))).ShouldBe(["c", "b"]);
        (await IdsAsync(newest.After(position, "c").Limit(1))).ShouldBe(["b"]);
        (await IdsAsync(newest.Between(Documents.Parcels.BySentAt, Noon.AddMinutes(1), Noon.AddMinutes(4)))).ShouldBe(["e", "c", "b"]);
        (await IdsAsync(newest.Where(Documents.Parcels.ByState, "on_its_way").First(2))).ShouldBe(["f", "e"]);
        (await Parcels.CountAsync(newest, default)).ShouldBe(5);
    }

    [Fact]
    public async Task Documents_are_found_by_the_beginning_of_any_of_several_keys()
    {
        await StoreAsync(("d", 0, "zio"), ("a", 1, "nonna"), ("b", 1, null), ("c", 2, "nonna"));

        (await IdsAsync(Query<Parcel>.All.WhereAnyStartsWith((Documents.Parcels.ByReceiver, "no"), (null, "d")))).ShouldBe(["a", "c", "d"]);
        (await IdsAsync(Query<Parcel>.All.WhereAnyStartsWith((Documents.Parcels.ByReceiver, "onna")))).ShouldBeEmpty("not in the middle");
    }

    [Fact]
    public async Task A_document_that_is_found_in_two_ways_is_listed_and_counted_once()
    {
        await StoreAsync(("nora", 0, "nonna"), ("a", 1, "nonna"), ("b", 2, "zio"), ("no", 3, "zia"), ("c", 4, "nonno"));
        var found = Query<Parcel>.All.WhereAnyStartsWith((Documents.Parcels.ByReceiver, "no"), (null, "no"));
        var newest = found.NewestFirst(Documents.Parcels.BySentAt);
        var position = IndexKey.Of((await Parcels.FindAsync("no", default))!.SentAt)!;

        (await IdsAsync(newest)).ShouldBe(["c", "no", "a", "nora"]);
        (await IdsAsync(newest.Page(2, 2))).ShouldBe(["a", "nora"]);
        (await IdsAsync(newest.After(position, "no").Limit(1))).ShouldBe(["a"]);
        (await IdsAsync(newest.Where(Documents.Parcels.ByReceiver, "nonna", "nonno"))).ShouldBe(["c", "a", "nora"]);
        (await Parcels.CountAsync(found, default)).ShouldBe(4);
        (await Parcels.CountAsync(found.LimitCount(3), default)).ShouldBe(3);
    }

    [Fact]
    public async Task A_count_goes_no_further_than_asked()
    {
        await StoreAsync(("d", 0, "zio"), ("a", 1, "nonna"), ("b", 1, null), ("c", 2, "nonna"));

        (await Parcels.CountAsync(Query<Parcel>.All.LimitCount(2), default)).ShouldBe(2);
        (await Parcels.CountAsync(Query<Parcel>.All.LimitCount(100), default)).ShouldBe(
            await Parcels.CountAsync(Query<Parcel>.All, default)
        );
    }

    [Fact]
    public async Task A_count_is_that_of_all_matches_whatever_the_page()
    {
        await StoreAsync(("a", 0, "nonna"), ("b", 1, "zio"), ("c", 2, "nonna"));

        (await Parcels.CountAsync(Query<Parcel>.All, default)).ShouldBe(3);
        (await Parcels.CountAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna").Page(2, 1), default)).ShouldBe(2);
    }

    [Fact]
    public async Task What_matches_is_removed_and_nothing_else()
    {
        await StoreAsync(("a", 0, "nonna"), ("b", 1, "zio"), ("c", 2, "nonna"));

        (await Parcels.RemoveAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"), default)).ShouldBe(2);

        (await IdsAsync(Query<Parcel>.All)).ShouldBe(["b"]);
        (await Parcels.RemoveAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"), default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_removal_takes_no_more_than_its_page_at_once()
    {
        await StoreAsync(("a", 0, null), ("b", 1, null), ("c", 2, null));

        (await Parcels.RemoveAsync(Query<Parcel>.All.First(2), default)).ShouldBe(2);
        (await Parcels.RemoveAsync(Query<Parcel>.All.First(2), default)).ShouldBe(1);
        (await Parcels.CountAsync(Query<Parcel>.All, default)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_still_to_be_published_survives_a_removal()
    {
        var ids = await RaiseAsync(Here, 2);

        await There.Parcels.RemoveAsync(Query<Parcel>.All, default);

        (await TakeAsync(There, limit: 10)).ShouldBe(ids);
        await There.Parcels.RemoveAsync(Query<Parcel>.All, default);
        (await Parcels.CountAsync(Query<Parcel>.All, default)).ShouldBe(0);
    }

    [Fact]
    public async Task With_a_document_goes_what_is_recorded_of_it_and_of_no_other()
    {
        await Parcels.SaveAsync(Parcel.Sent("a", Noon, "nonna"), NoEvents, Message(1), default);
        await Parcels.SaveAsync(Parcel.Sent("b", Noon, "zio"), NoEvents, Message(1), default);

        await Parcels.RemoveAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"), default);

        (await Parcels.HasHandledAsync("a", Message(1), default)).ShouldBeFalse();
        (await Parcels.HasHandledAsync("b", Message(1), default)).ShouldBeTrue();
    }
}
