using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.AppHost;

/// <summary>The backing servers, as the processes refer to them.</summary>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> MenuDb,
    IResourceBuilder<IResourceWithConnectionString> OrderDb,
    IResourceBuilder<IResourceWithConnectionString> KitchenDb,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    IResourceBuilder<IResourceWithConnectionString> RabbitMq
)
{
    /// <summary>
    /// Containers, unless <c>Servers:Attached</c> is true: then each server is a connection string that the operator is asked for.
    /// MongoDB's and RabbitMQ's data does not live on the file shares that Azure's containers have.
    /// </summary>
    public static Servers Of(IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue("Servers:Attached", defaultValue: false) ? Attached(builder) : InContainers(builder);

    private static Servers InContainers(IDistributedApplicationBuilder builder)
    {
        // Volumes have names of their own: by default they are called after the folder that this program happens to lie in.
        var mongo = builder.AddMongoDB("mongo").WithDataVolume("marios-pizzeria-mongo-data");

        // Bounded, and nothing is evicted: RedisServer of the process host says why. AddRedis has the whole command as its last argument.
        var redis = builder
            .AddRedis("redis")
            .WithDataVolume("marios-pizzeria-redis-data")
            .WithArgs(context =>
            {
                var last = context.Args.Count - 1;
                context.Args[last] = $"{context.Args[last]} --maxmemory 256mb --maxmemory-policy noeviction";
            });
        var rabbitmq = builder
            .AddRabbitMQ("rabbitmq")
            .WithDataVolume("marios-pizzeria-rabbitmq-data")
            .WithManagementPlugin()
            .WithUrlForEndpoint("management", url => url.DisplayText = "Queues");
        return new(mongo.AddDatabase("menudb"), mongo.AddDatabase("orderdb"), mongo.AddDatabase("kitchendb"), redis, rabbitmq);
    }

    private static Servers Attached(IDistributedApplicationBuilder builder) =>
        new(
            builder.AddConnectionString("menudb"),
            builder.AddConnectionString("orderdb"),
            builder.AddConnectionString("kitchendb"),
            builder.AddConnectionString("redis"),
            builder.AddConnectionString("rabbitmq")
        );
}
