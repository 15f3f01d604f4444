using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using MariosPizzeria.ProcessHost.Hosting;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria admin SERVICE COMMAND [ARGS]</c></summary>
internal static class AdminCommand
{
    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "Whose command: menu, order, kitchen …" };
        var words = new Argument<string[]>("command") { Description = "The command and its arguments.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("admin", "Runs a one-off process of a service with the running system's configuration.")
        {
            service,
            words,
        };
        // What follows the service belongs to its command, options too.
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
        using var host =
            await ControlClient.ConnectAsync(Checkout.Find().State, cancellation)
            ?? throw new PizzeriaException("Nothing is running. To start everything: ./pizzeria up");

        // The shell makes a user for its session who may only read; the service's own role may make none.
        var request = new HostRequest("one-off") { Name = service, AsOwner = words is ["shell"] };
        var answer = await ControlClient.AskAsync(host, request, null, cancellation);
        var launch = answer?.OneOff ?? throw new PizzeriaException("The host ended meanwhile.");

        // Without a word it would serve; "admin" alone makes it say what it knows (contract §5).
        var info = new ProcessStartInfo("dotnet", [launch.Dll, .. words.Length == 0 ? ["admin"] : words])
        {
            WorkingDirectory = launch.Folder,
        };
        foreach (var (name, value) in launch.Environment)
        {
            info.Environment[name] = value;
        }

        // Ctrl-C is the command's: a shell, for one, goes on after it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var process = Process.Start(info)!;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }
}
