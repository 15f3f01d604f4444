using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>The system under test: it has its own state folder, ports and data, and is started in the same way as by <c>up</c>.</summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private const string Scale = "order=4,gateway=2,menu=2,kitchen=2,worker=2,scheduler=2";

    private readonly Checkout _checkout;
    private bool _isKept;

    private ChaosSystem(Checkout checkout) => _checkout = checkout;

    public StateFolder State => _checkout.State;

    /// <summary>The addresses for customers and staff: the public address and that of each gateway.</summary>
    public IReadOnlyList<Uri> Gateways { get; private set; } = [];

    /// <summary>Starts a new system with an external payment provider and without rate limits. Its output is written to stderr.</summary>
    /// <exception cref="PizzeriaException">The system does not start.</exception>
    public static async Task<ChaosSystem> StartAsync(Checkout checkout, string name, Uri provider, CancellationToken cancellation)
    {
        CommandExtensions.LiftRateLimits();
        Environment.SetEnvironmentVariable("Parameters__payment_url", provider.AbsoluteUri);
        var own = checkout with { State = new(checkout.State.PathOf(name)) };
        using (var running = await ControlClient.ConnectAsync(own.State, cancellation))
        {
            if (running is not null)
            {
                throw new PizzeriaException(
                    $"A chaos run with this seed is running, or was killed: PIZZERIA_STATE={own.State.Path} ./pizzeria down stops it."
                );
            }
        }

        var system = new ChaosSystem(own);
        try
        {
            var options = new UpOptions(Detach: true, [Scale], LoopbackPort.Free(), Fresh: true, "Development");
            await CommandExtensions.ToStandardErrorAsync(() => UpCommand.ApplyAsync(own, options, cancellation));
            var status = await system.StatusAsync();
            system.Gateways =
            [
                new(status.Gateway!),
                .. status.Processes.Where(process => process.Name == "gateway").Select(process => new Uri(process.Url)),
            ];
            return system;
        }
        catch (Exception e)
        {
            system._isKept = e is not OperationCanceledException;
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the status, as <c>status --json</c> shows it.</summary>
    /// <exception cref="PizzeriaException">The host of the system has ended.</exception>
    public async Task<SystemStatus> StatusAsync() => (await AskAsync(new HostRequest("status"))).Status!;

    /// <summary>Returns the servers and processes that are not ready, one per line, with their state and health response.</summary>
    public async Task<string> UnreadyAsync()
    {
        var status = await StatusAsync();
        var lines = status.Servers.Where(server => !server.Ready).Select(server => $"{server.Name}: {server.State}").ToList();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var process in status.Processes.Where(process => !process.Ready))
        {
            var said = await ReadHealthAsync(http, new Uri($"{process.Url}/health/ready"));
            lines.Add($"{process.Name}/{process.Replica} (pid {process.Pid}): {process.State}, {said}");
        }

        return string.Join('\n', lines);
    }

    /// <summary>Returns a setting of a process type.</summary>
    public async Task<string> SettingAsync(string service, string name) =>
        (await AskAsync(new HostRequest("one-off") { Name = service })).OneOff!.Environment[name]!;

    /// <summary>Keeps the state folder for inspection.</summary>
    public void Keep() => _isKept = true;

    /// <summary>Stops the system, and deletes its state folder unless it is to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await CommandExtensions.ToStandardErrorAsync(() => DownCommand.RunAsync(State, CancellationToken.None));
        if (_isKept)
        {
            await Console.Error.WriteLineAsync(
                $"The state folder is kept. To look at it: PIZZERIA_STATE={State.Path} ./pizzeria up --detach"
            );
            return;
        }

        State.DeleteData();
        Files.DeleteFolder(State.Path);
    }

    private static async Task<string> ReadHealthAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return await answer.Content.ReadAsStringAsync();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return e.Message;
        }
    }

    private async Task<HostReply> AskAsync(HostRequest request) =>
        await ControlClient.SendAsync(State, request, CancellationToken.None)
        ?? throw new PizzeriaException($"The host of the system has ended. Its last lines:\n{Files.Tail(State.HostLog)}");
}
