using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The sums that every store must compute.</summary>
public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Measures_are_summed_by_slices_of_time()
    {
        await StoredAsync("p1", Noon);
        await StoredAsync("p2", Noon.AddMinutes(59), arrivesAfter: 60);
        await StoredAsync("p3", Noon.AddHours(1), arrivesAfter: 30);
        await StoredAsync("p4", Noon.AddHours(3), arrivesAfter: 1);
        await StoredAsync("before", Noon.AddTicks(-1));
        await StoredAsync("after", Noon.AddHours(4));

        var slices = await SumsAsync(Noon, Noon.AddHours(1), Noon.AddHours(1), Noon.AddHours(2), Noon.AddHours(3), Noon.AddHours(4));

        slices.Select(slice => slice.Documents).ShouldBe([2L, 0L, 1L, 0L, 1L]);
        slices
            .Select(slice => slice[Documents.Parcels.Value])
            .ShouldBe([new Sum(2, 2580), default, new Sum(1, 1290), default, new Sum(1, 1290)]);
        slices.Select(slice => slice[Documents.Parcels.Travel]).ShouldBe([new Sum(1, 60), default, new Sum(1, 30), default, new Sum(1, 1)]);
    }

    [Fact]
    public async Task A_later_version_replaces_what_an_earlier_one_amounts_to_and_nothing_else_does()
    {
        var parcel = await StoredAsync("p1", Noon);
        var late = (await There.Parcels.FindAsync("p1", default)).ShouldNotBeNull();
        (await SumAsync(Documents.Parcels.Scans)).ShouldBe(default);

        parcel.Scan("a");
        parcel.Scan("b");
        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);
        (await SumAsync(Documents.Parcels.Scans)).ShouldBe(new Sum(1, 2));

        late.Scan("late");
        (await There.Parcels.SaveAsync(late, NoEvents, handled: null, default)).ShouldBe(SaveResult.Conflict);
        (await SumAsync(Documents.Parcels.Scans)).ShouldBe(new Sum(1, 2));

        parcel.Contents.Clear();
        parcel.Scan("c");
        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);
        (await SumAsync(Documents.Parcels.Scans)).ShouldBe(new Sum(1, 3));
        (await There.Measures.SumPartsAsync(Query<Parcel>.All, default)).ShouldBeEmpty("what a step took away is taken back");
        (await There.Measures.MeasureAsync(default)).ShouldBe(0, "everything is measured when it is stored");
    }

    [Fact]
    public async Task A_document_that_is_removed_counts_no_more()
    {
        await StoredAsync("p1", Noon);
        await StoredAsync("p2", Noon);

        await Parcels.RemoveAsync(Query<Parcel>.All.First(1), default);

        (await SumAsync(Documents.Parcels.Value)).ShouldBe(new Sum(1, 1290));
    }

    [Fact]
    public async Task Groups_are_those_with_the_largest_sums()
    {
        await StoredAsync("p1", Noon, arrivesAfter: 50, receiver: "nonna");
        await StoredAsync("p2", Noon.AddHours(1), arrivesAfter: 10, receiver: "mario");
        await StoredAsync("p3", Noon.AddHours(2), arrivesAfter: 30, receiver: "mario");
        await StoredAsync("p4", Noon.AddHours(3), receiver: "mario");
        await StoredAsync("p5", Noon, arrivesAfter: 40, receiver: "Anna");
        await StoredAsync("p6", Noon, receiver: "has nothing yet");
        await StoredAsync("p7", Noon, arrivesAfter: 99);
        await StoredAsync("p8", Noon.AddHours(9), arrivesAfter: 99, receiver: "late");

        var sums = await There.Measures.SumGroupsAsync(
            Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon, Noon.AddHours(9)),
            new(Documents.Parcels.ByReceiver, Documents.Parcels.Travel, Documents.Parcels.BySentAt, Most: 2),
            default
        );

        (sums.Groups, sums.Repeated).ShouldBe((3, 1));
        sums.Largest.ShouldBe([
            new Group("nonna", IndexKey.Of(Noon), new Sum(1, 50)),
            new Group("Anna", IndexKey.Of(Noon), new Sum(1, 40)),
        ]);
        var all = await Here.Measures.SumGroupsAsync(
            Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "mario", "nobody"),
            new(Documents.Parcels.ByReceiver, Documents.Parcels.Travel, Documents.Parcels.BySentAt, Most: 2),
            default
        );
        all.Largest.ShouldBe([new Group("mario", IndexKey.Of(Noon.AddHours(2)), new Sum(2, 40))]);
    }

    [Fact]
    public async Task Nothing_sums_up_to_nothing()
    {
        (await SumsAsync(Noon, Noon, Noon)).Select(slice => slice.Documents).ShouldBe([0L, 0L]);
        (await SumAsync(Documents.Parcels.Value)).ShouldBe(default);
        (await Here.Measures.SumPartsAsync(Query<Parcel>.All, default)).ShouldBeEmpty();
        var groups = await Here.Measures.SumGroupsAsync(
            Query<Parcel>.All,
            new(Documents.Parcels.ByReceiver, Documents.Parcels.Value, Documents.Parcels.BySentAt, Most: 2),
            default
        );
        (groups.Groups, groups.Repeated, groups.Largest.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Parts_are_summed_by_key_whatever_they_are_called()
    {
        const string Name = "Quattro \"stagioni\", {1,2} \\ Zürich 🍕";
        await StoredAsync("p1", Noon);
        var parcel = Parcel.Sent("p2", Noon);
        parcel.Contents.Add(new("2", "quattro", Name, PizzaSize.Small, [], [], 1, new(999), new(999)));
        parcel.Contents.Add(new("3", "margherita", "Margherita", PizzaSize.Large, [], [], 3, new(100), new(300)));
        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);
        await StoredAsync("later", Noon.AddHours(1));

        var parts = await There.Measures.SumPartsAsync(
            Query<Parcel>.All.Between(Documents.Parcels.BySentAt, Noon, Noon.AddHours(1)),
            default
        );

        parts.ShouldBe([new PartSums("margherita", "Margherita", 2, 7, 7056), new PartSums("quattro", Name, 1, 1, 999)]);
    }

    /// <summary>For stores whose documents outlive a process: sums include documents stored by a release without measures.</summary>
    protected async Task WhatAReleaseWithoutMeasuresStoresIsSummedAsWellAsync()
    {
        await using var earlier = Here.Beside(Documents.Parcels.WithoutMeasures);
        for (var n = 0; n < 1203; n++)
        {
            await earlier.Parcels.SaveAsync(Parcel.Sent($"old{n:0000}", Noon, "nonna"), NoEvents, handled: null, default);
        }

        (await Here.Measures.MeasureAsync(default)).ShouldBe(1203);
        (await There.Measures.MeasureAsync(default)).ShouldBe(0, "it is done once");
        (await SumAsync(Documents.Parcels.Value)).ShouldBe(new Sum(1203, 1203 * 1290));

        // From here on, the earlier release stores documents while this one runs.
        var changed = (await earlier.Parcels.FindAsync("old0007", default)).ShouldNotBeNull();
        changed.Scan("by the earlier release");
        (await earlier.Parcels.SaveAsync(changed, NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
        (await SumAsync(Documents.Parcels.Scans)).ShouldBe(new Sum(1, 1));

        var placed = Parcel.Sent("new1", Noon, "mario");
        await earlier.Parcels.SaveAsync(placed, NoEvents, handled: null, default);
        (await Here.Measures.SumPartsAsync(Query<Parcel>.All, default)).ShouldHaveSingleItem().Documents.ShouldBe(1204);

        await earlier.Parcels.SaveAsync(Parcel.Sent("new2", Noon, "mario"), NoEvents, handled: null, default);
        var groups = await There.Measures.SumGroupsAsync(
            Query<Parcel>.All,
            new(Documents.Parcels.ByReceiver, Documents.Parcels.Value, Documents.Parcels.BySentAt, Most: 10),
            default
        );
        groups.Largest.Select(group => (group.Key, group.Sum.Count)).ShouldBe([("nonna", 1203L), ("mario", 2L)]);

        // Neither measuring nor summing has changed the document: it is as the earlier release stored it.
        var found = (await Here.Parcels.FindAsync("old0007", default)).ShouldNotBeNull();
        (found.Version, found.Scans).ShouldBe((2, 1));
        (await earlier.Parcels.SaveAsync(found, NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
    }

    /// <summary>For the same stores: documents stored by a release with other measures, before and while this one runs.</summary>
    protected async Task WhatAReleaseWithFewerMeasuresStoresIsSummedAsWellAsync()
    {
        await using var earlier = Here.Beside(Documents.Parcels.WithFewerMeasures);
        var old = Parcel.Sent("old", Noon, "nonna");
        old.Arrive(Noon.AddSeconds(40));
        await earlier.Database.MigrateAsync(default);
        await earlier.Parcels.SaveAsync(old, NoEvents, handled: null, default);

        (await Here.Measures.MeasureAsync(default)).ShouldBe(1, "it has not the measures that are new");
        (await SumAsync(Documents.Parcels.Travel)).ShouldBe(new Sum(1, 40));

        var changed = (await earlier.Parcels.FindAsync("old", default)).ShouldNotBeNull();
        changed.Scan("by the earlier release");
        await earlier.Parcels.SaveAsync(changed, NoEvents, handled: null, default);
        (await SumAsync(Documents.Parcels.Scans)).ShouldBe(new Sum(1, 1));
        (await Here.Measures.MeasureAsync(default)).ShouldBe(0);
    }

    private async Task<Parcel> StoredAsync(string id, DateTimeOffset sentAt, int? arrivesAfter = null, string? receiver = null)
    {
        var parcel = Parcel.Sent(id, sentAt, receiver);
        if (arrivesAfter is { } seconds)
        {
            parcel.Arrive(sentAt.AddSeconds(seconds));
        }

        (await Parcels.SaveAsync(parcel, NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
        return parcel;
    }

    private Task<IReadOnlyList<SliceSums<Parcel>>> SumsAsync(params DateTimeOffset[] bounds) =>
        There.Measures.SumSlicesAsync(Documents.Parcels.BySentAt, bounds, default);

    private async Task<Sum> SumAsync(Measure<Parcel> measure) =>
        (await SumsAsync(Noon.AddDays(-1), Noon.AddDays(1))).ShouldHaveSingleItem()[measure];
}
