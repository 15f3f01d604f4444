namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>Tells this process's relay that there is something to publish, so that it need not wait for its sweep.</summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    /// <summary>To be called after a commit that stored events. Many calls before the relay wakes count as one.</summary>
    public void Raise()
    {
        try
        {
            if (_raised.CurrentCount == 0)
            {
                _raised.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another commit raised it between the look and the release.
        }
    }

    /// <summary>Waits until raised, at most so long.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken cancellationToken) => _raised.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _raised.Dispose();
}
