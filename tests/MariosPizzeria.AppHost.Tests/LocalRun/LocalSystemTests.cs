using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.AppHost.Tests.LocalRun;

/// <summary>The whole system as <c>dotnet run</c> starts it on local servers, used through the gateway.</summary>
public sealed class LocalSystemTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = TemporaryFolder.Create();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(6));
    private readonly ConcurrentDictionary<string, int> _pids = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<int> _started = [];
    private DistributedApplication _app = null!;
    private HttpClient _gateway = null!;

    private CancellationToken Deadline => _deadline.Token;

    [Fact]
    public async Task An_order_goes_to_the_door_a_killed_service_comes_back_and_nothing_stays_behind()
    {
        var order = await PlaceOrderAsync();
        await UseAsAsync("chef");
        await UntilAsync(async () =>
            (await _gateway.GetStringAsync(Relative("/api/kitchen/tickets?state=queued"), Deadline)).Contains(
                order,
                StringComparison.Ordinal
            )
        );
        await MoveAsync($"/api/kitchen/tickets/{order}/start");
        await MoveAsync($"/api/kitchen/tickets/{order}/ready");
        await UseAsAsync("driver");
        await UntilAsync(async () =>
            (await _gateway.GetStringAsync(Relative("/api/delivery/ready"), Deadline)).Contains(order, StringComparison.Ordinal)
        );
        await MoveAsync($"/api/delivery/{order}/take");
        await MoveAsync($"/api/delivery/{order}/delivered");

        var kitchen = PidOf("kitchen");
        Children(kitchen).ShouldBeEmpty("the orchestrator knows the service itself: killed, it can't leave a process behind");
        Posix.Signal(kitchen, Posix.SigKill);
        await UntilAsync(() => Task.FromResult(PidOf("kitchen") != kitchen));
        await UseAsAsync("chef");
        await UntilAsync(async () =>
        {
            using var answer = await _gateway.GetAsync(Relative("/api/kitchen/status"), Deadline);
            return answer.StatusCode == HttpStatusCode.OK;
        });

        await _app.StopAsync(Deadline);
        await UntilAsync(() => Task.FromResult(!_started.Any(pid => Directory.Exists(Path.Combine("/proc", Number(pid))))));
    }

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MariosPizzeria_AppHost>(
            ["--Servers:Mode=local", $"--Servers:Folder={_folder}"],
            Deadline
        );
        _app = await builder.BuildAsync(Deadline);
        _ = NotePidsAsync();
        await _app.StartAsync(Deadline);
        foreach (var process in (string[])["worker", "scheduler", "gateway"])
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(process, Deadline);
        }

        _gateway = _app.CreateHttpClient("gateway");
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _gateway.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _deadline.Dispose();

    private async Task NotePidsAsync()
    {
        await foreach (var change in _app.ResourceNotifications.WatchAsync(Deadline))
        {
            if (change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } pid)
            {
                _pids[change.ResourceId] = Convert.ToInt32(pid, CultureInfo.InvariantCulture);
                _started.Add(_pids[change.ResourceId]);
            }
        }
    }

    private async Task<string> PlaceOrderAsync()
    {
        await UseAsAsync("customer");
        using var placed = await _gateway.PostAsJsonAsync(
            Relative("/api/orders"),
            new
            {
                items = new[]
                {
                    new
                    {
                        pizzaId = "margherita",
                        size = "medium",
                        quantity = 1,
                    },
                },
                customer = new
                {
                    name = "Giulia",
                    phone = "+39 055 1234567",
                    address = "Via Roma 1",
                },
                fulfilment = "delivery",
                paymentMethod = "cash",
            },
            Deadline
        );
        placed.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await placed.Content.ReadFromJsonAsync<JsonElement>(Deadline)).GetProperty("id").GetString()!;
    }

    private async Task UseAsAsync(string user)
    {
        using var answer = await _gateway.PostAsJsonAsync(
            Relative("/api/auth/token"),
            new { username = user, password = "test" },
            Deadline
        );
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(Deadline)).GetProperty("access_token").GetString()!;
        _gateway.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    private async Task MoveAsync(string path)
    {
        using var answer = await _gateway.PostAsync(Relative(path), content: null, Deadline);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
    }

    private int PidOf(string service)
    {
        return _pids.Single(process => process.Key.StartsWith(service + "-", StringComparison.Ordinal) && IsReplica(process.Key)).Value;

        static bool IsReplica(string id) =>
            !id.Contains("migrate", StringComparison.Ordinal) && !id.Contains("seed", StringComparison.Ordinal);
    }

    private static string Children(int pid) => File.ReadAllText($"/proc/{Number(pid)}/task/{Number(pid)}/children");

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(200, Deadline);
        }
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
