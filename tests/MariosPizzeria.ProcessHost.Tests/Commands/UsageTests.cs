using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Commands;

/// <summary>The error messages for a command line that cannot be parsed.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("lgos", "logs", "./pizzeria --help")]
    [InlineData("up --scael order=2", "--scale", "./pizzeria up --help")]
    public async Task A_wrong_word_is_told_what_is_close_to_it_on_stderr(string call, string close, string more)
    {
        var run = await PizzeriaAsync(call.Split(' '));

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(close);
        run.Error.ShouldContain(more);
    }

    [Fact]
    public async Task A_call_without_a_command_is_told_all_of_them_on_stderr()
    {
        var run = await PizzeriaAsync();

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("./pizzeria [command]");
        foreach (var name in new[] { "up", "down", "test", "doctor" })
        {
            run.Error.ShouldContain($"\n  {name} ");
        }
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        var run = await PizzeriaAsync("up", "--help");

        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain("./pizzeria up [options]");
    }

    [Fact]
    public async Task A_release_is_restored_in_its_own_environment_only()
    {
        var run = await PizzeriaAsync("restore", "a.backup", "--release", "1.0.0-staging", "--environment", "Production");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("a release has its own environment");
    }

    private static Task<ToolResult> PizzeriaAsync(params string[] arguments) =>
        ChildProcess.RunAsync(Path.Combine(PublishedProduct.Root, "pizzeria"), arguments, Eventually.Soon);
}
