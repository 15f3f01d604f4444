using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Hosting;
using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>Shows what happens: a line for each change, and on a terminal what is waited for, and how long already.</summary>
internal sealed class ProgressView
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _busy = new(StringComparer.Ordinal);
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lastLine = Stopwatch.GetTimestamp();

    /// <summary>Shows progress until the work is done.</summary>
    public static async Task<T> ShowAsync<T>(Func<ProgressView, Task<T>> work)
    {
        var view = new ProgressView();
        if (Console.IsOutputRedirected)
        {
            using var done = new CancellationTokenSource();
            var waiting = view.SayWhatIsWaitedForAsync(done.Token);
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

        // On a terminal the status line says what goes on; lines are for what has come to an end.
        if (change.Busy && !Console.IsOutputRedirected)
        {
            return;
        }

        var took = change.Seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({change.Seconds:0.0} s)") : "";
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(_started).TotalSeconds, 6:0.0} s  {change.Name}: {change.State}{took}"
        );
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
                : "waiting for "
                    + string.Join(
                        ", ",
                        _busy.Select(b =>
                            string.Create(CultureInfo.InvariantCulture, $"{b.Key} {Stopwatch.GetElapsedTime(b.Value).TotalSeconds:0} s")
                        )
                    );
        }
    }

    private async Task SayWhatIsWaitedForAsync(CancellationToken done)
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
