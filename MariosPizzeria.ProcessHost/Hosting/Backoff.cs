namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>How long to wait before something that died is started again: 0.1 s at first, growing to 10 s.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>What lived this long is well again: the next death is a first one.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    /// <summary>The wait before the next start.</summary>
    /// <param name="lived">How long it lived this time.</param>
    public TimeSpan Next(TimeSpan lived)
    {
        var wait = lived >= Healthy ? First : _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
