namespace MariosPizzeria.BuildingBlocks.Admin;

/// <summary>A one-off command: the same executable and configuration as the service, one task, and an exit code.</summary>
public abstract class AdminCommand
{
    /// <summary>The command's name on the command line, for example <c>migrate</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The description of the command in the usage text, one line.</summary>
    public abstract string Description { get; }

    /// <summary>Runs the command. Output is for a person, on stdout; errors go to stderr.</summary>
    /// <param name="args">The arguments after the command's name.</param>
    /// <returns>0 on success, 1 on failure.</returns>
    public abstract Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken);
}

/// <summary>Finds and runs the command that is named on the command line.</summary>
internal static class AdminCommands
{
    public const string Healthcheck = "healthcheck";
    public const string Shell = "shell";

    /// <summary>Whether the command line names a command: its first argument is no option. <c>admin</c> alone prints the usage.</summary>
    public static bool IsCommand(string[] args) => args.Length > 0 && !args[0].StartsWith('-');

    public static bool IsShell(string[] args) => args is [Shell, ..] or ["admin", Shell, ..];

    public static bool IsHealthcheck(string[] args) => args is [Healthcheck, ..] or ["admin", Healthcheck, ..];

    public static async Task<int> RunAsync(IServiceProvider provider, string[] args)
    {
        // "order admin migrate" and "order migrate" are the same; "order admin" alone is an error.
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
            return await chosen.RunAsync(arguments, interrupted.Token);
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
