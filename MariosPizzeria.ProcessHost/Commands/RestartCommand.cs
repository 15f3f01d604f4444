using System.CommandLine;
using MariosPizzeria.ProcessHost.Hosting;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria restart NAME [--rolling]</c></summary>
internal static class RestartCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A process type: gateway, menu, order …" };
        var rolling = new Option<bool>("--rolling") { Description = "One replica at a time, with no failed request." };
        var command = new Command("restart", "Restarts a process type.") { name, rolling };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(name), parsed.GetValue(rolling), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string name, bool rolling, CancellationToken cancellation)
    {
        using var host =
            await ControlClient.ConnectAsync(Checkout.Find().State, cancellation)
            ?? throw new PizzeriaException("Nothing is running. To start everything: ./pizzeria up");
        var request = new HostRequest("restart") { Name = name, Rolling = rolling };
        await ProgressView.ShowAsync(view => ControlClient.AskAsync(host, request, view.On, cancellation));
        return 0;
    }
}
