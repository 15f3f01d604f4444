using System.CommandLine;
using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost;

/// <summary>The command <c>./pizzeria</c>.</summary>
public static class PizzeriaCommand
{
    /// <summary>What can be called.</summary>
    internal static IEnumerable<string> Names => Root().Subcommands.Select(command => command.Name);

    /// <summary>Runs one call of it.</summary>
    /// <param name="args">The call's words, <c>up --detach</c> for example.</param>
    /// <returns>The exit code: 0 done, 1 not done (the reason is on stderr), an admin command's own.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // Commands that must clean up handle signals themselves; the others may simply die.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await Root().Parse(args).InvokeAsync(configuration);
        }
        catch (PizzeriaException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static RootCommand Root() =>
        new("Mario's Pizzeria: everything one needs to run it, look at it and test it.")
        {
            UpCommand.Create(),
            DownCommand.Create(),
            StatusCommand.Create(),
            LogsCommand.Create(),
            RestartCommand.Create(),
            AdminCommand.Create(),
            TestCommand.Create(),
            BuildCommand.Create(),
            ReleaseCommand.Create(),
            RunCommand.Create(),
            RollbackCommand.Create(),
            ReleasesCommand.Create(),
            GenerateCommand.Create(),
            VerifyCommand.Create(),
            BenchCommand.Create(),
            DoctorCommand.Create(),
            HostCommand.Create(),
        };
}
