namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Finds out which container engine answers on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Probes docker, then podman.</summary>
    /// <returns>The name of the first one that answers; null if none does.</returns>
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

    /// <summary>Whether the engine has the image, or the image's registry answers that it has it.</summary>
    /// <param name="engine">The name that <see cref="FindAsync"/> returned.</param>
    /// <param name="image">The full name: registry/repository:tag.</param>
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
            return (await ChildProcess.RunAsync(engine, arguments, timeout.Token)).ExitCode == 0;
        }
        catch (Exception e) when (e is OperationCanceledException or PizzeriaException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
