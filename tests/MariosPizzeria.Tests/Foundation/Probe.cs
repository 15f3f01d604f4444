using System.Text;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>A process with the foundation only, in this process, on its own port, with the endpoints that a test maps.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LogStream _log;

    private Probe(WebApplication app, LogStream log) => (_app, _log) = (app, log);

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Completes with the process's exit code.</summary>
    public Task<int> Running { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    /// <summary>The log up to this moment, one object a line.</summary>
    public IReadOnlyList<JsonElement> Log =>
        [.. _log.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    public static Task<Probe> StartAsync(Action<WebApplication> map, params string[] settings) => StartAsync(map, _ => { }, settings);

    public static async Task<Probe> StartAsync(Action<WebApplication> map, Action<IServiceCollection> register, params string[] settings)
    {
        var builder = PizzeriaHost.CreateBuilder(
            "probe",
            ["--environment=Development", "--PORT=0", "--SERVER_HOST=127.0.0.1", "--Drain:Delay=0", .. settings]
        );
        var log = new LogStream();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(provider => new JsonLineProvider(
            provider.GetRequiredService<ServiceIdentity>(),
            log
        ));
        builder.Services.RemoveAll<IWarmUp>();
        builder.Services.Configure<RequestLogOptions>(requests => requests.Level = LogLevel.Information);
        register(builder.Services);
        var probe = new Probe(builder.Build(), log);
        map(probe._app);
        var started = new TaskCompletionSource();
        probe._app.Lifetime.ApplicationStarted.Register(started.SetResult);
        probe.Running = probe._app.RunAsync([]);
        await Task.WhenAny(started.Task, probe.Running);
        started.Task.IsCompleted.ShouldBeTrue(log.Text());
        probe.Client = new() { BaseAddress = new Uri(probe._app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
        return probe;
    }

    /// <summary>Stops the process as SIGTERM does.</summary>
    public void Stop() => _app.Lifetime.StopApplication();

    public async ValueTask DisposeAsync()
    {
        if (!Running.IsCompleted)
        {
            Stop();
        }

        await Running;
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class LogStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (this)
            {
                base.Write(buffer);
            }
        }

        public string Text()
        {
            lock (this)
            {
                return Encoding.UTF8.GetString(ToArray());
            }
        }
    }
}
