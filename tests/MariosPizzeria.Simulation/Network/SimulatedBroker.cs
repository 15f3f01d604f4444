using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.Stores;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Network;

/// <summary>
/// The broker: queues that all replicas of a process type share. A message stays in its queue until it is acknowledged. A failed message
/// is redelivered after the product's own delays, and then moves to an error queue.
/// </summary>
internal sealed class SimulatedBroker
{
    // As the product declares its queues: the eleventh delivery of a message makes it a dead letter.
    private const int MostDeliveries = 10;

    private readonly World.World _world;
    private readonly Dictionary<Type, List<Queue>> _bound = [];
    private readonly List<Message> _parked = [];
    private readonly List<Message> _deliveredTooOften = [];

    public SimulatedBroker(World.World world)
    {
        _world = world;
        foreach (var template in ServiceTemplate.All)
        {
            foreach (var consumer in template.Consumers)
            {
                var queue = new Queue(ConsumerNamesAttribute.Of(consumer).Queue, template.Name, consumer);
                foreach (var type in ConsumerCalls.EventsOf(consumer))
                {
                    if (!_bound.TryGetValue(type, out var queues))
                    {
                        _bound[type] = queues = [];
                    }

                    queues.Add(queue);
                }
            }
        }
    }

    /// <summary>Whether it rejects publications; messages that it has already accepted are still delivered.</summary>
    public bool IsDown { get; set; }

    /// <summary>The number of messages that are not acknowledged.</summary>
    public int Waiting { get; private set; }

    /// <summary>Messages for which another attempt would not help, each with the reason.</summary>
    public List<string> DeadLetters { get; } = [];

    /// <summary>Returns a text that identifies an event and is the same in a run with fewer mishaps.</summary>
    public static string Subject(Event e) => e is OrderEvent about ? $"{e.GetType().Name}/{about.OrderId}" : e.GetType().Name;

    /// <summary>Puts a message into every queue that is bound to its type.</summary>
    public void Take(Event body)
    {
        foreach (var queue in _bound.GetValueOrDefault(body.GetType(), []))
        {
            Enqueue(new(body, queue, Redeliveries: 0), TimeSpan.Zero, mayDouble: true);
        }
    }

    /// <summary>
    /// Redrives the messages that are in the error queues because their consumers died too often while handling them, as
    /// <c>reprocess-errors</c> does.
    /// </summary>
    public void Redrive()
    {
        foreach (var message in _deliveredTooOften)
        {
            Waiting++;
            After(TimeSpan.FromMilliseconds(1), new(message.Body, message.Queue, Redeliveries: 0));
        }

        _deliveredTooOften.Clear();
    }

    /// <summary>Delivers the messages that waited for a live consumer process.</summary>
    public void Joined()
    {
        var parked = _parked.ToList();
        _parked.Clear();
        parked.ForEach(Deliver);
    }

    // A redelivered message is not doubled by chance: a message that waits for a lease is redelivered every second, and its copies, which
    // wait too, would double again. Processes that die between redelivering a message and acknowledging it still double it.
    private void Enqueue(Message message, TimeSpan delay, bool mayDouble)
    {
        Waiting++;
        var (mishap, key) = _world.Plan.Next(Operation.Deliver, $"{message.Queue.Name}/{Subject(message.Body)}");
        if (mishap == Mishap.Twice && mayDouble)
        {
            Tell(message, "comes twice");
            Waiting++;
            After(delay + FaultPlan.Length(key, 20), message with { Redeliveries = message.Redeliveries });
        }
        else if (mishap == Mishap.Late)
        {
            delay += FaultPlan.Length(key, 180);
            Tell(message, $"is late by {delay.TotalSeconds:0.0} s");
        }

        After(delay + TimeSpan.FromMilliseconds(1), message);
    }

    private void After(TimeSpan delay, Message message) => _world.Outside.Time.After(delay, () => Deliver(message));

    private void Deliver(Message message)
    {
        var replicas = _world.Alive(message.Queue.ProcessType);
        if (replicas.Count == 0)
        {
            _parked.Add(message);
            return;
        }

        var replica = replicas[_world.Random.Below(replicas.Count)];
        var process = replica.Process!;
        message.Deliveries++;
        if (message.Deliveries > MostDeliveries)
        {
            Waiting--;
            _deliveredTooOften.Add(message);
            Tell(message, "is dead-lettered: delivered too often");
            return;
        }

        var isOpen = true;
        process.OnDeath(TakeBack);
        if (_world.Plan.Next(Operation.Deliver, $"to {process.Name}").Mishap == Mishap.DieBefore)
        {
            _world.Kill(process, $"as it gets {Text(message)}");
            return;
        }

        if (_world.Planted?.AcknowledgesFirst == true)
        {
            Close();
        }

        process.Run(Handle);

        async Task Handle()
        {
            _world.Note(process, () => $"gets {Text(message)}");
            Exception? failure = null;
            try
            {
                await replica.Host!.Consume(
                    _world.Planted?.ConsumerFor(message.Queue.Consumer) ?? message.Queue.Consumer,
                    message.Body,
                    message.Redeliveries
                );
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (failure is not null)
            {
                await _world.StepAsync(process, Operation.Acknowledge, $"again {message.Queue.Name}", () => Again(message, failure), Away);
            }

            await _world.StepAsync(process, Operation.Acknowledge, message.Queue.Name, Close, Away);
        }

        bool Close()
        {
            if (isOpen)
            {
                isOpen = false;
                Waiting--;
                process.ForgetOnDeath(TakeBack);
            }

            return true;
        }

        // A message that the process had not acknowledged is delivered to another.
        void TakeBack()
        {
            if (isOpen)
            {
                isOpen = false;
                After(TimeSpan.FromMilliseconds(50), message);
            }
        }
    }

    private bool Again(Message message, Exception failure)
    {
        if (Redelivery.Next(Failures.KindOf(failure), message.Redeliveries) is var (delay, count))
        {
            _world.Note(_world.Outside, () => $"{Text(message)} failed ({failure.GetType().Name}) and comes again");
            Enqueue(new(message.Body, message.Queue, count), delay, mayDouble: false);
        }
        else
        {
            Waiting++;
            GiveUp(message, $"{failure.GetType().Name}: {failure.Message}");
        }

        return true;
    }

    private void GiveUp(Message message, string why)
    {
        Waiting--;
        DeadLetters.Add($"{Text(message)}: {why}");
        Tell(message, $"is dead-lettered: {why}");
    }

    private void Tell(Message message, string what) => _world.Tell(_world.Outside, () => $"{Text(message)} {what}");

    private static string Text(Message message) =>
        $"{message.Body.GetType().Name} {(message.Body is OrderEvent e ? Ids.Short(e.OrderId) : "")} for {message.Queue.Name}";

    private static TimeoutException Away() => new("The broker does not answer.");

    private sealed record Queue(string Name, string ProcessType, Type Consumer);

    private sealed record Message(Event Body, Queue Queue, int Redeliveries)
    {
        public int Deliveries { get; set; }
    }
}

/// <summary>The event publisher of a process.</summary>
internal sealed class SimulatedPublisher(World.World world, SimulatedProcess process) : IEventPublisher
{
    public bool IsReachable => !world.Broker.IsDown;

    public Task PublishAsync(Event message, string? traceParent, CancellationToken cancellationToken) =>
        world.StepUntilAsync(
            process,
            Operation.Publish,
            SimulatedBroker.Subject(message),
            () =>
            {
                if (world.Broker.IsDown)
                {
                    throw new TimeoutException("The broker is down.");
                }

                world.Note(process, () => $"publishes {message.GetType().Name}");
                world.Broker.Take(message);
                return true;
            },
            static () => new TimeoutException("The broker does not confirm."),
            cancellationToken
        );
}
