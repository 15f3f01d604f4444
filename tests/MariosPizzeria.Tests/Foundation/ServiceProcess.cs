using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>A service's executable as the platform starts it: environment variables in, lines out, an exit code at the end.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    /// <summary>All process types, as in the names of their assemblies.</summary>
    public static IReadOnlyList<string> Types { get; } =
    ["MenuService", "OrderService", "KitchenService", "Gateway", "Worker", "Scheduler"];

    /// <summary>Returns the name of a project's process: <c>menu</c> for <c>MenuService</c>.</summary>
    public static string NameOf(string project) => project.Replace("Service", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>All process types, one test case each.</summary>
    public static TheoryData<string> EachType { get; } = [.. Types];

    /// <summary>Addresses of the other services at which nothing listens.</summary>
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

    /// <summary>Starts the process on a free port, in Development unless the environment says otherwise, with in-memory storage.</summary>
    /// <param name="service">The process type, as in the assembly's name: <c>MenuService</c>.</param>
    /// <param name="environment">Additional environment variables.</param>
    /// <param name="command">The arguments of the command line.</param>
    /// <param name="folder">The working directory; the temporary folder if null, so that no <c>.env</c> file is read.</param>
    public static ServiceProcess Start(
        string service,
        IReadOnlyDictionary<string, string>? environment = null,
        string[]? command = null,
        string? folder = null
    )
    {
        var port = LoopbackPort.Free();
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

    /// <summary>Runs the process to its end; returns its exit code and its output.</summary>
    public static async Task<(int Exit, string Output, string Error)> RunAsync(
        string service,
        IReadOnlyDictionary<string, string>? environment = null,
        string[]? command = null,
        string? folder = null
    )
    {
        await using var process = Start(service, environment, command, folder);
        var exit = await process.ExitAsync();
        return (exit, string.Join('\n', process.Output), string.Join('\n', process.Error));
    }

    /// <summary>Waits until the process is ready, and returns a client of it.</summary>
    public Task<HttpClient> ServingAsync() => UntilAsync("/health/ready");

    /// <summary>Waits until the process answers, whatever the state of its backing services, and returns a client of it.</summary>
    public Task<HttpClient> AnsweringAsync() => UntilAsync("/health");

    private async Task<HttpClient> UntilAsync(string healthy)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(30) };
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

    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until the process has ended, and returns its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(deadline.Token);
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

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    // The output folder of the service is beside that of this assembly, with the same build configuration.
    private static string Assembly(string service)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, $"MariosPizzeria.{service}", own.Name, $"MariosPizzeria.{service}.dll");
    }
}
