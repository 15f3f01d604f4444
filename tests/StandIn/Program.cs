using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

// What the process host expects of a process: it serves where it is told, knows migrate and seed, says whether it is ready,
// and drains at SIGTERM. STANDIN_* variables make it misbehave.
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
var hanging = new TaskCompletionSource(); // readiness that waits for a server which does not answer
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

// What the gateway does with a GET: any replica that answers serves.
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
                // Refused, or accepted by a replica that closed its door in that moment: the next one.
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

// Several write at once, and one that appends writes where the end was when it opened the file: over what another wrote since.
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
        .Where(e => ((string)e.Key).EndsWith("db", StringComparison.Ordinal))
        .Select(e => (string?)e.Value)
        .FirstOrDefault();
