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

    private static async Task<bool> AnswersAsync(string engine, CancellationToken cancellationToken)
    {
        if (Servers.ServerPrograms.OnPath(engine) is null)
        {
            return false;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return (await Child.RunAsync(engine, ["info"], timeout.Token)).ExitCode == 0;
        }
        catch (Exception e) when (e is OperationCanceledException or PizzeriaException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
