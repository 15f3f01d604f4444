using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Servers;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>The path of an event from the document that it was stored with to its consumers, on a real broker.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly string _topic = "t" + Guid.NewGuid().ToString("N")[..8];
    private string _database = null!;
    private string _broker = null!;
    private Office _office = null!;

    private string Queue => Office.QueueOf(_topic);

    public async Task InitializeAsync()
    {
        _broker = (await SharedServers.RabbitMq).ConnectionString;
        _database = await SharedServers.NewSchemaAsync();
        _office = Office.Open(_database, _broker, _topic);
        (await _office.AdminAsync("migrate")).ShouldBe(0);
        await _office.DisposeAsync();
        _office = Office.Open(_database, _broker, _topic);
    }

    public async Task DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task An_event_that_comes_twice_has_its_effect_once()
    {
        await OpenedAsync();
        var (first, second) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));

        // One event in two documents: the outbox holds it twice, and the relay publishes it twice.
        var events = await _office.SayAsync(first);
        await _office.StoreAsync(events);
        await _office.SayAsync(second);

        await Eventually.UntilAsync("all are delivered", () => _office.Desk.Words.Count() == 3);
        await Eventually.UntilAsync("both are handled", async () => (await _office.BookAsync()).Count >= 2);
        _office.Desk.Words.Count(word => word == first).ShouldBe(2);
        (await _office.BookAsync()).ShouldBe([$"{_topic}:{first}", $"{_topic}:{second}"], ignoreOrder: true);
    }

    [Fact]
    public async Task Two_processes_share_the_work_and_each_item_is_handled_by_one()
    {
        await using var other = Office.Open(_database, _broker, _topic);
        await _office.OpenBookAsync();

        // Neither process completes an item before both have one, so the test does not depend on which process is faster.
        var bothAtWork = new TaskCompletionSource();
        var atWork = 0;
        foreach (var office in new[] { _office, other })
        {
            var begun = 0;
            office.Desk.KeepsBook = true;
            office.Desk.Before = _ =>
            {
                if (Interlocked.Exchange(ref begun, 1) == 0 && Interlocked.Increment(ref atWork) == 2)
                {
                    bothAtWork.SetResult();
                }

                return bothAtWork.Task;
            };
            await office.StartAsync();
            await office.UntilConnectedAsync();
        }

        string[] items = [.. Enumerable.Range(0, 40).Select(number => $"item-{number}")];
        await _office.SayAsync(items);

        // Checks the book, not the deliveries: on a slow machine an event may be published and delivered again.
        await Eventually.UntilAsync("all are handled", async () => (await _office.BookAsync()).Count >= items.Length);
        await Eventually.UntilAsync("all are taken off the queue", async () => await WaitingAsync() == 0);
        (await _office.BookAsync()).ShouldBe(items.Select(item => $"{_topic}:{item}"), ignoreOrder: true);
        _office.Desk.Words.ShouldNotBeEmpty();
        other.Desk.Words.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_message_whose_consumer_dies_comes_again_and_has_its_effect_once()
    {
        await using var wire = new Wire((await SharedServers.RabbitMq).Port);
        await using var consumer = Office.Open(_database, wire.Through(_broker), _topic);
        await consumer.OpenBookAsync();
        consumer.Desk.KeepsBook = true;
        consumer.Desk.After = _ =>
        {
            // The message is handled and stored, and the connection breaks before the acknowledgement.
            if (wire.Cuts == 0)
            {
                wire.Cut();
            }

            return Task.CompletedTask;
        };
        await consumer.StartAsync();
        await consumer.UntilConnectedAsync();

        await consumer.SayAsync("parcel");

        await Eventually.UntilAsync("it is delivered again", () => consumer.Desk.Deliveries.Count == 2);
        consumer.Desk.Deliveries.Select(delivery => delivery.Redelivered).ShouldBe([false, true]);
        await Eventually.UntilAsync("it is taken off the queue", async () => await WaitingAsync() == 0);
        (await consumer.BookAsync()).ShouldBe([$"{_topic}:parcel"]);
    }

    [Fact]
    public async Task A_message_that_can_not_be_handled_lands_in_the_error_queue_after_retries_with_the_reason_and_holds_nobody_up()
    {
        _office.Desk.Before = word =>
            word == "poison" ? throw new InvalidOperationException("there is no such street") : Task.CompletedTask;
        using var deadLettered = _office.Measure<long>("pizzeria.messages.dead_lettered");
        await _office.StartAsync();

        var poison = (await _office.SayAsync("poison", "parcel"))[0];

        await using var queues = await Queues.OfAsync(_broker);
        var error = await queues.TakeAsync($"{Queue}_error");
        error.Body.ShouldContain(poison.EventId.ToString());
        error.Headers["MT-Fault-Message"].ShouldContain("there is no such street");
        error.Headers["MT-Fault-ExceptionType"].ShouldContain("InvalidOperationException");
        _office.Desk.Words.Count(word => word == "poison").ShouldBe(4);
        _office.Desk.Words.ShouldContain("parcel");
        (await WaitingAsync()).ShouldBe(0u);
        var counted = deadLettered.GetMeasurementSnapshot().ShouldHaveSingleItem("not once for each attempt");
        (counted.Value, counted.Tags["messaging.destination.name"], counted.Tags["error.type"]).ShouldBe(
            (1, Queue, nameof(InvalidOperationException))
        );
    }

    [Fact]
    public async Task A_message_that_ends_its_consumer_every_time_lands_in_the_error_queue()
    {
        await using var wire = new Wire((await SharedServers.RabbitMq).Port);
        await using var consumer = Office.Open(_database, wire.Through(_broker), _topic);
        consumer.Desk.Before = async word =>
        {
            if (word == "poison")
            {
                wire.Cut();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        };
        await consumer.StartAsync();
        await consumer.UntilConnectedAsync();

        var poison = (await _office.SayAsync("poison"))[0];
        await consumer.SayAsync("more");

        await using var queues = await Queues.OfAsync(_broker);
        var error = await queues.TakeAsync($"{Queue}_error", within: TimeSpan.FromSeconds(90));
        error.Headers["x-death"].ShouldContain("delivery_limit");
        wire.Cuts.ShouldBeInRange(10, 25);
        poison.EventId.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task A_message_carries_the_correlation_and_the_trace_of_the_request_it_comes_from()
    {
        await _office.StartAsync();
        using var request = new Activity("a request").Start();

        await _office.SayAsync(new Cause("customer-7", DateTimeOffset.UnixEpoch, "correlation-7", request.TraceId.ToHexString()), "parcel");

        await Eventually.UntilAsync("it is delivered", () => !_office.Desk.Deliveries.IsEmpty);
        var delivery = _office.Desk.Deliveries.Single();
        delivery.CorrelationId.ShouldBe("correlation-7");
        delivery.TraceId.ShouldBe(request.TraceId.ToHexString());
    }

    [Fact]
    public async Task Two_relays_at_once_publish_every_event_and_none_twice()
    {
        const int Each = 300;
        await using var other = Office.Open(_database, _broker, _topic, clerk: false);
        await Task.WhenAll(_office.StartAsync(), other.StartAsync());

        await Task.WhenAll(SayMany(_office, "here"), SayMany(other, "there"));

        await Eventually.UntilAsync("all are delivered", () => _office.Desk.Words.Distinct().Count() == 2 * Each);
        await Eventually.UntilAsync("the outbox is empty", async () => await _office.Outbox.BacklogAsync(10, default) == 0);
        _office.Desk.Deliveries.Count.ShouldBe(2 * Each);

        static async Task SayMany(Office office, string who)
        {
            for (var i = 0; i < Each; i += 3)
            {
                await office.SayAsync($"{who}-{i}", $"{who}-{i + 1}", $"{who}-{i + 2}");
            }
        }
    }

    [Fact]
    public async Task A_message_of_a_type_that_nobody_knows_is_set_aside_and_holds_nobody_up()
    {
        await _office.StartAsync();
        await _office.UntilConnectedAsync();
        await using var queues = await Queues.OfAsync(_broker);

        await queues.SendAsync(
            Queue,
            """{"messageId":"0195d7a2-0000-7000-8000-000000000001","messageType":["urn:message:Nobody:Knows"],"message":{"a":1}}"""
        );
        await queues.SendAsync(Queue, "this is no JSON at all");
        await _office.SayAsync("parcel");

        await Eventually.UntilAsync("the next is delivered", () => _office.Desk.Words.Contains("parcel"));
        (await queues.TakeAsync($"{Queue}_skipped")).Body.ShouldContain("Nobody:Knows");
        (await queues.TakeAsync($"{Queue}_error")).Body.ShouldContain("no JSON");
        (await WaitingAsync()).ShouldBe(0u);
    }

    [Fact]
    public async Task What_is_published_before_its_consumer_ever_ran_waits_for_it()
    {
        await using (var early = Office.Open(_database, _broker, _topic + "early", clerk: false))
        {
            await early.StartAsync();
            await early.StoreAsync([Paused("parcel")]);
            await Eventually.UntilAsync("it is published", async () => await early.Outbox.BacklogAsync(1, default) == 0);
        }

        await _office.StartAsync();

        await Eventually.UntilAsync("it is delivered", () => _office.Desk.Words.Contains("parcel"));
    }

    private KitchenPaused Paused(string word) =>
        new KitchenPaused
        {
            Paused = true,
            Reason = $"{_topic}:{word}",
            KitchenVersion = 1,
        };

    private async Task OpenedAsync()
    {
        await _office.OpenBookAsync();
        _office.Desk.KeepsBook = true;
        await _office.StartAsync();
    }

    private async Task<uint> WaitingAsync()
    {
        await using var queues = await Queues.OfAsync(_broker);
        return await queues.WaitingAsync(Queue);
    }
}
