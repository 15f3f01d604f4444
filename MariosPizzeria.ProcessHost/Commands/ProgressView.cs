using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>Shows progress: a line for each change and, on a terminal, the pending items and how long each has been pending.</summary>
internal sealed class ProgressView
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _busy = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lastLine = Stopwatch.GetTimestamp();

    public static async Task<T> ShowAsync<T>(Func<ProgressView, Task<T>> work)
    {
        var view = new ProgressView();
        if (Console.IsOutputRedirected)
        {
            using var done = new CancellationTokenSource();
            var waiting = view.ReportPendingAsync(done.Token);
            try
            {
                return await work(view);
            }
            finally
            {
                await done.CancelAsync();
                await waiting;
            }
        }

        return await AnsiConsole
            .Status()
            .StartAsync(
                "starting",
                async context =>
                {
                    var result = work(view);
                    while (await Task.WhenAny(result, Task.Delay(200)) != result)
                    {
                        context.Status(view.WaitedFor().EscapeMarkup());
                    }

                    return await result;
                }
            );
    }

    public void On(Change change)
    {
        lock (_lock)
        {
            if (change.Busy)
            {
                _busy[change.Name] = Stopwatch.GetTimestamp();
            }
            else
            {
                _busy.Remove(change.Name);
            }

            _lastLine = Stopwatch.GetTimestamp();
        }

        // On a terminal the status line shows what is in progress; other lines are only for finished changes.
        if (change.Busy && !Console.IsOutputRedirected)
        {
            return;
        }

        var took = change.Seconds > 0 ? $" ({change.Seconds:0.0} s)" : "";
        var line = $"{Stopwatch.GetElapsedTime(_started).TotalSeconds, 6:0.0} s  {change.Name}: {change.State}{took}";
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(line);
        }
        else
        {
            AnsiConsole.WriteLine(line);
        }
    }

    private string WaitedFor()
    {
        lock (_lock)
        {
            return _busy.Count == 0
                ? "…"
                : "waiting for " + string.Join(", ", _busy.Select(b => $"{b.Key} {Stopwatch.GetElapsedTime(b.Value).TotalSeconds:0} s"));
        }
    }

    private async Task ReportPendingAsync(CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(500, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            bool quiet;
            lock (_lock)
            {
                quiet = _busy.Count > 0 && Stopwatch.GetElapsedTime(_lastLine) > Silence;
                _lastLine = quiet ? Stopwatch.GetTimestamp() : _lastLine;
            }

            if (quiet)
            {
                Console.WriteLine("          " + WaitedFor());
            }
        }
    }
}
