namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The back-off before the restart of a process that has ended: 0.1 s at first, growing to 10 s.</summary>
internal sealed class RestartBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(10);

    /// <summary>After a process has run this long, the back-off begins again with the first value.</summary>
    private static readonly TimeSpan ResetAfter = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public TimeSpan Next(TimeSpan lived)
    {
        var wait = lived >= ResetAfter ? First : _next;
        _next = wait * 2 < Max ? wait * 2 : Max;
        return wait;
    }
}
