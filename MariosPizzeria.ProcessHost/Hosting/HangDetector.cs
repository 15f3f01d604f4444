namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>
/// Decides whether a process that does not answer hangs. On a busy machine an answer may take half a minute and a start several minutes,
/// and a restart would only take longer. So a process that uses the processor gets more time than an idle one. Rounds in which this host
/// itself is late do not count, for example after the machine was suspended.
/// </summary>
/// <param name="isStarting">Whether it has never been ready since it was started.</param>
internal sealed class HangDetector(bool isStarting = false)
{
    /// <summary>The limit if the kernel accepts connections and the process does not answer: it is stopped (SIGSTOP) or stuck.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The limit if connections are refused, as also at the end of a graceful shutdown, which may take 40 seconds. It also applies to a
    /// process that starts: it does not listen yet, and on an inherited socket the kernel accepts connections before the process runs.
    /// </summary>
    private static readonly TimeSpan MaxIdleIfRefused = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxSilenceOfStart = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    // Long enough to distinguish the timers of a process that hangs from the work of a process that gets a twentieth of a processor.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private const double WorkingShare = 0.02;

    private TimeSpan _silence;
    private TimeSpan _idle;
    private TimeSpan _period;
    private TimeSpan _processorTimeBefore;

    /// <summary>Records one round.</summary>
    /// <param name="longest">The longest possible duration of the round: its pause and its timeouts together.</param>
    /// <param name="processorTime">The processor time that the process has used since it began; zero if unknown.</param>
    /// <returns>Whether the process hangs: it has not answered for too long.</returns>
    public bool IsHanging(ProbeResult contact, TimeSpan longest, TimeSpan took, TimeSpan processorTime = default)
    {
        if (contact == ProbeResult.Answered)
        {
            (_silence, _idle, _period, _processorTimeBefore) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, processorTime);
            return false;
        }

        var counted = took <= longest + Late ? took : TimeSpan.Zero;
        _silence += counted;
        _period += counted;
        if (_period >= Period)
        {
            var isWorking = processorTime - _processorTimeBefore >= _period * WorkingShare;
            _idle = isWorking ? TimeSpan.Zero : _idle + _period;
            (_period, _processorTimeBefore) = (TimeSpan.Zero, processorTime);
        }

        return _idle >= (isStarting || contact == ProbeResult.Refused ? MaxIdleIfRefused : MaxIdle)
            || _silence >= (isStarting ? MaxSilenceOfStart : MaxSilence);
    }
}
