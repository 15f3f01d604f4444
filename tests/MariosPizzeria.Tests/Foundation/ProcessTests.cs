using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Xunit.Abstractions;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Behaviour that only a real process shows: exit codes, its streams, its environment.</summary>
public sealed class ProcessTests(ITestOutputHelper output) : IDisposable
{
    // A start takes about a second on an idle machine; other tests run on this one at the same time.
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Outside_Development_every_missing_or_malformed_setting_is_named_at_once_and_the_exit_code_is_one()
    {
        var (exit, said, error) = await ServiceProcess.RunAsync(
            "OrderService",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["JWT_SECRET_KEY"] = "too-short-a-secret",
                ["ConnectionStrings__rabbitmq"] = "http://rabbit",
                ["LOG_LEVEL"] = "Loud",
                ["PORT"] = "eighty",
                ["Drain__Delay"] = "soon",
            }
        );

        exit.ShouldBe(1);
        foreach (
            var setting in new[]
            {
                "ConnectionStrings__orderdb is required",
                "ConnectionStrings__redis is required",
                "ConnectionStrings__rabbitmq is not an amqp:// URL",
                "JWT_SECRET_KEY is shorter than",
                "services__menu__http__0 is required",
                "services__kitchen__http__0 is required",
                "LOG_LEVEL is not one of",
                "PORT is not a port",
                "Drain__Delay is not",
            }
        )
        {
            error.ShouldContain(setting);
        }

        JsonSerializer.Deserialize<JsonElement>(said).GetProperty("level").GetString().ShouldBe("Critical");
        (said + error).ShouldNotContain("too-short-a-secret");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a url")]
    [InlineData("ftp://menu")]
    public async Task A_replicas_address_that_is_none_is_named_and_the_exit_code_is_one(string address)
    {
        var variables = new Dictionary<string, string>(ServiceProcess.Nowhere, StringComparer.Ordinal)
        {
            ["services__menu__http__1"] = address,
        };

        var (exit, _, error) = await ServiceProcess.RunAsync("Gateway", variables);

        exit.ShouldBe(1);
        error.ShouldBe("gateway can't start: services__menu__http__1 is not an http:// or https:// URL");
    }

    [Fact]
    public async Task The_shell_needs_no_key_and_no_broker_and_names_what_it_needs()
    {
        var production = new Dictionary<string, string>(StringComparer.Ordinal) { ["ASPNETCORE_ENVIRONMENT"] = "Production" };

        var (exit, _, error) = await ServiceProcess.RunAsync("OrderService", production, ["shell"]);
        var (_, _, other) = await ServiceProcess.RunAsync("OrderService", production, ["migrate"]);

        exit.ShouldBe(1);
        error.ShouldContain("ConnectionStrings__orderdb is required");
        error.ShouldContain("ConnectionStrings__redis is required");
        error.ShouldNotContain("JWT_SECRET_KEY");
        error.ShouldNotContain("ConnectionStrings__rabbitmq");
        other.ShouldContain("JWT_SECRET_KEY is required");
        other.ShouldContain("ConnectionStrings__rabbitmq is required");
    }

    [Fact]
    public async Task A_dotenv_file_serves_Development_and_a_real_variable_wins()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ".env"), "JWT_SECRET_KEY=too-short\nLOG_LEVEL=Loud\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["LOG_LEVEL"] = "Warning" };

        var development = await ServiceProcess.RunAsync("MenuService", variables, ["migrate"], _folder);
        variables["ASPNETCORE_ENVIRONMENT"] = "Production";
        var production = await ServiceProcess.RunAsync("MenuService", variables, ["migrate"], _folder);

        development.Exit.ShouldBe(1);
        development.Error.ShouldContain("JWT_SECRET_KEY is shorter");
        development.Error.ShouldNotContain("LOG_LEVEL");
        production.Error.ShouldContain("JWT_SECRET_KEY is required");
    }

    [Theory]
    [InlineData("MenuService", "menu", "Usage: menu COMMAND", "admin")]
    [InlineData("MenuService", "menu", "Unknown command: bake", "admin", "bake")]
    [InlineData("MenuService", "menu", "Unknown command: bake", "bake")]
    [InlineData("OrderService", "order", "Unknown command: bake", "bake")]
    [InlineData("KitchenService", "kitchen", "Unknown command: bake", "bake")]
    [InlineData("Worker", "worker", "Unknown command: bake", "bake")]
    [InlineData("Scheduler", "scheduler", "Unknown command: bake", "bake")]
    [InlineData("Gateway", "gateway", "Unknown command: bake", "bake")]
    public async Task No_admin_command_or_a_wrong_one_is_told_the_usage_and_the_exit_code_is_one(
        string project,
        string service,
        string expected,
        params string[] command
    )
    {
        var (exit, said, error) = await ServiceProcess.RunAsync(project, ServiceProcess.Nowhere, command);

        exit.ShouldBe(1);
        error.ShouldStartWith(expected);
        error.ShouldContain($"Usage: {service} COMMAND");
        error.ShouldContain("migrate");
        error.ShouldContain("healthcheck");
        said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Healthcheck_says_by_its_exit_code_whether_the_process_beside_it_serves()
    {
        await using var menu = ServiceProcess.Start("MenuService");
        using var client = await menu.ServingAsync();
        var beside = new Dictionary<string, string>(StringComparer.Ordinal) { ["PORT"] = $"{menu.Port}", ["SERVER_HOST"] = "0.0.0.0" };

        var well = await ServiceProcess.RunAsync("MenuService", beside, ["healthcheck"]);
        await menu.TerminateAsync();
        await menu.ExitAsync();
        var gone = await ServiceProcess.RunAsync("MenuService", beside, ["healthcheck"]);

        well.Exit.ShouldBe(0, well.Error);
        gone.Exit.ShouldBe(1);
        gone.Error.ShouldContain("not healthy");
    }

    [Theory]
    [MemberData(nameof(ServiceProcess.EachType), MemberType = typeof(ServiceProcess))]
    public async Task Every_process_type_answers_within_its_budget_while_none_of_its_servers_is_there(string service)
    {
        // Nothing listens at these addresses: a process that queried a server before serving would not start to serve.
        var variables = new Dictionary<string, string>(ServiceProcess.Nowhere, StringComparer.Ordinal)
        {
            ["ConnectionStrings__redis"] = "127.0.0.1:9",
            ["ConnectionStrings__rabbitmq"] = "amqp://guest:guest@127.0.0.1:9",
        };
        foreach (var database in new[] { "menudb", "orderdb", "kitchendb" })
        {
            variables[$"ConnectionStrings__{database}"] = $"Host=127.0.0.1;Port=9;Username=a;Password=b;Database={database}";
        }

        // With other tests running, a single start may take any time; a process that waits for a server takes too long every time.
        var taken = TimeSpan.MaxValue;
        for (var start = 0; start < 3 && taken > StartBudget; start++)
        {
            var clock = Stopwatch.StartNew();
            await using var process = ServiceProcess.Start(service, variables);
            using var client = await process.AnsweringAsync();
            taken = clock.Elapsed;
            output.WriteLine($"{service.ToLowerInvariant()}: {taken.TotalMilliseconds:0} ms from its start to its first 200");
            using var ready = await client.GetAsync("/health/ready");
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        taken.ShouldBeLessThan(StartBudget);
    }
}
