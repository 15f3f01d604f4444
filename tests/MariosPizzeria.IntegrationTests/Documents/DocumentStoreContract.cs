using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>
/// The contract of every document store. The class of an implementation defines how a process attaches to it; each test has its own
/// empty database.
/// </summary>
public abstract partial class DocumentStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<Event> NoEvents = [];

    /// <summary>The first of two processes, replicas of one service, on the same database.</summary>
    protected DocumentStore Here { get; private set; } = null!;

    protected DocumentStore There { get; private set; } = null!;

    private IRepository<Parcel> Parcels => Here.Parcels;

    public virtual async Task InitializeAsync()
    {
        (Here, There) = await AttachAsync();
        await Here.Database.MigrateAsync(default);
    }

    public virtual async Task DisposeAsync()
    {
        await Here.DisposeAsync();
        await There.DisposeAsync();
    }

    /// <summary>Attaches two processes to an empty database without a schema.</summary>
    protected abstract Task<(DocumentStore Here, DocumentStore There)> AttachAsync();

    [Fact]
    public async Task A_stored_document_is_found_as_it_was()
    {
        var parcel = Parcel.Sent("p1", Noon.AddTicks(1234567), receiver: "nonna");

        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);

        var found = (await There.Parcels.FindAsync("p1", default)).ShouldNotBeNull();
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
        Here.Signal.AddListener((document, events) => told.Add((document.Id, document.Version, events.Count)));
        var parcel = Parcel.Sent("p1", Noon);

        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);
        await Parcels.SaveAsync(parcel, parcel.Scan("somebody"), handled: null, default);
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        told.ShouldBe([("p1", 1, 0), ("p1", 2, 1)]);
    }

    [Fact]
    public async Task A_document_that_was_never_stored_is_not_found()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);

        (await Parcels.FindAsync("p2", default)).ShouldBeNull();
        (await Parcels.FindAsync("P1", default)).ShouldBeNull("ids are compared ordinally");
    }

    [Fact]
    public async Task Documents_are_found_by_the_beginning_of_their_id()
    {
        foreach (var id in new[] { "abc1", "abc2", "abc", "ab", "abd", "ABC3", "ab%", "ab_4" })
        {
            await Parcels.SaveAsync(Parcel.Sent(id, Noon), NoEvents, handled: null, default);
        }

        (await Found("abc")).ShouldBe(["abc", "abc1", "abc2"]);
        (await Found("abc2")).ShouldBe(["abc2"]);
        (await Found("ab_")).ShouldBe(["ab_4"], "no letter stands for others");
        (await Found("x")).ShouldBeEmpty();
        (await There.Parcels.CountAsync(Query<Parcel>.All.WhereIdStartsWith("abc"), default)).ShouldBe(3);

        async Task<IEnumerable<string>> Found(string prefix) =>
            (await There.Parcels.ListAsync(Query<Parcel>.All.WhereIdStartsWith(prefix), default)).Select(parcel => parcel.Id);
    }

    [Fact]
    public async Task Each_find_gives_a_copy_of_its_own()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var first = (await Parcels.FindAsync("p1", default))!;

        first.Scan("somebody");

        (await Parcels.FindAsync("p1", default))!.Scans.ShouldBe(0);
    }

    [Fact]
    public async Task Changing_what_was_stored_afterwards_changes_nothing_in_the_store()
    {
        var parcel = Parcel.Sent("p1", Noon);
        await Parcels.SaveAsync(parcel, NoEvents, handled: null, default);

        parcel.Scan("somebody");

        (await Parcels.FindAsync("p1", default))!.Scans.ShouldBe(0);
    }

    [Fact]
    public async Task A_second_document_with_the_same_id_is_a_conflict_and_leaves_the_first_as_it_is()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon, receiver: "first"), NoEvents, handled: null, default);
        var second = Parcel.Sent("p1", Noon, receiver: "second");

        var result = await There.Parcels.SaveAsync(second, second.Scan("x"), Message(1), default);

        result.ShouldBe(SaveResult.Conflict);
        second.Version.ShouldBe(0);
        (await Parcels.FindAsync("p1", default))!.Receiver.ShouldBe("first");
        (await Here.TakeEventsAsync()).ShouldBeEmpty();
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Every_save_raises_the_version_by_one()
    {
        var parcel = Parcel.Sent("p1", Noon);

        for (var expected = 1; expected <= 3; expected++)
        {
            (await Parcels.SaveAsync(parcel, parcel.Scan("x"), handled: null, default)).ShouldBe(SaveResult.Saved);

            parcel.Version.ShouldBe(expected);
            (await Parcels.FindAsync("p1", default))!.Version.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_save_of_an_older_version_is_a_conflict_and_stores_nothing()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var mine = (await Here.Parcels.FindAsync("p1", default))!;
        var theirs = (await There.Parcels.FindAsync("p1", default))!;
        await There.Parcels.SaveAsync(theirs, theirs.Scan("theirs"), handled: null, default);

        var result = await Here.Parcels.SaveAsync(mine, mine.Scan("mine"), Message(1), default);

        result.ShouldBe(SaveResult.Conflict);
        mine.Version.ShouldBe(1);
        (await Parcels.FindAsync("p1", default))!.Log.ShouldContain("theirs");
        (await Here.TakeEventsAsync()).ShouldHaveSingleItem().Body.ShouldContain("theirs");
        (await Parcels.HasHandledAsync("p1", Message(1), default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_that_warms_up_writes_nothing()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var before = (await Parcels.FindAsync("p1", default))!;

        await new DocumentWarmUp<Parcel>(Parcels).RunAsync(default);

        (await Parcels.FindAsync("p1", default)).ShouldBeEquivalentTo(before);
        (await Here.Outbox.BacklogAsync(10, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_document_that_was_removed_meanwhile_cannot_be_updated()
    {
        await Parcels.SaveAsync(Parcel.Sent("p1", Noon), NoEvents, handled: null, default);
        var parcel = (await Parcels.FindAsync("p1", default))!;
        await There.Parcels.RemoveAsync(Query<Parcel>.All, default);

        var result = await Parcels.SaveAsync(parcel, parcel.Scan("x"), handled: null, default);

        result.ShouldBe(SaveResult.Conflict);
        (await Parcels.FindAsync("p1", default)).ShouldBeNull();
        (await Here.TakeEventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_who_store_the_same_new_document_one_does()
    {
        var results = await TogetherAsync(
            20,
            n =>
            {
                var parcel = Parcel.Sent("p1", Noon);
                return Side(n).Parcels.SaveAsync(parcel, parcel.Scan("x"), handled: null, default);
            }
        );

        results.Count(result => result == SaveResult.Saved).ShouldBe(1);
        results.Count(result => result == SaveResult.Conflict).ShouldBe(19);
        (await Here.TakeEventsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Migrating_again_keeps_what_is_there()
    {
        await StoreAsync(("a", 0, "nonna"));

        await There.Database.MigrateAsync(default);

        (await IdsAsync(Query<Parcel>.All.Where(Documents.Parcels.ByReceiver, "nonna"))).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Migrations_at_the_same_moment_are_safe()
    {
        var (first, second) = await AttachAsync();
        await using var _ = first;
        await using var __ = second;

        await TogetherAsync(8, n => MigrateAsync(n % 2 == 0 ? first : second));

        (await first.Parcels.SaveAsync(Parcel.Sent("a", Noon), NoEvents, handled: null, default)).ShouldBe(SaveResult.Saved);
    }

    [Fact]
    public async Task Migrating_while_others_write_disturbs_nobody()
    {
        var (written, migrating) = (0, true);
        var writers = TogetherAsync(
            4,
            async n =>
            {
                for (var message = 0; Volatile.Read(ref migrating); message++)
                {
                    var parcel = Parcel.Sent($"{n}-{message}", Noon);
                    (await Side(n).Parcels.SaveAsync(parcel, parcel.Scan("x"), Message(message), default)).ShouldBe(SaveResult.Saved);
                    (await Side(n).Parcels.ChangeAsync(parcel.Id, p => p.Arrive(Noon), Message(message, "other"), default)).OrThrow();
                    Interlocked.Increment(ref written);
                }

                return true;
            }
        );

        for (var time = 0; (time < 20 || Volatile.Read(ref written) < 40) && !writers.IsCompleted; time++)
        {
            await Side(time).Database.MigrateAsync(default);
        }

        Volatile.Write(ref migrating, value: false);
        await writers;
        (await Parcels.CountAsync(Query<Parcel>.All, default)).ShouldBe(written);
    }

    [Fact]
    public async Task A_database_that_is_there_answers()
    {
        await Here.Database.PingAsync(default);
        Here.Database.Kind.ShouldBe(There.Database.Kind);
    }

    /// <summary>Runs an action many times concurrently.</summary>
    protected static Task<T[]> TogetherAsync<T>(int times, Func<int, Task<T>> action) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(n => Task.Run(() => action(n))));

    private static HandledMessage Message(int n, string consumer = "Consumer") => new(new Guid(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), consumer);

    private static async Task<bool> MigrateAsync(DocumentStore store)
    {
        await store.Database.MigrateAsync(default);
        return true;
    }

    private DocumentStore Side(int n) => n % 2 == 0 ? Here : There;

    private async Task<IReadOnlyList<string>> IdsAsync(Query<Parcel> query) =>
        [.. (await There.Parcels.ListAsync(query, default)).Select(parcel => parcel.Id)];

    private async Task StoreAsync(params (string Id, int Minutes, string? Receiver)[] parcels)
    {
        foreach (var (id, minutes, receiver) in parcels)
        {
            await Parcels.SaveAsync(Parcel.Sent(id, Noon.AddMinutes(minutes), receiver), NoEvents, handled: null, default);
        }
    }
}
