using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Plan;

/// <summary>A server to start for a container of the manifest.</summary>
/// <param name="Name">The name in status and logs: the container's name, or <c>postgres</c> if it replaces mongo.</param>
/// <param name="User">The user as which the manifest's clients of the server sign in.</param>
/// <param name="Databases">The names of the databases to create, by resource.</param>
public sealed record ServerPlan(
    string Name,
    string Container,
    ServerKind Kind,
    string User,
    string Password,
    IReadOnlyDictionary<string, string> Databases
)
{
    /// <summary>For PostgreSQL: returns the password of the role that owns a database and has the same name.</summary>
    public string PasswordOf(string database) => PostgresServer.PasswordOf(Password, database);
}

/// <summary>The ports of all servers and processes, on 127.0.0.1.</summary>
/// <param name="PublicPort">The port of the process that is reachable from outside.</param>
/// <param name="ServerPorts">The ports of the servers, by container.</param>
/// <param name="ReplicaPorts">The ports by process type: one per replica, then a spare port for the stand-in of a single replica.</param>
public sealed record SystemAddresses(
    int PublicPort,
    IReadOnlyDictionary<string, int> ServerPorts,
    IReadOnlyDictionary<string, IReadOnlyList<int>> ReplicaPorts
);

/// <summary>The plan for running a manifest on a machine without containers: the servers, and the variables of each process.</summary>
public sealed partial class SystemPlan
{
    private static readonly string[] OwnPorts = ["HTTP_PORTS", "HTTPS_PORTS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS"];
    private readonly Expressions _expressions;
    private readonly Func<ParameterResource, string, string> _inputs;

    /// <summary>Chooses the servers.</summary>
    /// <param name="inputs">Returns a parameter's value, by parameter and input.</param>
    /// <param name="mongo">True if a mongod is installed and the processes are built with its adapter.</param>
    /// <exception cref="PizzeriaException">The image of a container has no equivalent as a plain process.</exception>
    public SystemPlan(AspireManifest manifest, Func<ParameterResource, string, string> inputs, bool mongo)
    {
        Manifest = manifest;
        _expressions = new Expressions(manifest);
        _inputs = inputs;
        Servers = [.. manifest.Containers.Select(c => PlanServer(c, mongo))];
    }

    public AspireManifest Manifest { get; }

    public IReadOnlyList<ServerPlan> Servers { get; }

    /// <summary>Returns the kinds of server that a manifest's containers need.</summary>
    /// <exception cref="PizzeriaException">An image has no equivalent as a plain process.</exception>
    public static IEnumerable<ServerKind> KindsOf(AspireManifest manifest, bool mongo) =>
        manifest.Containers.Select(c => KindOf(c, mongo)).Distinct();

    /// <summary>Returns the servers that a process refers to, directly or through a database.</summary>
    public IReadOnlyList<ServerPlan> ServersOf(ProjectResource project)
    {
        var references = project.Env.Values.SelectMany(_expressions.References).ToHashSet();
        return [.. Servers.Where(s => references.Contains(s.Container))];
    }

    /// <summary>The server of the process's own database: by convention process <c>X</c> owns <c>Xdb</c>. Null if it owns none.</summary>
    public ServerPlan? DatabaseServerOf(ProjectResource project) =>
        Servers.FirstOrDefault(s => s.Databases.ContainsKey(project.Name + "db"));

    /// <summary>
    /// The server that <c>migrate</c> needs: for a process that owns a database, or that consumes from queues, which must exist before
    /// anything is published. Null if there is nothing to create.
    /// </summary>
    public ServerPlan? MigratedServerOf(ProjectResource project) =>
        DatabaseServerOf(project)
        ?? (
            ServersOf(project) is var attached && attached.Any(s => s.Kind == ServerKind.RabbitMq)
                ? attached.FirstOrDefault(s => s.Databases.Count > 0)
                : null
        );

    /// <summary>
    /// The connection string with which the owner of the database server, who may create users, connects to a process's own database;
    /// null if that is not PostgreSQL.
    /// </summary>
    public string? OwnersConnectionOf(ProjectResource project, SystemAddresses addresses) =>
        DatabaseServerOf(project) is { Kind: ServerKind.Postgres } server
            ? ConnectionString(server, addresses, server.User, server.Password, server.Databases[project.Name + "db"])
            : null;

    /// <summary>Returns the environment variables of one replica.</summary>
    /// <param name="replica">The number of the replica, from 0; the stand-in's number is the number of replicas.</param>
    /// <param name="environment">Development, Staging, Production …</param>
    /// <exception cref="PizzeriaException">An expression is not valid.</exception>
    public SortedDictionary<string, string> EnvironmentOf(
        ProjectResource project,
        int replica,
        SystemAddresses addresses,
        string environment
    )
    {
        var values = new Values(this, addresses, project.Name, replica);
        var result = new SortedDictionary<string, string>();
        foreach (var (name, text) in project.Env)
        {
            if (OwnPorts.Contains(name))
            {
                continue; // PORT says it.
            }

            if (ServiceAddress().Match(name) is { Success: true } service && Replicas(text, addresses) is { } ports)
            {
                for (var i = 0; i < ports.Count; i++)
                {
                    result[$"{service.Groups["prefix"].Value}{i}"] = BindingAddress.Loopback("http", ports[i]).Url;
                }
            }
            else if (Evaluate(name, text, values) is { } value)
            {
                result[name] = value;
            }
        }

        // No proxy is in front of a process here, so forwarded headers are not trusted.
        result["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "false";
        result["ASPNETCORE_ENVIRONMENT"] = environment;
        result["DOTNET_ENVIRONMENT"] = environment;
        result["SERVER_HOST"] = "127.0.0.1";
        result["PORT"] = addresses.ReplicaPorts[project.Name][replica].ToString();
        return result;
    }

    private string? Evaluate(string name, string text, Values values)
    {
        var standIn = Servers.FirstOrDefault(s => s.Name != s.Container && _expressions.References(text).Contains(s.Container));
        if (standIn is not null && text.StartsWith("mongodb"))
        {
            var port = values.Addresses.ServerPorts[standIn.Container];
            var database = DatabaseIn(text);
            return $"postgresql://{database}:{standIn.PasswordOf(database)}@127.0.0.1:{port}/{database}";
        }

        // In the manifest MENUDB_USERNAME and MENUDB_PASSWORD are those of the server's owner; here each service has its own role.
        foreach (var server in Servers.Where(s => s.Kind == ServerKind.Postgres))
        {
            foreach (
                var (resource, database) in server.Databases.Where(d => name.StartsWith(d.Key + '_', StringComparison.OrdinalIgnoreCase))
            )
            {
                switch (name[(resource.Length + 1)..])
                {
                    case "USERNAME":
                        return database;
                    case "PASSWORD":
                        return server.PasswordOf(database);
                }
            }
        }

        // These variables configure MongoDB authentication, but do not refer to the MongoDB resource.
        var onlyMongo = name.EndsWith("_AUTHENTICATIONDATABASE") || name.EndsWith("_AUTHENTICATIONMECHANISM");
        return onlyMongo && Servers.Any(s => s.Kind == ServerKind.Postgres) ? null : _expressions.Evaluate(text, values);
    }

    /// <summary>Returns the ports of the process type whose http address the text is; null if it is something else.</summary>
    private IReadOnlyList<int>? Replicas(string text, SystemAddresses addresses) =>
        WholeUrl().Match(text) is { Success: true } url
        && Manifest.Resources.GetValueOrDefault(url.Groups["name"].Value) is ProjectResource { IsExternal: false } project
        && project.Bindings.TryGetValue(url.Groups["binding"].Value, out var binding)
        && binding.Scheme == "http"
            ? addresses.ReplicaPorts[project.Name]
            : null;

    private ServerPlan PlanServer(ContainerResource container, bool mongo)
    {
        var kind = KindOf(container, mongo);
        var user = Variable("MONGO_INITDB_ROOT_USERNAME", "RABBITMQ_DEFAULT_USER", "POSTGRES_USER") ?? "admin";
        var password = Variable("MONGO_INITDB_ROOT_PASSWORD", "RABBITMQ_DEFAULT_PASS", "POSTGRES_PASSWORD", "REDIS_PASSWORD") ?? "test";
        var databases = kind is ServerKind.Postgres or ServerKind.Mongo
            ? Manifest
                .Resources.Values.OfType<ValueResource>()
                .Where(v => _expressions.References(v.ConnectionString).Contains(container.Name))
                .ToDictionary(v => v.Name, v => DatabaseIn(v.ConnectionString) is { Length: > 0 } name ? name : v.Name)
            : [];
        var name = kind == ServerKind.Postgres && ImageOf(container) == "mongo" ? "postgres" : container.Name;
        return new ServerPlan(name, container.Name, kind, user, password, databases);

        string? Variable(params string[] names)
        {
            // There are no ports yet; these variables refer only to parameters.
            var values = new Values(this, new(0, new Dictionary<string, int>(), new Dictionary<string, IReadOnlyList<int>>()), "", 0);
            var text = names.Select(each => container.Env.GetValueOrDefault(each)).FirstOrDefault(each => each is not null);
            return text is null ? null : _expressions.Evaluate(text, values);
        }
    }

    private static ServerKind KindOf(ContainerResource container, bool mongo) =>
        ImageOf(container) switch
        {
            "redis" or "valkey" => ServerKind.Redis,
            "rabbitmq" => ServerKind.RabbitMq,
            "mongo" when mongo => ServerKind.Mongo,
            "mongo" or "postgres" => ServerKind.Postgres,
            _ => throw new PizzeriaException(
                $"The manifest's container \"{container.Name}\" has the image {container.Image}, which cannot be "
                    + "run as a plain process. Known are redis, valkey, rabbitmq, mongo and postgres."
            ),
        };

    private static string ImageOf(ContainerResource container) => container.Image.Split('/')[^1].Split(':', '@')[0];

    private static string ConnectionString(ServerPlan server, SystemAddresses addresses, string user, string password, string database) =>
        $"Host=127.0.0.1;Port={addresses.ServerPorts[server.Container]};Username={user};Password={password};Database={database}";

    private static string DatabaseIn(string connectionString) => DatabasePath().Match(connectionString).Groups["name"].Value;

    [GeneratedRegex("^(?<prefix>services__[^_]+(_[^_]+)*__[^_]+__)0$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex ServiceAddress();

    [GeneratedRegex(@"^\{(?<name>[^{}.]+)\.bindings\.(?<binding>[^{}.]+)\.url\}$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex WholeUrl();

    [GeneratedRegex(@"\}/(?<name>[A-Za-z0-9_-]+)(\?|$)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex DatabasePath();

    /// <summary>The values of expressions in the variables of one replica.</summary>
    private sealed class Values(SystemPlan plan, SystemAddresses addresses, string self, int replica) : IResourceValues
    {
        public SystemAddresses Addresses => addresses;

        public BindingAddress? Address(string resource, string binding)
        {
            switch (plan.Manifest.Resources[resource])
            {
                case ProjectResource project when project.Bindings[binding].Scheme == "http":
                    var own = addresses.ReplicaPorts[resource][resource == self ? replica : 0];
                    return new BindingAddress("http", "127.0.0.1", project.IsExternal ? addresses.PublicPort : own, own);
                // Only a server's first binding is served; a management page, for example, is not started.
                case ContainerResource container when container.Bindings.First().Key == binding:
                    return BindingAddress.Loopback(container.Bindings[binding].Scheme, addresses.ServerPorts[resource]);
                default:
                    return null;
            }
        }

        public string Input(string parameter, string input) => plan._inputs((ParameterResource)plan.Manifest.Resources[parameter], input);

        public string? ConnectionString(string resource)
        {
            var server = plan.Servers.FirstOrDefault(s => s.Databases.ContainsKey(resource) || s.Container == resource);
            if (server is null)
            {
                return null;
            }

            var database = server.Databases.GetValueOrDefault(resource);
            return server.Kind switch
            {
                ServerKind.Postgres when database is not null => SystemPlan.ConnectionString(
                    server,
                    addresses,
                    database,
                    server.PasswordOf(database),
                    database
                ),
                ServerKind.Postgres => SystemPlan.ConnectionString(server, addresses, server.User, server.Password, "postgres"),
                // Started without users, because it is reachable only from this machine.
                ServerKind.Mongo => $"mongodb://127.0.0.1:{addresses.ServerPorts[server.Container]}/{database}",
                _ => null,
            };
        }
    }
}
