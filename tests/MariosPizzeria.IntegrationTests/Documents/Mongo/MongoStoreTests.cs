using System.Globalization;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.IntegrationTests.Servers;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.IntegrationTests.Documents.Mongo;

/// <summary>The contract on MongoDB, and the behaviour specific to it: the outbox inside the document, claims for a limited time.</summary>
[RequiresVariable(MongoUnderTest.Variable)]
public sealed class MongoStoreTests : DocumentStoreContract
{
    private static int _made;

    [Fact]
    public async Task Events_and_handled_messages_are_kept_inside_their_document_and_publishing_leaves_its_version()
    {
        var database = NewDatabase();
        await using var store = DocumentStore.Open(database);
        var parcel = Parcel.Sent("p1", DateTimeOffset.UnixEpoch);
        var handled = new HandledMessage(Guid.NewGuid(), "Consumer");

        await store.Parcels.SaveAsync(parcel, parcel.Scan("x"), handled, default);

        var stored = await StoredAsync(database);
        stored["outbox"].AsBsonArray.ShouldHaveSingleItem()["type"].ShouldBe("KitchenPaused");
        stored["inbox"].AsBsonArray.ShouldHaveSingleItem();
        stored["body"]["contents"][0]["lineTotal"].ShouldNotBeNull("the document can be looked into");
        await store.TakeEventsAsync();
        stored = await StoredAsync(database);
        stored["outbox"].AsBsonArray.ShouldBeEmpty();
        stored["version"].ShouldBe(1L);
    }

    [Fact]
    public async Task What_a_relay_claimed_that_was_killed_comes_again_when_its_claim_is_over()
    {
        var (database, clock) = (NewDatabase(), new Clock());
        await using var killed = DocumentStore.Open(database, clock);
        await using var other = DocumentStore.Open(database, clock);
        var ids = await RaiseAsync(killed, 2);
        var never = new TaskCompletionSource();
        var claimed = new TaskCompletionSource();
        _ = killed.Outbox.DrainAsync(
            10,
            TimeSpan.Zero,
            (_, _) =>
            {
                claimed.SetResult();
                return never.Task;
            },
            default
        );
        await claimed.Task;

        (await TakeAsync(other, limit: 10)).ShouldBeEmpty("somebody holds them");
        clock.Now += TimeSpan.FromSeconds(16);

        (await TakeAsync(other, limit: 10)).ShouldBe(ids);
    }

    [Fact]
    public async Task An_event_stored_while_its_documents_others_are_being_published_waits_for_nobody()
    {
        await using var store = DocumentStore.Open(NewDatabase());
        var parcel = Parcel.Sent("p1", DateTimeOffset.UnixEpoch);
        await store.Parcels.SaveAsync(parcel, parcel.Scan("first"), handled: null, default);
        Guid[] meanwhile = [];

        await store.Outbox.DrainAsync(
            10,
            TimeSpan.Zero,
            async (_, _) =>
            {
                await store.Parcels.SaveAsync(parcel, parcel.Scan("second"), handled: null, default);
                meanwhile = await TakeAsync(store, limit: 10);
            },
            default
        );

        meanwhile.Length.ShouldBe(1);
        (await store.Outbox.BacklogAsync(10, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_document_remembers_the_last_messages_it_handled_and_does_not_grow_for_ever()
    {
        var database = NewDatabase();
        await using var store = DocumentStore.Open(database);
        var parcel = Parcel.Sent("p1", DateTimeOffset.UnixEpoch);
        for (var n = 0; n < 510; n++)
        {
            await store.Parcels.SaveAsync(parcel, [], Message(n), default);
        }

        (await StoredAsync(database))["inbox"].AsBsonArray.Count.ShouldBe(500);
        (await store.Parcels.HasHandledAsync("p1", Message(509), default)).ShouldBeTrue();
        (await store.Parcels.SaveAsync(parcel, [], Message(100), default)).ShouldBe(SaveResult.AlreadyHandled);

        static HandledMessage Message(int n) => new(new Guid(n + 1, 0, 0, new byte[8]), "Consumer");
    }

    [Fact]
    public Task What_a_release_without_measures_stores_is_summed_as_well() => WhatAReleaseWithoutMeasuresStoresIsSummedAsWellAsync();

    [Fact]
    public Task What_a_release_with_fewer_measures_stores_is_summed_as_well() => WhatAReleaseWithFewerMeasuresStoresIsSummedAsWellAsync();

    protected override Task<(DocumentStore Here, DocumentStore There)> AttachAsync()
    {
        var database = NewDatabase();
        return Task.FromResult((DocumentStore.Open(database), DocumentStore.Open(database)));
    }

    private static string NewDatabase() =>
        MongoUnderTest.Address
        + string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _made)}-{Environment.ProcessId}");

    private static async Task<BsonDocument> StoredAsync(string database)
    {
        using var client = new MongoClient(database);
        return await client
            .GetDatabase(MongoUrl.Create(database).DatabaseName)
            .GetCollection<BsonDocument>("parcels")
            .Find(FilterDefinition<BsonDocument>.Empty)
            .SingleAsync();
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
