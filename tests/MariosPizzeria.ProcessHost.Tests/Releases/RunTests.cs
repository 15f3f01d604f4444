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
}
