using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Parity;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Parity;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>Attaches a process to the event bus.</summary>
public static class MessagingRegistration
{
    /// <summary>The heartbeat interval of a connection; a connection that is silent for twice as long is closed.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private const int ConcurrentMessages = 16;

    // A message that is delivered for the eleventh time has ended ten of its consumers, or was in ten that ended for another reason.
    // Without a dead-letter target RabbitMQ 4 drops it at 20 deliveries, and 3.10 never. With this limit both move it to the error queue.
    private const int DeliveryLimit = 10;

    // Reading a message counts as a delivery of it, and RabbitMQ 4 would drop it at the twentieth.
    private const int DeadLetterDeliveryLimit = 1_000_000;
    private const string DeliveryLimitArgument = "x-delivery-limit";
    private const string DeadLetterExchangeArgument = "x-dead-letter-exchange";

    /// <summary>
    /// Uses RabbitMQ at <c>ConnectionStrings__{name}</c>, or an in-memory bus if it is not set (Development and tests only). Stored events
    /// are relayed to the bus, and each of the given consumers consumes from a queue that the replicas of this process type share.
    /// </summary>
    /// <param name="builder">The process being built; its documents must be registered before.</param>
    /// <param name="service">The process type: prefix of its queues.</param>
    /// <param name="consumers">Adds the consumers: <see cref="ConsumerRegistration.AddConsumersOf"/>.</param>
    /// <param name="whenDown">The health of a process without its broker: degraded for a web process, not ready for a worker.</param>
    /// <param name="uncounted">Queues whose length depends on an external party: their length is no reason to refuse orders.</param>
    public static WebApplicationBuilder AddMessaging(
        this WebApplicationBuilder builder,
        string name,
        string service,
        Action<IBusRegistrationConfigurator>? consumers = null,
        HealthStatus whenDown = HealthStatus.Degraded,
        params string[] uncounted
    )
    {
        var setting = $"ConnectionStrings__{name}";
        var connectionString = builder.Configuration.GetConnectionString(name);
        Uri? broker = null;
        if (string.IsNullOrEmpty(connectionString))
        {
            builder.RequireOutsideDevelopment(setting);
        }
        else if (!Uri.TryCreate(connectionString, UriKind.Absolute, out broker) || broker.Scheme is not ("amqp" or "amqps"))
        {
            builder.ReportError(setting, "is not an amqp:// URL");
            broker = null;
        }

        builder.Services.AddSingleton<IParityCheck>(new BrokerParityCheck(broker));
        var backlog = new BacklogOptions();
        backlog.MaxAge = builder.ReadTime(BacklogOptions.Setting, backlog.MaxAge);
        builder.Services.AddSingleton(backlog);
        builder.Services.TryAddSingleton(provider => new OutboxBacklog(
            provider.GetRequiredService<BacklogOptions>(),
            provider.GetRequiredService<QueueBacklog>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddSingleton(provider => new QueueBacklog(
            provider.GetService<ICache>(),
            provider.GetRequiredService<BacklogOptions>(),
            uncounted.ToHashSet(StringComparer.Ordinal),
            provider.GetRequiredService<ILogger<QueueBacklog>>()
        ));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<QueueBacklog>());
        builder.Services.AddSingleton<Redelivery>();
        builder.Services.AddSingleton<MessagingMetrics>();
        builder.Services.TryAddSingleton<CommittedEventQueue>();
        builder.Services.AddHostedService<OrderStepLog>();

        builder.Services.AddSingleton<QueueNames>();
        builder.Services.AddSingleton(provider => new DeadLetterQueues(
            broker,
            provider.GetRequiredService<QueueNames>(),
            provider.GetRequiredService<IBusControl>
        ));
        builder.Services.AddSingleton<AdminCommand, ReprocessErrorsCommand>();

        builder.Services.AddSingleton(provider => new BrokerConnectionMonitor(
            broker,
            service,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<BrokerConnectionMonitor>>()
        ));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BrokerConnectionMonitor>());
        if (broker is not null)
        {
            builder.Services.AddSingleton(provider => new RetiredQueues(broker, provider.GetServices<RetiredQueue>()));
            builder.Services.AddSingleton(new RetryQueues(broker));
            builder.Services.AddSingleton<BrokerTopology>();
        }

        var warmUpQueue = $"{service}-warm-up-{Guid.NewGuid():N}";
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, includeNamespace: false));
            bus.AddConfigureEndpointsCallback(
                (_, queue, endpoint) =>
                {
                    endpoint.ConcurrentMessageLimit = ConcurrentMessages;
                    endpoint.PrefetchCount = 2 * ConcurrentMessages;

                    // There are no subscribers for faults; each would be one more publication for every message that is dead-lettered.
                    endpoint.PublishFaults = false;
                    if (broker is null)
                    {
                        endpoint.UseMessageRetry(RetryOutage);
                        endpoint.UseMessageRetry(RetryFailure);
                    }

                    if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                    {
                        rabbit.ConfigureChannel(channel => channel.UseFilter(new SequentialDeclarations()));
                        if (queue == warmUpQueue)
                        {
                            return;
                        }

                        rabbit.SetQuorumQueue(1);
                        rabbit.SetQueueArgument(DeliveryLimitArgument, DeliveryLimit);
                        rabbit.BindDeadLetterQueue(
                            $"{queue}_error",
                            $"{queue}_error",
                            error =>
                            {
                                error.SetQuorumQueue(1);
                                error.SetQueueArgument(DeliveryLimitArgument, DeadLetterDeliveryLimit);
                            }
                        );
                    }
                }
            );
            bus.AddConfigureEndpointsCallback(
                (context, queue, _) =>
                {
                    if (queue != warmUpQueue)
                    {
                        context.GetRequiredService<QueueNames>().Add(queue);
                    }
                }
            );
            consumers?.Invoke(bus);
            bus.AddConsumer<BusWarmUp.Consumer>().Endpoint(endpoint => (endpoint.Temporary, endpoint.Name) = (true, warmUpQueue));

            if (broker is null)
            {
                bus.UsingInMemory(
                    (context, memory) =>
                    {
                        Configure(context, memory);
                        memory.ConfigureEndpoints(context);
                    }
                );
            }
            else
            {
                bus.UsingRabbitMq(
                    (context, rabbit) =>
                    {
                        rabbit.Host(
                            broker,
                            host =>
                            {
                                host.ConnectionName(service);
                                host.Heartbeat(Heartbeat);
                                host.OnRefreshConnectionFactory = _ =>
                                    context.GetRequiredService<BrokerConnectionMonitor>().WaitUntilConnectedAsync();
                            }
                        );
                        rabbit.DeployTopologyOnly = context.GetRequiredService<BrokerTopology>().DeployOnly;
                        rabbit.SendTopology.ConfigureErrorSettings = ConfigureErrorQueue;
                        rabbit.SendTopology.ConfigureDeadLetterSettings = ConfigureErrorQueue;
                        Configure(context, rabbit);
                        rabbit.ConfigureEndpoints(context);
                    }
                );
            }
        });

        builder.Services.AddSingleton<EventPublisher>();
        builder.Services.AddSingleton<IEventPublisher>(provider => provider.GetRequiredService<EventPublisher>());
        builder.Services.AddSingleton<BusWarmUp.WarmUpMessageTracker>();
        builder.Services.AddSingleton<IWarmUp, BusWarmUp>();

        if (broker is not null)
        {
            builder.Services.AddHostedService(provider =>
            {
                var (watch, bus) = (provider.GetRequiredService<BrokerConnectionMonitor>(), provider.GetRequiredService<IBusControl>());
                return new BusWatchdog(
                    () => watch.IsConnected,
                    () => bus.CheckHealth().Status == BusHealthStatus.Healthy,
                    provider.GetRequiredService<IHostApplicationLifetime>(),
                    provider.GetRequiredService<IOptions<MassTransitHostOptions>>(),
                    provider.GetRequiredService<TimeProvider>(),
                    provider.GetRequiredService<ILogger<BusWatchdog>>()
                );
            });
        }

        // Registered after the bus, so that the relay stops first and can still publish the events of the last requests. Events of the last
        // consumers are published by another replica, or by this one after its restart.
        builder.Services.AddHostedService<OutboxRelay>();

        // An unreachable broker must not keep a web process from starting: the outbox stores its events.
        builder
            .Services.AddOptions<MassTransitHostOptions>()
            .Configure(host =>
            {
                host.WaitUntilStarted = false;
                host.StopTimeout = Drain.ShutdownTimeout;
            });
        builder.Services.AddReadinessCheck<BrokerHealthCheck>("rabbitmq", whenDown);
        return builder;
    }

    private static void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        bus.Publish<Event>(topology => topology.Exclude = true);
        bus.Publish<OrderEvent>(topology => topology.Exclude = true);
        bus.ConfigureJsonSerializerOptions(PizzeriaJson.Apply);
        bus.UseConsumeFilter(typeof(ConsumptionFilter<>), context);
    }

    /// <summary>The error queue is declared like its queue, but its messages are not moved on automatically.</summary>
    private static void ConfigureErrorQueue(IRabbitMqQueueBindingConfigurator error)
    {
        error.SetQueueArgument(DeliveryLimitArgument, DeadLetterDeliveryLimit);
        error.SetQueueArgument(DeadLetterExchangeArgument, value: null);
    }

    // With the in-memory bus a message can wait only in its consumer.
    private static void RetryOutage(IRetryConfigurator retry)
    {
        retry.Handle<Exception>(exception => Failures.KindOf(exception) is FailureKind.Outage or FailureKind.Contention);
        retry.Exponential(12, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
    }

    private static void RetryFailure(IRetryConfigurator retry)
    {
        retry.Handle<Exception>(exception => Failures.KindOf(exception) == FailureKind.Unexpected);
        retry.Intervals(100, 300, 1000);
    }
}
