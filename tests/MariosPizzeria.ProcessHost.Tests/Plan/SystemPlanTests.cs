using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Plan;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Tests.Plan;

public sealed class SystemPlanTests
{
    private static readonly AspireManifest Pizzeria = AspireManifest.Read(Path.Combine(AppContext.BaseDirectory, "pizzeria-manifest.json"));

    private static readonly SystemAddresses Addresses = new(
        8000,
        new Dictionary<string, int>
        {
            ["mongo"] = 101,
            ["redis"] = 102,
            ["rabbitmq"] = 103,
        },
        new Dictionary<string, IReadOnlyList<int>>
        {
            ["menu"] = [201, 202],
            ["order"] = [211, 212, 213],
            ["kitchen"] = [221, 222],
            ["worker"] = [231, 232],
            ["scheduler"] = [241, 242],
            ["gateway"] = [251, 252],
        }
    );

    [Fact]
    public void PostgreSQL_stands_in_for_mongo_with_a_database_for_each_that_is_named()
    {
        var server = PlanOf(mongo: false).Servers.Single(s => s.Container == "mongo");

        server.Name.ShouldBe("postgres");
        server.Kind.ShouldBe(ServerKind.Postgres);
        server.User.ShouldBe("admin");
        server.Password.ShouldBe("mongo-password!");
        server.Databases.Keys.ShouldBe(["menudb", "orderdb", "kitchendb"]);
    }

    [Theory]
    [InlineData("menu", "mongo")]
    [InlineData("worker", "mongo")]
    [InlineData("gateway", null)]
    public void Who_owns_a_database_or_is_fed_from_queues_is_migrated_before_anything_runs(string process, string? server) =>
        (PlanOf(mongo: false).MigratedServerOf(Project(process))?.Container).ShouldBe(server);

    [Fact]
    public void A_process_is_given_PostgreSQLs_address_where_the_manifest_says_mongos()
    {
        var variables = EnvironmentOf("menu", mongo: false);

        // Uses the database's own role, which is not the server's owner.
        var password = PostgresServer.PasswordOf("mongo-password!", "menudb");
        variables["ConnectionStrings__menudb"].ShouldBe($"Host=127.0.0.1;Port=101;Username=menudb;Password={password};Database=menudb");
        variables["MENUDB_HOST"].ShouldBe("127.0.0.1");
        variables["MENUDB_PORT"].ShouldBe("101");
        variables["MENUDB_URI"].ShouldBe($"postgresql://menudb:{password}@127.0.0.1:101/menudb");
        variables["MENUDB_USERNAME"].ShouldBe("menudb");
        variables["MENUDB_PASSWORD"].ShouldBe(password);
        variables.Values.ShouldAllBe(value => !value.Contains("mongo-password!", StringComparison.Ordinal));
        variables.Keys.ShouldNotContain("MENUDB_AUTHENTICATIONMECHANISM");
        variables.Keys.ShouldNotContain("MENUDB_AUTHENTICATIONDATABASE");
    }

    [Fact]
    public void With_mongod_and_its_adapter_mongo_is_mongo()
    {
        PlanOf(mongo: true)
            .Servers.Single(s => s.Container == "mongo")
            .ShouldSatisfyAllConditions(s => s.Name.ShouldBe("mongo"), s => s.Kind.ShouldBe(ServerKind.Mongo));
        EnvironmentOf("menu", mongo: true)["ConnectionStrings__menudb"].ShouldBe("mongodb://127.0.0.1:101/menudb");
    }

    [Fact]
    public void A_consumer_knows_every_replica_and_the_stand_ins_address()
    {
        var variables = EnvironmentOf("gateway", mongo: false);

        variables["services__order__http__0"].ShouldBe("http://127.0.0.1:211");
        variables["services__order__http__1"].ShouldBe("http://127.0.0.1:212");
        variables["services__order__http__2"].ShouldBe("http://127.0.0.1:213");
        variables.Keys.ShouldNotContain("services__order__http__3");
        variables["services__menu__http__1"].ShouldBe("http://127.0.0.1:202");
    }

    [Fact]
    public void A_process_is_told_where_to_listen_by_one_variable()
    {
        var variables = PlanOf(mongo: false).EnvironmentOf(Project("order"), 1, Addresses, "Staging");

        variables["PORT"].ShouldBe("212");
        variables["SERVER_HOST"].ShouldBe("127.0.0.1");
        variables["ASPNETCORE_ENVIRONMENT"].ShouldBe("Staging");
        variables["DOTNET_ENVIRONMENT"].ShouldBe("Staging");
        variables.Keys.ShouldNotContain("HTTP_PORTS");
    }

    [Fact]
    public void Nothing_of_https_or_forwarded_headers_is_left()
    {
        var variables = EnvironmentOf("gateway", mongo: false);

        variables
            .Where(v => v.Key.Contains("https", StringComparison.OrdinalIgnoreCase) || v.Value.Contains("https", StringComparison.Ordinal))
            .ShouldBeEmpty();
        variables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"].ShouldBe("false");
    }

    [Fact]
    public void No_expression_is_left_in_any_variable()
    {
        var plan = PlanOf(mongo: false);

        foreach (var project in Pizzeria.Projects)
        {
            plan.EnvironmentOf(project, 0, Addresses, "Development").Values.ShouldAllBe(v => !v.Contains('{'));
        }
    }

    [Fact]
    public void A_process_needs_the_servers_its_variables_refer_to()
    {
        var plan = PlanOf(mongo: false);

        plan.ServersOf(Project("gateway")).Select(s => s.Name).ShouldBe(["redis"]);
        plan.ServersOf(Project("order")).Select(s => s.Name).ShouldBe(["postgres", "redis", "rabbitmq"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("menu", true)]
    [InlineData("order", true)]
    [InlineData("worker", false)]
    [InlineData("gateway", false)]
    public void A_process_owns_the_database_that_bears_its_name(string process, bool owns) =>
        (PlanOf(mongo: false).DatabaseServerOf(Project(process)) is not null).ShouldBe(owns);

    [Fact]
    public void An_image_that_cannot_be_had_as_a_process_is_named()
    {
        var manifest = AspireManifest.Parse(
            """{ "resources": { "mail": { "type": "container.v0", "image": "docker.io/library/postfix:3" } } }"""
        );

        Should
            .Throw<PizzeriaException>(() => new SystemPlan(manifest, (_, _) => "", mongo: false))
            .Message.ShouldContain("\"mail\" has the image docker.io/library/postfix:3");
    }

    [Theory]
    [InlineData("order")]
    [InlineData("order=")]
    [InlineData("order=-1")]
    [InlineData("order=1000")]
    [InlineData("=2")]
    public void A_scale_that_is_not_understood_is_quoted(string scale) =>
        Should.Throw<PizzeriaException>(() => Replicas.Parse([scale])).Message.ShouldContain(scale);

    [Fact]
    public void Scales_may_stand_together_or_apart() =>
        Replicas
            .Parse(["order=4,kitchen=2", "worker=0"])
            .ShouldBe(
                new Dictionary<string, int>
                {
                    ["order"] = 4,
                    ["kitchen"] = 2,
                    ["worker"] = 0,
                }
            );

    private static SystemPlan PlanOf(bool mongo) => new(Pizzeria, (parameter, _) => parameter.Name + "!", mongo);

    private static ProjectResource Project(string name) => (ProjectResource)Pizzeria.Resources[name];

    private static SortedDictionary<string, string> EnvironmentOf(string process, bool mongo) =>
        PlanOf(mongo).EnvironmentOf(Project(process), 0, Addresses, "Development");
}
