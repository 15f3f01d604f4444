using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.AppHost;

/// <summary>The source of the backing servers: the setting <c>Servers:Mode</c>.</summary>
internal enum ServerMode
{
    /// <summary>Containers with their data in named volumes.</summary>
    Containers,

    /// <summary>Executables that are installed on this machine; PostgreSQL replaces MongoDB.</summary>
    Local,

    /// <summary>Servers that exist already; the operator provides a connection string for each.</summary>
    Attached,
}

/// <summary>The backing servers, as the processes refer to them.</summary>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> MenuDb,
    IResourceBuilder<IResourceWithConnectionString> OrderDb,
    IResourceBuilder<IResourceWithConnectionString> KitchenDb,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    IResourceBuilder<IResourceWithConnectionString> RabbitMq
)
{
    /// <summary>Adds the servers. If <c>Servers:Mode</c> is not set: containers if they can run, otherwise local executables.</summary>
    /// <exception cref="InvalidOperationException">
    /// The setting is not a <see cref="ServerMode"/>, or a local server is missing; the message says how to install it.
    /// </exception>
    public static async Task<Servers> AddAsync(IDistributedApplicationBuilder builder)
    {
        var mode = await ModeAsync(builder);
        return mode switch
        {
            ServerMode.Attached => AddAttached(builder),
            ServerMode.Local => LocalServers.Add(builder),
            _ => AddContainers(builder),
        };
    }

    private static async Task<ServerMode> ModeAsync(IDistributedApplicationBuilder builder)
    {
        const string Setting = "Servers:Mode";
        if (builder.Configuration[Setting] is { Length: > 0 } text)
        {
            return Enum.TryParse<ServerMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode)
                ? mode
                : throw new InvalidOperationException($"{Setting} is \"{text}\"; it must be containers, local or attached.");
        }

        // The published manifest is for machines with a container engine.
        return builder.ExecutionContext.IsPublishMode || await ContainersCanRunAsync() ? ServerMode.Containers : ServerMode.Local;
    }

    /// <summary>Whether containers can run: an engine that answers may have neither the images nor a registry to pull them from.</summary>
    private static async Task<bool> ContainersCanRunAsync()
    {
        if (await ContainerEngine.FindAsync(CancellationToken.None) is not { } engine)
        {
            return false;
        }

        var scratch = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        AddContainers(scratch);
        foreach (var image in scratch.Resources.SelectMany(resource => resource.Annotations.OfType<ContainerImageAnnotation>()))
        {
            var name = $"{image.Registry}/{image.Image}:{image.Tag}";
            if (!await ContainerEngine.CanGetAsync(engine, name, CancellationToken.None))
            {
                Console.WriteLine($"{engine} neither has the image {name} nor can pull it: local servers are used.");
                return false;
            }
        }

        return true;
    }

    private static Servers AddContainers(IDistributedApplicationBuilder builder)
    {
        // Fixed names: the default volume names depend on the folder in which this program is.
        var mongo = builder.AddMongoDB("mongo").WithDataVolume("marios-pizzeria-mongo-data");

        // Memory is limited and nothing is evicted; RedisServer of the process host explains why. AddRedis passes the whole command as its
        // last argument.
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

    // Also for Azure: MongoDB and RabbitMQ cannot keep their data on the file shares that their containers have there.
    private static Servers AddAttached(IDistributedApplicationBuilder builder) =>
        new(
            builder.AddConnectionString("menudb"),
            builder.AddConnectionString("orderdb"),
            builder.AddConnectionString("kitchendb"),
            builder.AddConnectionString("redis"),
            builder.AddConnectionString("rabbitmq")
        );
}
