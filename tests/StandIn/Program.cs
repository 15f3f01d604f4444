using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

// A process as the process host expects it: it listens on the given port, has the commands migrate and seed, reports its readiness, and
// drains on SIGTERM. STANDIN_* variables make it misbehave.
var journal = Environment.GetEnvironmentVariable("STANDIN_JOURNAL");
switch (args)
{
    case ["migrate" or "seed"] when Environment.GetEnvironmentVariable("STANDIN_MIGRATE_FAILS") is not null:
        Console.Error.WriteLine("the database says no");
        return 3;
    case ["migrate" or "seed"]:
        Note($"{args[0]} {Database()}\n");
        return 0;
    case ["exit", var code]:
        Console.WriteLine($"leaving with {code}, {Database()}");
        return int.Parse(code, CultureInfo.InvariantCulture);
    case [var unknown, ..]:
        Console.Error.WriteLine($"Unknown command: {unknown}");
        return 1;
}

if (Environment.GetEnvironmentVariable("STANDIN_DIES") is { } reason)
{
    Console.Error.WriteLine($"cannot start: {reason}");
    return 7;
}

if (Environment.GetEnvironmentVariable("STANDIN_HANGS_ONCE") is { } mark && !File.Exists(mark))
{
    File.WriteAllText(mark, "");
    Thread.Sleep(Timeout.Infinite);
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.UseSystemd();
    kestrel.Listen(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")!, CultureInfo.InvariantCulture));
});

var app = builder.Build();
var draining = false;
var hanging = new TaskCompletionSource(); // simulates readiness that waits for a server that does not answer
hanging.SetResult();
var asked = DateTimeOffset.MinValue;
app.Lifetime.ApplicationStarted.Register(() => Say("started"));
app.Lifetime.ApplicationStopping.Register(() =>
{
    draining = true;
    Say("draining");
    Thread.Sleep(300); // Kestrel listens until this returns.
});

app.Use(
    (context, next) =>
    {
        if (draining)
        {
            context.Response.Headers.Connection = "close";
        }

        return next(context);
    }
);
app.MapGet(
    "/health/ready",
    async () =>
    {
        await hanging.Task;
        asked = DateTimeOffset.UtcNow;
        return draining ? Results.StatusCode(503) : Results.Ok();
    }
);
app.MapGet("/hang", () => (hanging = new TaskCompletionSource()).Task.Status);
app.MapGet("/unhang", () => hanging.TrySetResult());
app.MapGet("/asked", () => asked);
app.MapGet("/pid", () => Environment.ProcessId);
app.MapGet(
    "/environment",
    () =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value, StringComparer.Ordinal)
);
app.MapGet(
    "/descriptors",
    () => new DirectoryInfo("/proc/self/fd").EnumerateFiles().Select(f => f.LinkTarget).Where(t => t is not null).ToArray()
);
app.MapGet(
    "/say/{text}",
    (string text) =>
    {
        Say(text);
        return "said";
    }
);

// Forwards a GET as the gateway does: any replica that responds serves it.
var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
app.MapGet(
    "/through/{service}/{**path}",
    async (string service, string path) =>
    {
        for (var i = 0; Environment.GetEnvironmentVariable($"services__{service}__http__{i}") is { } address; i++)
        {
            try
            {
                return Results.Text(await http.GetStringAsync(new Uri($"{address}/{path}")));
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                // The connection was refused, or accepted by a replica that stopped listening at that moment: try the next one.
            }
        }

        return Results.StatusCode(502);
    }
);

await app.RunAsync();
Say("stopped");
return 0;

void Say(string message)
{
    Console.WriteLine(JsonSerializer.Serialize(new { timestamp = DateTimeOffset.UtcNow.ToString("O"), message }));
}

// Several processes write at once. FileMode.Append would write at the position of the end when the file was opened, over later lines.
void Note(string line)
{
    while (true)
    {
        try
        {
            using var file = new FileStream(journal!, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(line));
            return;
        }
        catch (IOException) when (File.Exists(journal))
        {
            Thread.Yield();
        }
    }
}

string? Database() =>
    Environment
        .GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(e =>
            (string)e.Key is var name
            && name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
            && name.EndsWith("db", StringComparison.Ordinal)
        )
        .Select(e => (string?)e.Value)
        .FirstOrDefault();
