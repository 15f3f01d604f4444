namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Finds out which container engine answers on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks docker, then podman.</summary>
    /// <returns>The name of the first one that answers; null where none does.</returns>
    public static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var engine in new[] { "docker", "podman" })
        {
            if (await AnswersAsync(engine, cancellationToken))
            {
                return engine;
            }
        }

        return null;
    }

    /// <summary>Whether the engine has an image, or its registry answers that it has it.</summary>
    /// <param name="engine">As <see cref="FindAsync"/> returned it.</param>
    /// <param name="image">The full name: registry/repository:tag.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public static async Task<bool> CanGetAsync(string engine, string image, CancellationToken cancellationToken) =>
        await SucceedsAsync(engine, ["image", "inspect", image], cancellationToken)
        || await SucceedsAsync(engine, ["manifest", "inspect", image], cancellationToken);

    private static async Task<bool> AnswersAsync(string engine, CancellationToken cancellationToken) =>
        Servers.ServerPrograms.OnPath(engine) is not null && await SucceedsAsync(engine, ["info"], cancellationToken);

    private static async Task<bool> SucceedsAsync(string engine, string[] arguments, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return (await Child.RunAsync(engine, arguments, timeout.Token)).ExitCode == 0;
        }
        catch (Exception e) when (e is OperationCanceledException or PizzeriaException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
