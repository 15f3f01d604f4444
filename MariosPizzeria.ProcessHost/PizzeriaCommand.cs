using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost;

/// <summary>The command <c>./pizzeria</c>.</summary>
public static class PizzeriaCommand
{
    private const string Name = "./pizzeria";

    internal static IEnumerable<string> Names => Root().Subcommands.Select(command => command.Name);

    /// <summary>Runs one call of the command.</summary>
    /// <param name="args">The arguments, <c>up --detach</c> for example.</param>
    /// <returns>The exit code: 0 for success, 1 for failure (the reason is on stderr), or that of an admin command.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var parsed = Root().Parse(args);

            // Commands that must clean up handle signals themselves; the others may end at once.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            if (parsed.Action is not ParseErrorAction error)
            {
                return await parsed.InvokeAsync(configuration);
            }

            // A call without a command prints help with all commands; an unknown word prints similar commands.
            error.ShowHelp = args.Length == 0;
            configuration.Output = Console.Error;
            var exitCode = await parsed.InvokeAsync(configuration);
            if (!error.ShowHelp)
            {
                await Console.Error.WriteLineAsync($"{Usage(parsed.CommandResult.Command)} --help shows the usage.");
            }

            return exitCode;
        }
        catch (PizzeriaException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static string Usage(Command command) => command.Name == Name ? Name : $"{Name} {command.Name}";

    // Not a RootCommand, because its name is the assembly's name.
    private static Command Root() =>
        new(Name, "Mario's Pizzeria: runs, inspects and tests the system.")
        {
            new HelpOption(),
            new VersionOption(),
            UpCommand.Create(),
            DownCommand.Create(),
            StatusCommand.Create(),
            LogsCommand.Create(),
            RestartCommand.Create(),
            AdminCommand.Create(),
            TestCommand.Create(),
            SimulateCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            BuildCommand.Create(),
            ReleaseCommand.Create(),
            RunCommand.Create(),
            RollbackCommand.Create(),
            ReleasesCommand.Create(),
            GenerateCommand.Create(),
            VerifyCommand.Create(),
            BenchCommand.Create(),
            ChaosCommand.Create(),
            DoctorCommand.Create(),
            HostCommand.Create(),
            LoadCommand.Create(),
        };
}
