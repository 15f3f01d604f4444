namespace MariosPizzeria.ProcessHost.Commands;

internal static class DownCommand
{
    private static readonly TimeSpan HostSilence = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var command = new Command("down", "Stops what up started, gracefully, and nothing else. Data stays.");
        command.SetAction((_, cancellation) => RunAsync(Checkout.Find().State, cancellation));
        return command;
    }

    /// <summary>Stops the host and everything that it started, also the processes that a killed host left behind.</summary>
    public static async Task<int> RunAsync(StateFolder state, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ControlClient.ConnectAsync(state, cancellation) is { } host)
            {
                await StopAsync(state, host, cancellation);
                return 0;
            }

            // The lock distinguishes a dead host from a host that is starting or ending.
            if (Files.TryLock(state.HostLock) is { } held)
            {
                await using (held)
                {
                    var left = await new ProcessRegistry(state).EndAllAsync(Console.WriteLine);
                    HostCommand.ForgetRecord(state);
                    Console.WriteLine(left ? "Stopped." : "Nothing is running.");
                    return 0;
                }
            }

            if (Stopwatch.GetElapsedTime(started) > HostSilence)
            {
                throw new PizzeriaException(
                    $"A host holds {state.HostLock} but does not answer. Its last lines:\n{Files.Tail(state.HostLog)}"
                );
            }

            await Task.Delay(100, cancellation);
        }
    }

    private static async Task StopAsync(StateFolder state, System.Net.Sockets.Socket host, CancellationToken cancellation)
    {
        var record = StateFolder.Read<HostRecord>(state.HostRecord);
        await ProgressView.ShowAsync(view => ControlClient.SendAsync(host, new HostRequest("stop"), view.On, cancellation));
        while (record?.Process.IsAlive == true)
        {
            await Task.Delay(20, cancellation);
        }

        Console.WriteLine("Stopped.");
    }
}
