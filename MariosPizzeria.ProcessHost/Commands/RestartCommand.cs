namespace MariosPizzeria.ProcessHost.Commands;

internal static class RestartCommand
{
    public static Command Create()
    {
        var command = new Command("restart", "Restarts a process type.");
        var name = command.Argument<string>("name", "A process type: gateway, menu, order …");
        var rolling = command.Option<bool>("--rolling", "One replica at a time, with no failed request.");
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(name), parsed.GetValue(rolling), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string name, bool rolling, CancellationToken cancellation)
    {
        using var host =
            await ControlClient.ConnectAsync(Checkout.Find().State, cancellation) ?? throw new PizzeriaException(ControlClient.NothingRuns);
        var request = new HostRequest("restart") { Name = name, Rolling = rolling };
        await ProgressView.ShowAsync(view => ControlClient.SendAsync(host, request, view.On, cancellation));
        return 0;
    }
}
