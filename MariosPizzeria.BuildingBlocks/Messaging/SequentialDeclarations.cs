using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Declares an endpoint's queues, exchanges and bindings one after the other. MassTransit declares them concurrently, and all but one wait
/// for a semaphore of their channel. If the connection breaks at that moment, RabbitMQ.Client 7.2 disposes of the semaphore, and the
/// waiting calls never return (rabbitmq/rabbitmq-dotnet-client#1976): the endpoint never consumes again. A declaration that holds the
/// semaphore fails and is retried.
/// </summary>
internal sealed class SequentialDeclarations : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        using var sequential = new SequentialChannel(context);
        await next.Send(sequential);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("sequentialDeclarations");

    private sealed class SequentialChannel(ChannelContext context) : ScopeChannelContext(context, context.CancellationToken), ChannelContext
    {
        private readonly ChannelContext _context = context;

        // Not disposed of, because waiting for a disposed semaphore is the hang that this class prevents.
        private readonly SemaphoreSlim _turn = new(1);

        Task ChannelContext.ExchangeDeclare(
            string exchange,
            string type,
            bool durable,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken
        ) =>
            InTurnAsync(
                () => _context.ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken),
                cancellationToken
            );

        Task ChannelContext.ExchangeBind(
            string destination,
            string source,
            string routingKey,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken
        ) => InTurnAsync(() => _context.ExchangeBind(destination, source, routingKey, arguments, cancellationToken), cancellationToken);

        Task ChannelContext.QueueBind(
            string queue,
            string exchange,
            string routingKey,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken
        ) => InTurnAsync(() => _context.QueueBind(queue, exchange, routingKey, arguments, cancellationToken), cancellationToken);

        async Task<QueueDeclareOk> ChannelContext.QueueDeclare(
            string queue,
            bool durable,
            bool exclusive,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken
        )
        {
            QueueDeclareOk? declared = null;
            await InTurnAsync(
                async () => declared = await _context.QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken),
                cancellationToken
            );
            return declared!;
        }

        private async Task InTurnAsync(Func<Task> declare, CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                await declare();
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}
