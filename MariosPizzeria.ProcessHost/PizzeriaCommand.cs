using System.CommandLine;
using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost;

/// <summary>The command <c>./pizzeria</c>.</summary>
public static class PizzeriaCommand
{
    /// <summary>Runs one call of it.</summary>
    /// <param name="args">The call's words, <c>up --detach</c> for example.</param>
    /// <returns>The exit code: 0 done, 1 not done (the reason is on stderr), an admin command's own.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Mario's Pizzeria: everything one needs to run it, look at it and test it.")
        {
            UpCommand.Create(),
            DownCommand.Create(),
            StatusCommand.Create(),
            LogsCommand.Create(),
            RestartCommand.Create(),
            AdminCommand.Create(),
            TestCommand.Create(),
            DoctorCommand.Create(),
            HostCommand.Create(),
        };
        try
        {
            // Commands that must clean up handle signals themselves; the others may simply die.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await root.Parse(args).InvokeAsync(configuration);
        }
        catch (PizzeriaException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
