using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// Replaces the package Aspire.Hosting.MongoDB if the package source does not provide it (AspireMongoDB in Directory.Build.props): the same
// names and the same published manifest, for the calls of this AppHost.
namespace Aspire.Hosting;

/// <summary>A MongoDB server in a container.</summary>
/// <param name="password">The password of the user <c>admin</c>.</param>
internal sealed class MongoDBServerResource(string name, ParameterResource password)
    : ContainerResource(name),
        IResourceWithConnectionString
{
    /// <summary>The server's TCP endpoint.</summary>
    public EndpointReference PrimaryEndpoint => field ??= new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => UriOf("");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => PropertiesOf("");

    internal ReferenceExpression UriOf(string database) =>
        ReferenceExpression.Create(
            $"mongodb://admin:{password:uri}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}/{database}?authSource=admin&authMechanism=SCRAM-SHA-256"
        );

    internal IEnumerable<KeyValuePair<string, ReferenceExpression>> PropertiesOf(string database) =>
        [
            new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
            new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
            new("Username", ReferenceExpression.Create($"admin")),
            new("Password", ReferenceExpression.Create($"{password}")),
            new("AuthenticationDatabase", ReferenceExpression.Create($"admin")),
            new("AuthenticationMechanism", ReferenceExpression.Create($"SCRAM-SHA-256")),
            new("Uri", UriOf(database)),
        ];
}

/// <summary>A database of a MongoDB server.</summary>
internal sealed class MongoDBDatabaseResource(string name, string databaseName, MongoDBServerResource parent)
    : Resource(name),
        IResourceWithParent<MongoDBServerResource>,
        IResourceWithConnectionString
{
    public MongoDBServerResource Parent => parent;

    public ReferenceExpression ConnectionStringExpression => parent.UriOf(databaseName);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        [.. parent.PropertiesOf(databaseName), new("DatabaseName", ReferenceExpression.Create($"{databaseName}"))];
}

/// <summary>Adds MongoDB to an application.</summary>
internal static class MongoDBBuilderExtensions
{
    /// <summary>Adds a server that is healthy once it accepts a TCP connection.</summary>
    public static IResourceBuilder<MongoDBServerResource> AddMongoDB(this IDistributedApplicationBuilder builder, string name)
    {
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var server = new MongoDBServerResource(name, password);
        builder
            .Services.AddHealthChecks()
            .AddAsyncCheck(
                $"{name}_check",
                async cancellationToken =>
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(server.PrimaryEndpoint.Host, server.PrimaryEndpoint.Port, cancellationToken);
                    return HealthCheckResult.Healthy();
                }
            );
        return builder
            .AddResource(server)
            .WithEndpoint(targetPort: 27017, name: "tcp")
            .WithImage("library/mongo", "8.3")
            .WithImageRegistry("docker.io")
            .WithEnvironment("MONGO_INITDB_ROOT_USERNAME", "admin")
            .WithEnvironment("MONGO_INITDB_ROOT_PASSWORD", ReferenceExpression.Create($"{password}"))
            .WithHealthCheck($"{name}_check");
    }

    /// <summary>Keeps the server's data in a named volume.</summary>
    public static IResourceBuilder<MongoDBServerResource> WithDataVolume(
        this IResourceBuilder<MongoDBServerResource> builder,
        string name
    ) => builder.WithVolume(name, "/data/db");

    /// <summary>Adds a database of the same name as the resource.</summary>
    public static IResourceBuilder<MongoDBDatabaseResource> AddDatabase(
        this IResourceBuilder<MongoDBServerResource> builder,
        string name
    ) => builder.ApplicationBuilder.AddResource(new MongoDBDatabaseResource(name, name, builder.Resource));
}
