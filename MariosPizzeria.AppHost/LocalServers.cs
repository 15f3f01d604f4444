using System.Security.Cryptography;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.AppHost;

/// <summary>A server that is installed on this machine, run as a process with a folder, a port and a password of its own.</summary>
internal sealed class LocalServerResource(string name, BackingServer server, ReferenceExpression connectionString)
    : ExecutableResource(name, server.Command.CommandLine[0], server.Folder),
        IResourceWithConnectionString
{
    /// <summary>How the server is prepared, started and probed.</summary>
    public BackingServer Server => server;

    public ReferenceExpression ConnectionStringExpression => connectionString;
}

/// <summary>A database of a local PostgreSQL, with a role of its name that owns it.</summary>
internal sealed class LocalDatabaseResource(string name, LocalServerResource parent, ParameterResource password)
    : Resource(name),
        IResourceWithParent<LocalServerResource>,
        IResourceWithConnectionString
{
    public LocalServerResource Parent => parent;

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create(
            $"Host=127.0.0.1;Port={LocalServers.Text(parent.Server)};Username={Name};Password={password};Database={Name}"
        );
}

/// <summary>
/// The backing servers as local executables. Their data and passwords are kept together, in <c>.pizzeria/aspire</c> or the folder that
/// <c>Servers:Folder</c> names: a password that was kept elsewhere could be lost while the data stays.
/// </summary>
internal static class LocalServers
{
    private const string User = "admin";

    /// <summary>Adds PostgreSQL with three databases, Redis and RabbitMQ.</summary>
    /// <exception cref="InvalidOperationException">
    /// A server is not installed; the message says how to install those that are missing.
    /// </exception>
    public static Servers Add(IDistributedApplicationBuilder builder)
    {
        Packages.RequiredPackage[] missing =
        [
            .. new[] { ServerKind.Postgres, ServerKind.Redis, ServerKind.RabbitMq }.Select(Packages.For).Where(need => !need.Present),
        ];
        if (missing.Length > 0)
        {
            throw new InvalidOperationException(
                $"This machine lacks {string.Join(", ", missing.Select(need => need.Name))}, and no container engine has the images. "
                    + $"To get it: {Packages.CommandFor(missing)}. ./pizzeria doctor shows all that is needed."
            );
        }

        var postgres = builder.AddServer(
            "postgres",
            settings => new PostgresServer(settings),
            (server, password) => ReferenceExpression.Create($"Host=127.0.0.1;Port={Text(server)};Username={User};Password={password}")
        );
        var redis = builder.AddServer(
            "redis",
            settings => new RedisServer(settings),
            (server, password) => ReferenceExpression.Create($"127.0.0.1:{Text(server)},password={password}")
        );
        return new(
            postgres.AddDatabase("menudb"),
            postgres.AddDatabase("orderdb"),
            postgres.AddDatabase("kitchendb"),
            redis,
            builder.AddRabbitMqServer()
        );
    }

    private static IResourceBuilder<LocalServerResource> AddRabbitMqServer(this IDistributedApplicationBuilder builder)
    {
        var rabbitmq = builder.AddServer(
            "rabbitmq",
            settings => new RabbitMqServer(settings),
            (server, password) => ReferenceExpression.Create($"amqp://{User}:{password}@127.0.0.1:{Text(server)}")
        );
        var mapper = ((RabbitMqServer)rabbitmq.Resource.Server).PortMapper;
        var epmd = builder
            .AddExecutable("rabbitmq-epmd", mapper.CommandLine[0], "/", [.. mapper.CommandLine.Skip(1)])
            .WithParentRelationship(rabbitmq)
            .WithAnnotation(new RestartAnnotation());
        return rabbitmq.WaitForStart(epmd);
    }

    private static IResourceBuilder<LocalServerResource> AddServer(
        this IDistributedApplicationBuilder builder,
        string name,
        Func<ServerSettings, BackingServer> create,
        Func<BackingServer, ParameterResource, ReferenceExpression> connectionString
    )
    {
        var folder = Path.Combine(StateFolder(builder), name);
        var password = PasswordOf(folder);
        var server = create(
            new()
            {
                Folder = folder,
                User = User,
                Password = password,
            }
        );
        var parameter = builder.AddParameter($"{name}-password", password, secret: true);
        var command = server.Command;
        var resource = builder
            .AddResource(new LocalServerResource(name, server, connectionString(server, parameter.Resource)))
            .WithAnnotation(new RestartAnnotation())
            .WithArgs([.. command.CommandLine.Skip(1)])
            .WithEndpoint(port: server.Port, targetPort: server.Port, name: "tcp", isProxied: false)
            .OnBeforeResourceStarted((_, _, cancellationToken) => server.PrepareAsync(cancellationToken));
        foreach (var (variable, value) in command.Environment)
        {
            resource.WithEnvironment(variable, value);
        }

        var check = $"{name}_check";
        builder
            .Services.AddHealthChecks()
            .AddAsyncCheck(
                check,
                async cancellationToken =>
                    await server.AnswersAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy()
            );
        return resource.WithHealthCheck(check);
    }

    // The database is created when the server answers, before the resources that wait for the database start.
    private static IResourceBuilder<LocalDatabaseResource> AddDatabase(this IResourceBuilder<LocalServerResource> server, string name)
    {
        var builder = server.ApplicationBuilder;
        var password = PostgresServer.PasswordOf(server.Resource.Server.Password, name);
        var parameter = builder.AddParameter($"{name}-password", password, secret: true);
        var database = builder.AddResource(new LocalDatabaseResource(name, server.Resource, parameter.Resource));
        server.OnResourceReady(
            async (postgres, ready, cancellationToken) =>
            {
                await ((PostgresServer)postgres.Server).CreateDatabaseAsync(name, cancellationToken);
                await ready
                    .Services.GetRequiredService<ResourceNotificationService>()
                    .PublishUpdateAsync(database.Resource, state => state with { State = KnownResourceStates.Running });
            }
        );
        return database;
    }

    private static string StateFolder(IDistributedApplicationBuilder builder) =>
        builder.Configuration["Servers:Folder"] ?? Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", ".pizzeria", "aspire"));

    private static string PasswordOf(string folder)
    {
        var file = folder + ".password";
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // No special characters: the plain and the URI-encoded value are the same.
            var password = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 24);
            Files.WriteNew(file, password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return File.ReadAllText(file);
    }

    internal static string Text(BackingServer server) => server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
