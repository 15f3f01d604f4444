using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Parity;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>Attaches a process to the event bus.</summary>
public static class MessagingRegistration
{
    /// <summary>How often a silent connection shows that it lives; one that is silent for twice as long is given up.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private const int ConcurrentMessages = 16;

    // A message that comes for the eleventh time has ended ten of its consumers, or was with ten that were ended for something else.
    // RabbitMQ 4 drops at 20 what has nowhere to go, and 3.10 never; said here, it is the same on both, and lands in the error queue.
    private const int Deliveries = 10;

    // A look at a message counts as a delivery of it, and RabbitMQ 4 would drop it at the twentieth.
    private const int Looks = 1_000_000;
    private const string DeliveryLimit = "x-delivery-limit";
    private const string DeadLetterExchange = "x-dead-letter-exchange";

    /// <summary>
    /// RabbitMQ at <c>ConnectionStrings__{name}</c>; memory where there is none (Development and tests only). Stored events are
    /// relayed to it, and the given consumers are fed from it, each from a queue that the replicas of this process type share.
    /// </summary>
    /// <param name="builder">The process being built; its documents are registered before.</param>
    /// <param name="name">The connection string's name.</param>
    /// <param name="service">The process type: prefix of its queues.</param>
    /// <param name="consumers">Adds the consumers.</param>
    /// <param name="whenDown">What a process is without its broker: a web process degraded, a worker not ready.</param>
    /// <param name="uncounted">Its queues whose pace is set by somebody outside: that they are long holds no order up.</param>
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
            builder.ReportFault(setting, "is not an amqp:// URL");
            broker = null;
        }

        builder.Services.AddSingleton<IParityCheck>(new BrokerParity(broker));
        builder.Services.AddSingleton(BacklogOptions(builder));
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
        builder.Services.TryAddSingleton<OutboxSignal>();

        builder.Services.AddSingleton<QueueNames>();
        builder.Services.AddSingleton(provider => new ErrorQueues(
            broker,
            provider.GetRequiredService<QueueNames>(),
            provider.GetRequiredService<IBusControl>
        ));
        builder.Services.AddSingleton<AdminCommand, ReprocessErrorsCommand>();

        builder.Services.AddSingleton(provider => new BrokerWatch(
            broker,
            service,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<BrokerWatch>>()
        ));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BrokerWatch>());
        if (broker is not null)
        {
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

                    // Nobody listens for faults; each would be one more publication for every message that is dead-lettered.
                    endpoint.PublishFaults = false;
                    if (broker is null)
                    {
                        endpoint.UseMessageRetry(RetryOutage);
                        endpoint.UseMessageRetry(RetryFailure);
                    }

                    if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit && queue != warmUpQueue)
                    {
                        rabbit.SetQuorumQueue(1);
                        rabbit.SetQueueArgument(DeliveryLimit, Deliveries);
                        rabbit.BindDeadLetterQueue(
                            $"{queue}_error",
                            $"{queue}_error",
                            error =>
                            {
                                error.SetQuorumQueue(1);
                                error.SetQueueArgument(DeliveryLimit, Looks);
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
                                host.OnRefreshConnectionFactory = _ => context.GetRequiredService<BrokerWatch>().WaitUntilThere();
                            }
                        );
                        rabbit.DeployTopologyOnly = context.GetRequiredService<BrokerTopology>().IsAllThereIsToDo;
                        rabbit.SendTopology.ConfigureErrorSettings = IsTheLastStop;
                        rabbit.SendTopology.ConfigureDeadLetterSettings = IsTheLastStop;
                        Configure(context, rabbit);
                        rabbit.ConfigureEndpoints(context);
                    }
                );
            }
        });

        builder.Services.AddSingleton<EventPublisher>();
        builder.Services.AddSingleton<BusWarmUp.Arrival>();
        builder.Services.AddSingleton<IWarmUp, BusWarmUp>();

        // Registered after the bus, so that it stops before it and still has it to send what the last requests stored. What the last
        // consumers store, another replica sends, or this one when it is back.
        builder.Services.AddHostedService<OutboxRelay>();

        // A broker that is away must not keep a web process from starting: the outbox holds what it has to say.
        builder
            .Services.AddOptions<MassTransitHostOptions>()
            .Configure(host =>
            {
                host.WaitUntilStarted = false;
                host.StopTimeout = Drain.FinishWithin;
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

    /// <summary>The queue for errors is made like the queue, but what it holds goes nowhere from there by itself.</summary>
    private static void IsTheLastStop(IRabbitMqQueueBindingConfigurator error)
    {
        error.SetQueueArgument(DeliveryLimit, Looks);
        error.SetQueueArgument(DeadLetterExchange, value: null);
    }

    // In memory a message can't wait anywhere else than with its consumer.
    private static void RetryOutage(IRetryConfigurator retry)
    {
        retry.Handle<Exception>(exception => Failures.KindOf(exception) == FailureKind.Outage);
        retry.Exponential(12, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
    }

    private static void RetryFailure(IRetryConfigurator retry)
    {
        retry.Handle<Exception>(exception => Failures.KindOf(exception) == FailureKind.Unexpected);
        retry.Intervals(100, 300, 1000);
    }

    private static BacklogOptions BacklogOptions(WebApplicationBuilder builder)
    {
        var options = new BacklogOptions();
        if (builder.Configuration[Messaging.BacklogOptions.Setting] is { Length: > 0 } text)
        {
            if (Drain.Parse(text) is { TotalSeconds: >= 1 } age)
            {
                options.MostAge = age;
            }
            else
            {
                builder.ReportFault("Backlog__MostAge", "is not a time from 1 s to 10 min");
            }
        }

        return options;
    }
}
