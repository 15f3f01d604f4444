using System.Text.Json;

namespace MariosPizzeria.Tests.InProcess;

/// <summary>Reads server-sent events, as a browser does.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly StreamReader _lines;

    private EventReader(StreamReader lines) => _lines = lines;

    /// <summary>Connects, or reconnects with the id of the last event.</summary>
    public static async Task<EventReader> ConnectAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Deadline);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new(new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>Returns the next event.</summary>
    public async Task<(string Name, string? Id, JsonElement Data)> NextAsync()
    {
        string? id = null;
        string? name = null;
        JsonElement data = default;
        while (await _lines.ReadLineAsync().WaitAsync(Deadline) is { Length: > 0 } line)
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

    /// <summary>Returns the rest of the stream, until it ends.</summary>
    public Task<string> RestAsync() => _lines.ReadToEndAsync().WaitAsync(Deadline);

    public void Dispose() => _lines.Dispose();
}
