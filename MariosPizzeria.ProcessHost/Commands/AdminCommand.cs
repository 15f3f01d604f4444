using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class AdminCommand
{
    public static Command Create()
    {
        var command = new Command("admin", "Runs a one-off process of a service with the running system's configuration.");
        var service = command.Argument<string>("service", "The service: menu, order, kitchen …");
        command.Argument<string[]>("command", "The command and its arguments.").Arity = ArgumentArity.ZeroOrMore;
        // Everything after the service, options included, belongs to its command.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(
            (parsed, cancellation) => RunAsync(parsed.GetRequiredValue(service), WordsAfterService(parsed, service), cancellation)
        );
        return command;
    }

    private static string[] WordsAfterService(ParseResult parsed, Argument<string> service)
    {
        string[] all = [.. parsed.Tokens.Select(t => t.Value)];
        var name = parsed.GetRequiredValue(service);
        var words = all[(Array.IndexOf(all, name, Array.IndexOf(all, "admin") + 1) + 1)..];
        return words is ["--", .. var rest] ? rest : words;
    }

    private static async Task<int> RunAsync(string service, string[] words, CancellationToken cancellation)
    {
        // The shell creates a read-only database user for its session; the service's own role may not create users.
        var launch = await ControlClient.OneOffAsync(Checkout.Find().State, service, cancellation, asOwner: words is ["shell"]);

        // Without arguments the process would serve requests; "admin" alone makes it list its commands (contract §5).
        var info = new ProcessStartInfo("dotnet", [launch.Dll, .. words.Length == 0 ? ["admin"] : words])
        {
            WorkingDirectory = launch.Folder,
        };
        foreach (var (name, value) in launch.Environment)
        {
            info.Environment[name] = value;
        }

        // The command handles Ctrl-C itself: a shell, for example, continues after it.
        using var interrupt = new SignalHandler(_ => { }, PosixSignal.SIGINT);
        using var process = Process.Start(info)!;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }
}
