using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Plan;

/// <summary>A server to start for a container of the manifest.</summary>
/// <param name="Name">What status and logs call it: the container's name, or <c>postgres</c> where that stands in for mongo.</param>
/// <param name="Container">The manifest's resource.</param>
/// <param name="Kind">What is started.</param>
/// <param name="User">The user the manifest's consumers sign in as.</param>
/// <param name="Password">Their password.</param>
/// <param name="Databases">Databases to make, by the resource that names each.</param>
public sealed record ServerPlan(
    string Name,
    string Container,
    ServerKind Kind,
    string User,
    string Password,
    IReadOnlyDictionary<string, string> Databases
)
{
    /// <summary>Of a PostgreSQL: as whom a database's own service signs in there, and with which password.</summary>
    public (string Role, string Password) SignInTo(string database) => (database, PostgresServer.PasswordOf(Password, database));
}

/// <summary>Where everything listens, on 127.0.0.1.</summary>
/// <param name="PublicPort">The port of the process the world may reach.</param>
/// <param name="ServerPorts">By container.</param>
/// <param name="ReplicaPorts">By process type: one a replica, and last a spare one, on which a lone replica's stand-in listens.</param>
public sealed record SystemAddresses(
    int PublicPort,
    IReadOnlyDictionary<string, int> ServerPorts,
    IReadOnlyDictionary<string, IReadOnlyList<int>> ReplicaPorts
);

/// <summary>What a manifest comes to on a machine without containers: which servers, and each process's variables.</summary>
public sealed partial class SystemPlan
{
    private static readonly string[] OwnPorts = ["HTTP_PORTS", "HTTPS_PORTS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS"];
    private readonly Expressions _expressions;
    private readonly Func<ParameterResource, string, string> _inputs;

    /// <summary>Chooses the servers.</summary>
    /// <param name="manifest">What there is.</param>
    /// <param name="inputs">A parameter's value, by parameter and input.</param>
    /// <param name="mongo">True where a mongod is installed and the processes are built with its adapter.</param>
    /// <exception cref="PizzeriaException">A container's image is none that can be had as a plain process.</exception>
    public SystemPlan(AspireManifest manifest, Func<ParameterResource, string, string> inputs, bool mongo)
    {
        Manifest = manifest;
        _expressions = new Expressions(manifest);
        _inputs = inputs;
        Servers = [.. manifest.Containers.Select(c => PlanServer(c, mongo))];
    }

    public AspireManifest Manifest { get; }

    public IReadOnlyList<ServerPlan> Servers { get; }

    /// <summary>The kinds of server a manifest's containers ask for.</summary>
    /// <exception cref="PizzeriaException">An image is none that can be had as a plain process.</exception>
    public static IEnumerable<ServerKind> KindsOf(AspireManifest manifest, bool mongo) =>
        manifest.Containers.Select(c => KindOf(c, mongo)).Distinct();

    /// <summary>The servers a process refers to, directly or through a database.</summary>
    public IReadOnlyList<ServerPlan> ServersOf(ProjectResource project)
    {
        var references = project.Env.Values.SelectMany(_expressions.References).ToHashSet(StringComparer.Ordinal);
        return [.. Servers.Where(s => references.Contains(s.Container))];
    }

    /// <summary>The server that holds the process's own database: by convention process <c>X</c> owns <c>Xdb</c>. Null if it owns none.</summary>
    public ServerPlan? DatabaseServerOf(ProjectResource project) =>
        Servers.FirstOrDefault(s => s.Databases.ContainsKey(project.Name + "db"));

    /// <summary>
    /// The server without whose database <c>migrate</c> can't do its work: of a process that owns one, or that is fed from queues, which
    /// must exist before anything is published. Null where there is nothing to make.
    /// </summary>
    public ServerPlan? MigratedServerOf(ProjectResource project) =>
        DatabaseServerOf(project)
        ?? (
            ServersOf(project) is var attached && attached.Any(s => s.Kind == ServerKind.RabbitMq)
                ? attached.FirstOrDefault(s => s.Databases.Count > 0)
                : null
        );

    /// <summary>
    /// How the owner of the database server, who may make users, connects to a process's own database; null where that is no PostgreSQL.
    /// </summary>
    public string? OwnersConnectionOf(ProjectResource project, SystemAddresses addresses) =>
        DatabaseServerOf(project) is { Kind: ServerKind.Postgres } server
            ? ConnectionString(server, addresses, server.User, server.Password, server.Databases[project.Name + "db"])
            : null;

    /// <summary>The variables of one replica.</summary>
    /// <param name="project">Its type.</param>
    /// <param name="replica">Its number from 0; the number of replicas is the stand-in's.</param>
    /// <param name="addresses">Where everything listens.</param>
    /// <param name="environment">Development, Staging, Production …</param>
    /// <exception cref="PizzeriaException">An expression is not understood.</exception>
    public SortedDictionary<string, string> EnvironmentOf(
        ProjectResource project,
        int replica,
        SystemAddresses addresses,
        string environment
    )
    {
        var values = new Values(this, addresses, project.Name, replica);
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
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
                    result[string.Create(CultureInfo.InvariantCulture, $"{service.Groups["prefix"].Value}{i}")] = BindingAddress
                        .Loopback("http", ports[i])
                        .Url;
                }
            }
            else if (Evaluate(name, text, values) is { } value)
            {
                result[name] = value;
            }
        }

        // Nothing stands in front of a process here, so nobody's word about the client counts.
        result["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "false";
        result["ASPNETCORE_ENVIRONMENT"] = environment;
        result["DOTNET_ENVIRONMENT"] = environment;
        result["SERVER_HOST"] = "127.0.0.1";
        result["PORT"] = addresses.ReplicaPorts[project.Name][replica].ToString(CultureInfo.InvariantCulture);
        return result;
    }

    private string? Evaluate(string name, string text, Values values)
    {
        var standIn = Servers.FirstOrDefault(s => s.Name != s.Container && _expressions.References(text).Contains(s.Container));
        if (standIn is not null && text.StartsWith("mongodb", StringComparison.Ordinal))
        {
            var port = values.Addresses.ServerPorts[standIn.Container];
            var database = DatabaseIn(text);
            var (role, password) = standIn.SignInTo(database);
            return string.Create(CultureInfo.InvariantCulture, $"postgresql://{role}:{password}@127.0.0.1:{port}/{database}");
        }

        // MENUDB_USERNAME and MENUDB_PASSWORD speak of the server's owner, whom no service is.
        foreach (var server in Servers.Where(s => s.Kind == ServerKind.Postgres))
        {
            foreach (var (resource, database) in server.Databases)
            {
                if (name.Equals($"{resource}_USERNAME", StringComparison.OrdinalIgnoreCase))
                {
                    return server.SignInTo(database).Role;
                }

                if (name.Equals($"{resource}_PASSWORD", StringComparison.OrdinalIgnoreCase))
                {
                    return server.SignInTo(database).Password;
                }
            }
        }

        // These speak of MongoDB's way to sign in, without referring to it.
        var onlyMongo =
            name.EndsWith("_AUTHENTICATIONDATABASE", StringComparison.Ordinal)
            || name.EndsWith("_AUTHENTICATIONMECHANISM", StringComparison.Ordinal);
        return onlyMongo && Servers.Any(s => s.Kind == ServerKind.Postgres) ? null : _expressions.Evaluate(text, values);
    }

    /// <summary>The ports of the process type whose http address the text is; null where it is something else.</summary>
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
        var user = Variable("MONGO_INITDB_ROOT_USERNAME") ?? Variable("RABBITMQ_DEFAULT_USER") ?? Variable("POSTGRES_USER") ?? "admin";
        var password =
            Variable("MONGO_INITDB_ROOT_PASSWORD")
            ?? Variable("RABBITMQ_DEFAULT_PASS")
            ?? Variable("POSTGRES_PASSWORD")
            ?? Variable("REDIS_PASSWORD")
            ?? "test";
        var databases = kind is ServerKind.Postgres or ServerKind.Mongo
            ? Manifest
                .Resources.Values.OfType<ValueResource>()
                .Where(v => _expressions.References(v.ConnectionString).Contains(container.Name))
                .ToDictionary(
                    v => v.Name,
                    v => DatabaseIn(v.ConnectionString) is { Length: > 0 } name ? name : v.Name,
                    StringComparer.Ordinal
                )
            : [];
        var name = kind == ServerKind.Postgres && IsImage(container, "mongo") ? "postgres" : container.Name;
        return new ServerPlan(name, container.Name, kind, user, password, databases);

        string? Variable(string variable) =>
            container.Env.TryGetValue(variable, out var text)
                ? _expressions.Evaluate(text, new Values(this, new SystemAddresses(0, Empty, NoReplicas), "", 0))
                : null;
    }

    private static ServerKind KindOf(ContainerResource container, bool mongo)
    {
        if (IsImage(container, "redis") || IsImage(container, "valkey"))
        {
            return ServerKind.Redis;
        }

        if (IsImage(container, "rabbitmq"))
        {
            return ServerKind.RabbitMq;
        }

        if (IsImage(container, "mongo"))
        {
            return mongo ? ServerKind.Mongo : ServerKind.Postgres;
        }

        return IsImage(container, "postgres")
            ? ServerKind.Postgres
            : throw new PizzeriaException(
                $"The manifest's container \"{container.Name}\" has the image {container.Image}; as plain processes there are "
                    + "redis, valkey, rabbitmq, mongo and postgres."
            );
    }

    private static bool IsImage(ContainerResource container, string image) => container.Image.Split('/')[^1].Split(':', '@')[0] == image;

    private static string ConnectionString(ServerPlan server, SystemAddresses addresses, string user, string password, string database) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={addresses.ServerPorts[server.Container]};Username={user};Password={password};Database={database}"
        );

    private static string DatabaseIn(string connectionString) => DatabasePath().Match(connectionString).Groups["name"].Value;

    private static readonly Dictionary<string, int> Empty = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, IReadOnlyList<int>> NoReplicas = new(StringComparer.Ordinal);

    [GeneratedRegex("^(?<prefix>services__[^_]+(_[^_]+)*__[^_]+__)0$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex ServiceAddress();

    [GeneratedRegex(@"^\{(?<name>[^{}.]+)\.bindings\.(?<binding>[^{}.]+)\.url\}$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex WholeUrl();

    [GeneratedRegex(@"\}/(?<name>[A-Za-z0-9_-]+)(\?|$)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex DatabasePath();

    /// <summary>What expressions come to in the variables of one replica.</summary>
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
                // A server's first port is the one it serves; a management page, for one, is not started.
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
                ServerKind.Postgres when database is not null && server.SignInTo(database) is var (role, password) =>
                    SystemPlan.ConnectionString(server, addresses, role, password, database),
                ServerKind.Postgres => SystemPlan.ConnectionString(server, addresses, server.User, server.Password, "postgres"),
                // Started without users: it is this machine's alone.
                ServerKind.Mongo => string.Create(
                    CultureInfo.InvariantCulture,
                    $"mongodb://127.0.0.1:{addresses.ServerPorts[server.Container]}/{database}"
                ),
                _ => null,
            };
        }
    }
}
