using System.Text.Json;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>Releases of the stand-in, run by the real host on real servers.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task A_release_runs_in_its_environment_from_its_own_files_until_it_is_rolled_back()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        playground.Configure(
            "staging",
            """{ "environment": "Staging", "replicas": { "menu": 2 }, "settings": { "LOG_LEVEL": "Warning" } }"""
        );
        playground.Release("1.0.0", "staging");
        playground.Set("STANDIN_FLAVOUR", "new");
        playground.Release("1.1.0", "staging");
        playground.ForgetBuild();

        (await playground.CallAsync("run", "1.0.0-staging", "--detach", "--port", $"{playground.Port}")).ShouldSucceed();

        var status = await playground.StatusAsync();
        status.Release.ShouldBe("1.0.0-staging");
        status.Version.ShouldBe("1.0.0");
        status.Processes.Count(p => p.Name == "menu").ShouldBe(2);
        var variables = await playground.VariablesOfAsync("menu");
        variables["ASPNETCORE_ENVIRONMENT"].ShouldBe("Staging");
        variables["LOG_LEVEL"].ShouldBe("Warning");
        variables["ConnectionStrings__redis"].ShouldContain("password=");
        File.Exists(Path.Combine(playground.State, "secrets-staging.json")).ShouldBeTrue();
        File.Exists(Path.Combine(playground.State, "secrets.json")).ShouldBeFalse();

        (await playground.CallAsync("run", "1.1.0-staging")).ShouldSucceed();

        (await playground.StatusAsync()).Release.ShouldBe("1.1.0-staging");
        (await playground.VariablesOfAsync("menu"))["STANDIN_FLAVOUR"].ShouldBe("new");

        (await playground.CallAsync("rollback", "staging")).ShouldSucceed().Output.ShouldContain("back at 1.0.0-staging");

        (await playground.StatusAsync()).Release.ShouldBe("1.0.0-staging");
        (await playground.VariablesOfAsync("menu")).Keys.ShouldNotContain("STANDIN_FLAVOUR");
        var listed = (await playground.CallAsync("releases", "--json")).ShouldSucceed().Output;
        using var json = JsonDocument.Parse(listed);
        json.RootElement.EnumerateArray()
            .Select(line => $"{line.GetProperty("release").GetString()} {line.GetProperty("state").GetString()}")
            .ShouldBe(["1.0.0-staging current", "1.1.0-staging whole"]);
    }

    [Fact]
    public async Task An_altered_release_does_not_start()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        playground.Configure("staging", """{ "environment": "Staging" }""");
        var release = playground.Release("1.0.0", "staging");
        Store.ChangeAByte(release.Archive);

        var run = await playground.CallAsync("run", "1.0.0-staging", "--detach", "--port", $"{playground.Port}");

        run.ShouldFail().Error.ShouldContain("is altered");
        playground.Living().ShouldBeEmpty();
        (await playground.CallAsync("releases")).ShouldSucceed().Output.ShouldContain("REFUSED");
    }

    [Fact]
    public async Task A_release_is_not_run_over_a_system_of_another_environment()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        playground.Configure("staging", """{ "environment": "Staging" }""");
        playground.Release("1.0.0", "staging");
        await playground.UpAsync();

        var run = await playground.CallAsync("run", "1.0.0-staging", "--detach");

        run.ShouldFail().Error.ShouldContain("Development");
    }

    [Fact]
    public async Task A_command_without_a_release_to_act_on_says_how_to_make_one()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        playground.Configure("staging", """{ "environment": "Staging" }""");

        (await playground.CallAsync("run", "9.9.9-staging")).ShouldFail().Error.ShouldContain("./pizzeria build VERSION");
        (await playground.CallAsync("rollback", "staging")).ShouldFail().Error.ShouldContain("There is no release of staging");
        (await playground.CallAsync("rollback", "moon")).ShouldFail().Error.ShouldContain("There is no environment");
        (await playground.CallAsync("release", "9.9.9", "staging")).ShouldFail().Error.ShouldContain("is not built");
        (await playground.CallAsync("releases")).ShouldSucceed().Output.ShouldContain("There is no release yet");
    }
}
