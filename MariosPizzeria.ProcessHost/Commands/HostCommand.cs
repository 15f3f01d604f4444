using System.CommandLine;
using System.Runtime.InteropServices;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>The host itself, which <c>up</c> starts in the background; not for people.</summary>
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
                        parsed.GetRequiredValue(port),
                        parsed.GetRequiredValue(environment)
                    )
                )
        );
        return command;
    }

    /// <summary>Held by the one host of a state folder; the system lets go of it when the host dies. Null while another has it.</summary>
    public static FileStream? TryLock(StateFolder state)
    {
        try
        {
            return new FileStream(state.HostLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Removes the record of a host that is no more, with its socket's folder.</summary>
    public static void ForgetRecord(StateFolder state)
    {
        if (StateFolder.Read<HostRecord>(state.HostRecord) is { } record && Path.GetDirectoryName(record.Socket) is { } folder)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            File.Delete(state.HostRecord);
        }
    }

    private static async Task<int> RunAsync(HostOptions options)
    {
        _ = Posix.StartSession();
        await using var held = TryLock(options.State);
        if (held is null)
        {
            Console.WriteLine("Another host has this state folder.");
            return 1;
        }

        ForgetRecord(options.State);
        var board = new ProgressBoard();
        using var supervisor = new Supervisor(options, new ProcessRegistry(options.State), board);
        using var control = new ControlServer(supervisor, board);
        using var ending = new CancellationTokenSource();

        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                _ = supervisor.StopAsync().ContinueWith(_ => supervisor.Ended.TrySetResult(), TaskScheduler.Default);
            }
        );

        control.Start(ending.Token);
        StateFolder.Write(
            options.State.HostRecord,
            new HostRecord(ProcessIdentity.Of(Environment.ProcessId)!, control.Path, options.Port, options.Environment)
        );
        var rotating = LogRotation.RunAsync(options.State.Logs, ending.Token);
        await supervisor.Ended.Task;
        await ending.CancelAsync();
        await rotating;
        ForgetRecord(options.State);
        return 0;
    }
}
