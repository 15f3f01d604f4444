using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Admin;

/// <summary>A one-off process: the same executable and configuration as the service's, one task, an exit code.</summary>
public abstract class AdminCommand
{
    /// <summary>What the operator writes: <c>migrate</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line of the usage.</summary>
    public abstract string Description { get; }

    /// <summary>Does it. Output is for a person, on stdout; refusals go to stderr.</summary>
    /// <param name="args">What follows the command's name.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>0 done, 1 failed.</returns>
    public abstract Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken);
}

/// <summary>Finds and runs the command that the command line names.</summary>
internal static class AdminCommands
{
    public const string Healthcheck = "healthcheck";
    public const string Shell = "shell";

    /// <summary>Whether the command line names a command: anything that is not an option. <c>admin</c> alone asks for the usage.</summary>
    public static bool IsCommand(string[] args) => args.Length > 0 && !args[0].StartsWith('-');

    public static bool IsShell(string[] args) => args is [Shell, ..] or ["admin", Shell, ..];

    public static bool IsHealthcheck(string[] args) => args is [Healthcheck, ..] or ["admin", Healthcheck, ..];

    public static async Task<int> Run(IServiceProvider provider, string[] args)
    {
        // "order admin migrate" and "order migrate" are the same; "order admin" alone is a wrong command.
        var words = args is ["admin", .. var rest] ? rest : args;

        await using var scope = provider.CreateAsyncScope();
        var commands = scope.ServiceProvider.GetServices<AdminCommand>().OrderBy(command => command.Name, StringComparer.Ordinal).ToList();
        if (words is not [var name, .. var arguments] || commands.Find(command => command.Name == name) is not { } chosen)
        {
            if (words is [var unknown, ..])
            {
                await Console.Error.WriteLineAsync($"Unknown command: {unknown}");
            }

            await Console.Error.WriteLineAsync(Usage(provider.GetRequiredService<ServiceIdentity>().Name, commands));
            return 1;
        }

        using var interrupted = new CancellationTokenSource();
        ConsoleCancelEventHandler onInterrupt = (_, e) =>
        {
            e.Cancel = true;
            interrupted.Cancel();
        };
        Console.CancelKeyPress += onInterrupt;
        try
        {
            return await chosen.Run(arguments, interrupted.Token);
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"{chosen.Name} failed: {e.Message}");
            return 1;
        }
        finally
        {
            Console.CancelKeyPress -= onInterrupt;
        }
    }

    private static string Usage(string service, IEnumerable<AdminCommand> commands) =>
        string.Join(
            Environment.NewLine,
            [
                $"Usage: {service} COMMAND [ARGS]",
                .. commands.Select(command => $"  {command.Name, -24}{command.Description}"),
                $"  {Healthcheck, -24}asks this service's own /health: exit 0 or 1",
            ]
        );
}
