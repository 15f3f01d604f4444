namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// Reports once that an outage begins and once that it ends, for work that is tried again every second: a line for each attempt would hide
/// the other lines of the log. Calls must not overlap.
/// </summary>
/// <param name="onBegin">Receives the exception of the first failure.</param>
/// <param name="onEnd">Called at the first success after a failure.</param>
public sealed class OutageReport(Action<Exception> onBegin, Action onEnd)
{
    private bool _isOut;

    /// <summary>Records that an attempt failed.</summary>
    public void Failed(Exception exception)
    {
        if (!_isOut)
        {
            _isOut = true;
            onBegin(exception);
        }
    }

    /// <summary>Records that an attempt succeeded.</summary>
    public void Succeeded()
    {
        if (_isOut)
        {
            _isOut = false;
            onEnd();
        }
    }
}
