using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class StreamTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task A_screen_gets_a_snapshot_and_then_each_change()
    {
        await _kitchen.Queue("order-1");
        using var screen = await Connect();

        var (name, _, snapshot) = await Next(screen);
        name.ShouldBe("snapshot");
        snapshot.GetProperty("items")[0].GetProperty("orderId").GetString().ShouldBe("order-1");
        snapshot.GetProperty("status").GetProperty("queued").GetInt32().ShouldBe(1);

        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();
        var (changed, id, ticket) = await Next(screen);
        (changed, id).ShouldBe(("ticket", "2"));
        ticket.GetProperty("state").GetString().ShouldBe("cooking");

        await _kitchen.Tell(KitchenFactory.Confirmed("order-2", _kitchen.Clock.GetUtcNow()));
        (await Next(screen)).Data.GetProperty("orderId").GetString().ShouldBe("order-2");
    }

    [Fact]
    public async Task Two_screens_see_the_same()
    {
        await _kitchen.Queue("order-1");
        using var one = await Connect();
        using var other = await Connect();
        await Next(one);
        await Next(other);

        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();

        (await Next(one)).Data.GetRawText().ShouldBe((await Next(other)).Data.GetRawText());
    }

    [Fact]
    public async Task A_stream_ends_when_the_process_begins_to_stop()
    {
        using var screen = await Connect();
        await Next(screen);

        _kitchen.Get<IHostApplicationLifetime>().StopApplication();

        (await screen.ReadToEndAsync().WaitAsync(Deadline)).ShouldBeEmpty();
    }

    private static async Task<(string Name, string? Id, JsonElement Data)> Next(StreamReader screen)
    {
        string? id = null;
        string? name = null;
        JsonElement data = default;
        while (await screen.ReadLineAsync().WaitAsync(Deadline) is { Length: > 0 } line)
        {
            var (field, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 2)..]);
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    name = value;
                    break;
                case "data":
                    data = JsonSerializer.Deserialize<JsonElement>(value);
                    break;
            }
        }

        return (name ?? throw new InvalidOperationException("The stream ended."), id, data);
    }

    private async Task<StreamReader> Connect()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/kitchen/stream");
        var response = await _kitchen.As(Roles.Chef).SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Deadline);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }
}
