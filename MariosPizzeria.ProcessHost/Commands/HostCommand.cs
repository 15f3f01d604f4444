using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>The host itself, which <c>up</c> starts in the background; a hidden command.</summary>
internal static class HostCommand
{
    public const string Name = "host";

    public static Command Create()
    {
        var root = new Option<string>("--root") { Required = true };
        var state = new Option<string>("--state") { Required = true };
        var port = new Option<int>("--port") { Required = true };
        var environment = new Option<string>("--environment") { Required = true };
        var command = new Command(Name, "The host that up starts.") { root, state, port, environment };
        command.Hidden = true;
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    new HostOptions(
                        parsed.GetRequiredValue(root),
                        new StateFolder(parsed.GetRequiredValue(state)) { Environment = parsed.GetRequiredValue(environment) },
                        parsed.GetRequiredValue(port)
                    )
                )
        );
        return command;
    }

    /// <summary>Deletes the record of a host that has ended, and the folder of its socket.</summary>
    public static void ForgetRecord(StateFolder state)
    {
        if (StateFolder.Read<HostRecord>(state.HostRecord) is { } record)
        {
            Files.DeleteFolder(Path.GetDirectoryName(record.Socket)!);
            File.Delete(state.HostRecord);
        }
    }

    private static async Task<int> RunAsync(HostOptions options)
    {
        _ = Posix.StartSession();
        // A state folder has one host, which holds this lock; the operating system releases it when the host dies.
        await using var held = Files.TryLock(options.State.HostLock);
        if (held is null)
        {
            Console.WriteLine("Another host uses this state folder.");
            return 1;
        }

        ForgetRecord(options.State);
        var board = new ProgressNotifier();
        using var supervisor = new Supervisor(options, new ProcessRegistry(options.State), board);
        using var control = new ControlServer(supervisor, board);
        using var ending = new CancellationTokenSource();

        using var ignored = new SignalHandler(_ => { }, PosixSignal.SIGHUP, PosixSignal.SIGINT);
        using var terminate = new SignalHandler(signal => _ = EndAsync(), PosixSignal.SIGTERM);
        async Task EndAsync()
        {
            await supervisor.StopAsync();
            supervisor.Ended.TrySetResult();
        }

        control.Start(ending.Token);
        StateFolder.Write(
            options.State.HostRecord,
            new HostRecord(ProcessIdentity.Of(Environment.ProcessId)!, control.Path, options.Port, options.State.Environment)
        );
        var rotating = LogRotation.RunAsync(options.State.Logs, ending.Token);
        await supervisor.Ended.Task;
        await ending.CancelAsync();
        await rotating;
        ForgetRecord(options.State);
        return 0;
    }
}
