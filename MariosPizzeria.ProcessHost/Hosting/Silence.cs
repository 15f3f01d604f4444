using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>
/// How long something has not answered, by those rounds in which this host itself was on time: a machine that is suspended or starved
/// makes nobody hang.
/// </summary>
internal sealed class Silence
{
    /// <summary>Connections are accepted by the kernel and nobody says a word: it is stopped, or stuck.</summary>
    private static readonly TimeSpan LongestUnanswered = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Nobody listens: also what the end of a graceful stop looks like, which may take 40 seconds. Nor does a process that starts, and
    /// on a socket that it inherits connections are accepted before it runs.
    /// </summary>
    private static readonly TimeSpan LongestRefused = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private TimeSpan _total;

    /// <summary>Takes note of one round.</summary>
    /// <param name="contact">What came of it.</param>
    /// <param name="longest">How long the round could take at most, its pause and its timeouts together.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="isStarting">Whether it has never been ready.</param>
    /// <returns>Whether it hangs: it has been silent for too long.</returns>
    public bool Hangs(Contact contact, TimeSpan longest, TimeSpan took, bool isStarting = false)
    {
        if (contact == Contact.Answered)
        {
            _total = TimeSpan.Zero;
            return false;
        }

        _total += took <= longest + Late ? took : TimeSpan.Zero;
        return _total >= (contact == Contact.Refused || isStarting ? LongestRefused : LongestUnanswered);
    }
}
