using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Handles signals until it is disposed of; their default effect, the end of this process, does not occur.</summary>
internal sealed class SignalHandler(Action<PosixSignal> handle, params PosixSignal[] signals) : IDisposable
{
    /// <summary>The signals that Ctrl-C, <c>kill</c> and a closed terminal send.</summary>
    public static readonly PosixSignal[] Ending = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    /// <summary>The exit code with which a shell reports a process that died of the signal.</summary>
    public static int ExitCodeOf(PosixSignal signal) =>
        128
        + signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => Posix.SigInt,
            _ => Posix.SigTerm,
        };

    private readonly List<PosixSignalRegistration> _registrations =
    [
        .. signals.Select(signal =>
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    handle(signal);
                }
            )
        ),
    ];

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
