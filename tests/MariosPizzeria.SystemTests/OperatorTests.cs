using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>The operator's commands and their output.</summary>
[Collection(SystemCollection.Name)]
public sealed class OperatorTests(PizzeriaSystem system)
{
    [Fact]
    public async Task Status_names_every_process_and_server()
    {
        await system.UntilReadyAsync();

        var status = await system.StatusAsync();

        status.GetProperty("ready").GetBoolean().ShouldBeTrue();
        status.GetProperty("gateway").GetString().ShouldBe(system.Address.ToString().TrimEnd('/'));
        status
            .GetProperty("processes")
            .EnumerateArray()
            .Select(process => process.GetProperty("name").GetString())
            .Distinct()
            .ShouldBe(["gateway", "menu", "order", "kitchen", "worker", "scheduler"], ignoreOrder: true);
        status
            .GetProperty("servers")
            .EnumerateArray()
            .Select(server => server.GetProperty("kind").GetString())
            .ShouldBe(["postgres", "redis", "rabbitmq"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_log_is_one_json_object_a_line()
    {
        var (exit, output) = await system.CommandAsync("logs");

        exit.ShouldBe(0);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldNotBeEmpty();
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            foreach (var field in (string[])["timestamp", "level", "logger", "message", "service"])
            {
                json.RootElement.TryGetProperty(field, out _).ShouldBeTrue($"{field} lacks in {line}");
            }
        }
    }

    [Fact]
    public async Task A_killed_process_comes_back()
    {
        await system.UntilReadyAsync();
        var scheduler = (await system.ReplicasAsync("scheduler"))[0];

        PizzeriaSystem.Kill(scheduler.Pid);

        await Eventually.HoldsAsync(
            async () =>
                (await system.ReplicasAsync("scheduler")).Single(replica => replica.Number == scheduler.Number) is { Ready: true } returned
                && returned.Pid != scheduler.Pid
                && returned.Restarts > scheduler.Restarts,
            "the scheduler is back"
        );
    }

    [Fact]
    public async Task Migrate_and_seed_change_nothing_the_second_time()
    {
        foreach (var service in (string[])["menu", "order", "kitchen"])
        {
            var (migrated, migration) = await system.CommandAsync("admin", service, "migrate");
            migrated.ShouldBe(0, migration);
        }

        var (seeded, output) = await system.CommandAsync("admin", "menu", "seed");

        seeded.ShouldBe(0, output);
        using var guest = Guest.Anonymous(system);
        (await guest.GetAsync("/api/menu")).GetProperty("pizzas").GetArrayLength().ShouldBe(6);
    }

    [Fact]
    public async Task A_wrong_admin_command_is_named_and_ends_with_one()
    {
        var (exit, output) = await system.CommandAsync("admin", "order", "no-such-command");

        exit.ShouldBe(1);
        output.ShouldContain("Unknown command: no-such-command");
    }
}
