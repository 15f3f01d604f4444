using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>Releases that <c>run</c> refuses, with the reasons.</summary>
public sealed class RunRefusalTests
{
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
