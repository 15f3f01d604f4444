using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Tests.Contract;

/// <summary>
/// Joins the in-memory buses of a test's processes: all processes receive what one publishes. Records publishers and consumers.
/// </summary>
internal sealed class Wire
{
    private const string Carried = "carried-by-the-wire";

    private readonly List<Tap> _taps = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new(StringComparer.Ordinal);

    /// <summary>Each published event, with the process that published it.</summary>
    public ConcurrentDictionary<(string Event, string Process), bool> Told { get; } = new();

    /// <summary>Each event that a consumer has handled, with the process of the consumer.</summary>
    public ConcurrentDictionary<(string Event, string Process), bool> Heard { get; } = new();

    /// <summary>The failures of consumers.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Connects a process. Must be called before anything is published.</summary>
    public void Connect(string process, IServiceProvider services)
    {
        var tap = new Tap(this, process, services.GetRequiredService<IBus>());
        tap.Bus.ConnectPublishObserver(tap);
        tap.Bus.ConnectConsumeObserver(tap);
        _taps.Add(tap);
    }

    /// <summary>Holds an event back from other processes until the returned object is disposed.</summary>
    public IDisposable Hold(string name)
    {
        _held[name] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Release(this, name);
    }

    private sealed class Release(Wire wire, string name) : IDisposable
    {
        public void Dispose()
        {
            if (wire._held.TryRemove(name, out var held))
            {
                held.SetResult();
            }
        }
    }

    private sealed class Tap(Wire wire, string process, IBus bus) : IPublishObserver, IConsumeObserver
    {
        public IBus Bus { get; } = bus;

        public Task PrePublish<T>(PublishContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class
        {
            if (context.Message is Event && !context.Headers.TryGetHeader(Carried, out _))
            {
                wire.Told[(typeof(T).Name, process)] = true;
                _ = CarryAsync(
                    context.Message,
                    context.MessageId,
                    wire._held.TryGetValue(typeof(T).Name, out var held) ? held.Task : Task.CompletedTask
                );
            }

            return Task.CompletedTask;
        }

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;

        public Task PreConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context)
            where T : class
        {
            wire.Heard[(typeof(T).Name, process)] = true;
            return Task.CompletedTask;
        }

        public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
            where T : class
        {
            wire.Faults.Enqueue($"{process} fell over {typeof(T).Name}: {exception}");
            return Task.CompletedTask;
        }

        private async Task CarryAsync<T>(T message, Guid? id, Task released)
            where T : class
        {
            await released;
            foreach (var other in wire._taps.Where(tap => tap != this))
            {
                await other.Bus.Publish(
                    message,
                    publish =>
                    {
                        publish.MessageId = id;
                        publish.Headers.Set(Carried, true);
                    }
                );
            }
        }
    }
}
