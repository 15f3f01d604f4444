using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>A service's executable as the platform starts it: environment in, lines out, an exit code at the end.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    /// <summary>Every process type, as in its assembly's name.</summary>
    public static IReadOnlyList<string> Types { get; } =
    ["MenuService", "OrderService", "KitchenService", "Gateway", "Worker", "Scheduler"];

    /// <summary>What a process of a project calls itself: <c>menu</c> of <c>MenuService</c>.</summary>
    public static string NameOf(string project) => project.Replace("Service", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Every process type, one case of a test each.</summary>
    public static TheoryData<string> EachType { get; } = [.. Types];

    /// <summary>Addresses of the other services at which nobody listens.</summary>
    public static IReadOnlyDictionary<string, string> Nowhere { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["services__menu__http__0"] = "http://127.0.0.1:9",
            ["services__order__http__0"] = "http://127.0.0.1:9",
            ["services__kitchen__http__0"] = "http://127.0.0.1:9",
        };

    private ServiceProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public ConcurrentQueue<string> Output { get; } = [];

    public ConcurrentQueue<string> Error { get; } = [];

    /// <summary>Starts it on a free port, in Development unless the environment says otherwise, on memory.</summary>
    /// <param name="service">As in the assembly's name: <c>Menu</c>.</param>
    /// <param name="environment">What it is given besides.</param>
    /// <param name="command">The command line.</param>
    /// <param name="folder">Where it is started; the temporary folder where null, so that nobody's <c>.env</c> is read.</param>
    public static ServiceProcess Start(
        string service,
        IReadOnlyDictionary<string, string>? environment = null,
        string[]? command = null,
        string? folder = null
    )
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Assembly(service), .. command ?? []])
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["SERVER_HOST"] = "127.0.0.1",
                ["PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var running = new ServiceProcess(process, port);
        process.OutputDataReceived += (_, line) => Keep(running.Output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(running.Error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Output, string Error)> Run(
        string service,
        IReadOnlyDictionary<string, string>? environment = null,
        string[]? command = null,
        string? folder = null
    )
    {
        await using var process = Start(service, environment, command, folder);
        var exit = await process.Exit();
        return (exit, string.Join('\n', process.Output), string.Join('\n', process.Error));
    }

    /// <summary>Waits until it is ready.</summary>
    public Task<HttpClient> Serving() => Until("/health/ready");

    /// <summary>Waits until it answers, whatever it thinks of its backing services.</summary>
    public Task<HttpClient> Answering() => Until("/health");

    private async Task<HttpClient> Until(string healthy)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(10) };
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(healthy);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return client;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            (_process.HasExited || DateTime.UtcNow > deadline).ShouldBeFalse(string.Join('\n', Error.Concat(Output)));
            await Task.Delay(50);
        }
    }

    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The exit code, once it has ended.</summary>
    public async Task<int> Exit()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    // Beside this assembly's folder, built the same way.
    private static string Assembly(string service)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, $"MariosPizzeria.{service}", own.Name, $"MariosPizzeria.{service}.dll");
    }
}
