using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>The twelve factors (12factor.net), each shown on a running system, by doing to it what the factor is for.</summary>
internal sealed class TwelveFactors(Subject subject, AspireManifest manifest)
{
    private static readonly string[] TestPackages = ["xunit", "shouldly", "fscheck", "microsoft.net.test.sdk", "microsoft.playwright"];

    private const int LatestBytes = 4 << 20;
    private static readonly string[] AnOrderPasses = ["gateway", "order", "kitchen", "worker"];

    // Of a request started and completed, and of an order's creation.
    private static readonly string[] FieldsOfARequest =
    [
        "method",
        "path",
        "query_params",
        "user_agent",
        "client_ip",
        "status_code",
        "duration_ms",
        "customer_id",
        "pizza_count",
        "total_amount",
        "order_id",
    ];
    private static readonly string[] Preparing = ["migrate", "seed"];

    /// <summary>Every factor's number, name and proof.</summary>
    public IReadOnlyList<(string Factor, string Name, Func<CancellationToken, Task<string>> Show)> All =>
        [
            ("I", "Codebase", CodebaseAsync),
            ("II", "Dependencies", DependenciesAsync),
            ("III", "Config", ConfigAsync),
            ("IV", "Backing services", BackingServicesAsync),
            ("V", "Build, release, run", ReleasesAsync),
            ("VI", "Processes", ProcessesAsync),
            ("VII", "Port binding", PortBindingAsync),
            ("VIII", "Concurrency", ConcurrencyAsync),
            ("IX", "Disposability", DisposabilityAsync),
            ("X", "Dev/prod parity", ParityAsync),
            ("XI", "Logs", LogsAsync),
            ("XII", "Admin processes", AdminAsync),
        ];

    /// <summary>One after the other, for some take processes away from the others.</summary>
    /// <param name="only">The factors to look at; none is all.</param>
    /// <param name="report">Told of each as soon as it is known.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Evidence>> ShowAsync(
        IReadOnlyCollection<string> only,
        Action<Evidence> report,
        CancellationToken cancellation
    )
    {
        var seen = new List<Evidence>();
        foreach (var (factor, name, show) in All.Where(each => only.Count == 0 || only.Contains(each.Factor)))
        {
            Evidence evidence;
            try
            {
                evidence = new Evidence(factor, name, Holds: true, await show(cancellation));
            }
            catch (Exception e) when (e is NotSoException or PizzeriaException or HttpRequestException or IOException or JsonException)
            {
                evidence = new Evidence(factor, name, Holds: false, e.Message);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                evidence = new Evidence(factor, name, Holds: false, $"no answer in time: {e.Message}");
            }

            report(evidence);
            seen.Add(evidence);
        }

        return seen;
    }

    /// <summary>All process types run one build, and share a library as the very same file.</summary>
    private async Task<string> CodebaseAsync(CancellationToken cancellation)
    {
        var versions = new HashSet<string>(StringComparer.Ordinal);
        var libraries = new HashSet<string>(StringComparer.Ordinal);
        foreach (var project in manifest.Projects)
        {
            var launch = await subject.OneOffAsync(project.Name, cancellation);
            versions.Add(FileVersionInfo.GetVersionInfo(launch.Dll).ProductVersion ?? "");
            libraries.Add(Artifact.HashOf(Path.Combine(launch.Folder, "MariosPizzeria.ServiceDefaults.dll")));
        }

        NotSoException.Unless(versions.Count == 1, $"the processes are of {versions.Count} builds: {string.Join(", ", versions)}");
        NotSoException.Unless(libraries.Count == 1, $"the processes carry {libraries.Count} different copies of what they share");
        var environments = EnvironmentConfiguration.Names(subject.Checkout.Root);
        foreach (var environment in environments)
        {
            _ = EnvironmentConfiguration.Read(subject.Checkout.Root, environment, manifest);
        }

        return $"{manifest.Projects.Count()} process types of one build ({versions.Single()}) share the same library file (sha256 {libraries.Single()[..12]}); "
            + $"configuration without secrets for {string.Join(", ", environments)}";
    }

    /// <summary>What is deployed is what the lock files say, and no test package is among it.</summary>
    private async Task<string> DependenciesAsync(CancellationToken cancellation)
    {
        var packages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var project in manifest.Projects)
        {
            var launch = await subject.OneOffAsync(project.Name, cancellation);
            var locked = await LockedAsync(
                Path.Combine(subject.Checkout.Root, Path.GetDirectoryName(project.Path)!, "packages.lock.json"),
                cancellation
            );
            using var deps = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(launch.Dll, ".deps.json"), cancellation));
            foreach (var library in deps.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() != "package")
                {
                    continue;
                }

                var (name, version) = library.Name.Split('/') is [var n, var v] ? (n, v) : (library.Name, "");
                NotSoException.Unless(
                    locked.Count == 0 || (locked.TryGetValue(name, out var expected) && expected == version),
                    $"{project.Name} runs {library.Name}, which is not what its lock file says"
                );
                NotSoException.Unless(
                    !TestPackages.Any(test => name.StartsWith(test, StringComparison.OrdinalIgnoreCase)),
                    $"{project.Name} carries the test package {name}"
                );
                packages.Add(library.Name);
            }
        }

        return $"{packages.Count} packages run, each in the version that packages.lock.json names; no test package among them";
    }

    /// <summary>Without configuration nothing starts, and all that lacks is said at once.</summary>
    private async Task<string> ConfigAsync(CancellationToken cancellation)
    {
        var run = await subject.RunAsync("order", [], configured: false, cancellation);
        NotSoException.Unless(run.ExitCode == 1, $"order started without configuration in Production (exit code {run.ExitCode})");
        string[] required = ["JWT_SECRET_KEY", "ConnectionStrings__orderdb", "ConnectionStrings__redis", "ConnectionStrings__rabbitmq"];
        var unnamed = required.Where(name => !run.Error.Contains(name, StringComparison.Ordinal)).ToList();
        NotSoException.Unless(unnamed.Count == 0, $"order does not say that it lacks {string.Join(", ", unnamed)}");

        var launch = await subject.OneOffAsync("order", cancellation);
        var secret = launch.Environment["JWT_SECRET_KEY"]!;
        var holders = Directory
            .EnumerateFiles(launch.Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".dll" or ".json")
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0);
        NotSoException.Unless(!holders.Any(), "the signing key stands in the deployed files");
        return $"without configuration order ends with 1 and names {run.Error.Split(';').Length} settings at once; the signing key comes from the environment and is in none of its files";
    }

    /// <summary>A server that is killed takes readiness with it, and nothing else.</summary>
    private async Task<string> BackingServicesAsync(CancellationToken cancellation)
    {
        var before = await subject.StatusAsync(cancellation);
        var redis = before.Servers.First(s => s.Kind == "redis");
        var order = before.Processes.First(p => p.Name == "order");
        Posix.Signal(redis.Pid ?? 0, Posix.SigKill);
        var back = await Subject.UntilAsync(
            async () => (await subject.StatusAsync(cancellation)).Servers.Any(s => s.Kind == "redis" && s.Ready && s.Pid != redis.Pid),
            "redis is back",
            cancellation
        );
        await subject.UntilReadyAsync(cancellation);
        var after = (await subject.StatusAsync(cancellation)).Processes.First(p => p.Name == "order" && p.Replica == order.Replica);
        NotSoException.Unless(after.Pid == order.Pid, "order had to be restarted because redis was killed");
        var placed = await subject.PlaceOrderAsync("cash", cancellation);
        var kinds = before.Servers.Select(s => $"{s.Kind} at {s.Address}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"attached by address alone: {string.Join(", ", kinds)}; redis killed: back in {back.TotalSeconds:0.0} s, order {Short(placed)} placed, no process restarted"
        );
    }

    /// <summary>One artifact for two environments, refused as soon as a byte of it differs.</summary>
    private async Task<string> ReleasesAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("verify-releases-").FullName;
        try
        {
            var layout = Path.Combine(folder, "content");
            foreach (var project in manifest.Projects)
            {
                var launch = await subject.OneOffAsync(project.Name, cancellation);
                CopyAll(launch.Folder, Path.Combine(layout, Artifact.ProcessesFolder, project.Assembly));
            }

            CopyAll(AppContext.BaseDirectory, Path.Combine(layout, Artifact.HostFolder));
            File.Copy(Path.Combine(subject.Checkout.Root, AspireManifest.FileName), Path.Combine(layout, AspireManifest.FileName));
            var store = new ReleaseStore(Path.Combine(folder, "releases"));
            store.AddArtifact("0.0.0", layout);
            var staging = store.Create(subject.Checkout.Root, "0.0.0", "staging", DateTimeOffset.UtcNow);
            var production = store.Create(subject.Checkout.Root, "0.0.0", "production", DateTimeOffset.UtcNow);
            NotSoException.Unless(
                staging.Manifest.ArtifactSha256 == production.Manifest.ArtifactSha256,
                "staging and production have different artifacts"
            );
            Refused(() => store.Create(subject.Checkout.Root, "0.0.0", "staging", DateTimeOffset.UtcNow), "a release was overwritten");
            _ = store.Open(production.Manifest.Name);
            var size = new FileInfo(production.Archive).Length;
            ChangeAByte(production.Archive);
            Refused(() => store.Open(production.Manifest.Name), "a release with an altered byte would be run");
            _ = store.Open(staging.Manifest.Name);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"what runs, packed as one artifact of {size >> 20} MiB, released to staging and production with one SHA-256 ({staging.Manifest.ArtifactSha256[..12]}); a second release of it and one with an altered byte were refused"
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Any replica knows what another one was told, also after that one's death.</summary>
    private async Task<string> ProcessesAsync(CancellationToken cancellation)
    {
        await subject.AskAsync(
            new HostRequest("up")
            {
                NoBuild = true,
                Scale = new Dictionary<string, int>(StringComparer.Ordinal)
                {
                    ["order"] = Math.Max(4, (await subject.StatusAsync(cancellation)).Processes.Count(p => p.Name == "order")),
                },
            },
            cancellation
        );
        await subject.UntilReadyAsync(cancellation);
        var placed = await subject.PlaceOrderAsync("cash", cancellation);
        var id = placed.GetProperty("id").GetString();
        var replicas = (await subject.StatusAsync(cancellation)).Processes.Where(p => p.Name == "order").ToList();
        foreach (var replica in replicas)
        {
            var read = await subject.GetAsync($"{replica.Url}/api/orders/{id}", cancellation);
            NotSoException.Unless(read.GetProperty("id").GetString() == id, $"order/{replica.Replica} answers another order");
        }

        Posix.Signal(replicas[0].Pid ?? 0, Posix.SigKill);
        var still = await subject.GetAsync($"/api/orders/{id}", cancellation);
        await subject.UntilBackAsync(replicas[0], cancellation);
        return $"{replicas.Count} replicas of order answer the same order {Short(placed)} ({still.GetProperty("status").GetString()}); one of them killed by SIGKILL, and the gateway still answers it";
    }

    /// <summary>Every process serves HTTP by itself, on a port that it was given.</summary>
    private async Task<string> PortBindingAsync(CancellationToken cancellation)
    {
        var processes = (await subject.StatusAsync(cancellation)).Processes;
        foreach (var process in processes)
        {
            var health = await subject.GetAsync($"{process.Url}/health", cancellation);
            NotSoException.Unless(health.GetProperty("status").GetString() == "healthy", $"{process.Url}/health says {health}");
        }

        var ports = processes.Select(p => p.Url).Distinct(StringComparer.Ordinal).Count();
        NotSoException.Unless(ports == processes.Count, $"{processes.Count} processes have {ports} addresses");
        var placed = await subject.PlaceOrderAsync("cash", cancellation);
        var price = placed.GetProperty("items")[0].GetProperty("unitPrice").GetDecimal();
        NotSoException.Unless(price == 16.89m, $"a medium Margherita costs {price}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{processes.Count} processes answer /health on {ports} ports of their own; order asked menu over HTTP what a medium Margherita costs: {price}"
        );
    }

    /// <summary>Work goes on while a worker is dead, and the worker comes back.</summary>
    private async Task<string> ConcurrencyAsync(CancellationToken cancellation)
    {
        var before = await subject.StatusAsync(cancellation);
        var worker = before.Processes.First(p => p.Name == "worker");
        Posix.Signal(worker.Pid ?? 0, Posix.SigKill);
        var placed = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            placed.Add((await subject.PlaceOrderAsync("credit_card", cancellation)).GetProperty("id").GetString()!);
        }

        var back = await subject.UntilBackAsync(worker, cancellation);
        foreach (var id in placed)
        {
            await Subject.UntilAsync(
                async () => (await subject.GetAsync($"/api/orders/{id}", cancellation)).GetProperty("status").GetString() is not "pending",
                $"order {id} is paid",
                cancellation
            );
        }

        var scale = before.Processes.GroupBy(p => p.Name, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(", ", scale)}; worker/{worker.Replica} killed by SIGKILL: back in {back.TotalSeconds:0.0} s, and 3 card orders placed meanwhile were paid"
        );
    }

    /// <summary>SIGTERM to a replica under load loses no request, and it ends by itself in time.</summary>
    private async Task<string> DisposabilityAsync(CancellationToken cancellation)
    {
        await subject.UntilReadyAsync(cancellation);
        var replica = (await subject.StatusAsync(cancellation)).Processes.Last(p => p.Name == "order");
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (sent, failed) = (0, 0);
        var pause = TimeSpan.FromMilliseconds(20);
        var requests = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync()));
        await Task.Delay(500, cancellation);
        var clock = Stopwatch.StartNew();
        Posix.Signal(replica.Pid ?? 0, Posix.SigTerm);
        await Subject.UntilAsync(
            () => Task.FromResult(!Directory.Exists($"/proc/{replica.Pid}")),
            "the replica ends at SIGTERM",
            cancellation
        );
        var ended = clock.Elapsed;

        // They go on, but leave the replica that starts again a processor.
        pause = TimeSpan.FromMilliseconds(200);
        var back = await subject.UntilBackAsync(replica, cancellation);
        await load.CancelAsync();
        await requests;
        NotSoException.Unless(failed == 0, $"{failed} of {sent} requests failed while order/{replica.Replica} was told to stop");
        NotSoException.Unless(ended < TimeSpan.FromSeconds(35), $"order/{replica.Replica} took {ended.TotalSeconds:0} s to end");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SIGTERM to order/{replica.Replica} under load: gone after {ended.TotalSeconds:0.0} s, ready again {back.TotalSeconds:0.0} s later, {failed} of {sent} requests failed"
        );

        async Task LoadAsync()
        {
            var lastOrder = 0L;
            while (!load.IsCancellationRequested)
            {
                // Now and then an order, for a customer may not place them without end; else they are read. What is in flight at the end
                // is waited for.
                var places = lastOrder == 0 || Stopwatch.GetElapsedTime(lastOrder) > TimeSpan.FromMilliseconds(300);
                lastOrder = places ? Stopwatch.GetTimestamp() : lastOrder;
                bool good;
                try
                {
                    using var answer = places
                        ? await subject.SendOrderAsync(Guid.NewGuid().ToString("N"), "cash", cancellation)
                        : await subject.Http.GetAsync(new Uri("/api/orders?pageSize=1", UriKind.Relative), cancellation);
                    good = answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    good = false;
                }

                Interlocked.Increment(ref sent);
                if (!good)
                {
                    Interlocked.Increment(ref failed);
                }

                await Task.Delay(pause, cancellation);
            }
        }
    }

    /// <summary>The servers are real ones of production's kinds, and where they differ the processes have said so.</summary>
    private async Task<string> ParityAsync(CancellationToken cancellation)
    {
        var servers = (await subject.StatusAsync(cancellation)).Servers;
        NotSoException.Unless(
            servers.Count == manifest.Containers.Count(),
            $"{servers.Count} servers run, production has {manifest.Containers.Count()}"
        );
        var told = new SortedSet<string>(StringComparer.Ordinal);
        await Subject.UntilAsync(
            () =>
            {
                foreach (var line in Lines("order"))
                {
                    if (Message(line) is { } message && message.StartsWith("Dev/Prod Parity: ", StringComparison.Ordinal))
                    {
                        told.Add(message["Dev/Prod Parity: ".Length..]);
                    }
                }

                // A database of another kind than production's must have been told of.
                return Task.FromResult(told.Count > 0 || servers.All(s => s.Kind != "postgres"));
            },
            "order says that its database is not production's",
            cancellation
        );
        return $"{servers.Count} real servers ({string.Join(", ", servers.Select(s => s.Kind))}); told at start: {(told.Count == 0 ? "no difference" : string.Join("; ", told))}";
    }

    /// <summary>One correlation id through all processes; every line an object; nobody's name in any.</summary>
    private async Task<string> LogsAsync(CancellationToken cancellation)
    {
        var correlation = "verify-" + Guid.NewGuid().ToString("N")[..12];
        const string Name = "Zenobia Quillfeather";
        var placed = await subject.PlaceOrderAsync("credit_card", cancellation, correlation, Name);
        string[] types = [.. manifest.Projects.Select(p => p.Name)];
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        await Subject.UntilAsync(
            () =>
            {
                found = types.ToDictionary(
                    type => type,
                    type => Lines(type).Count(line => line.Contains(correlation, StringComparison.Ordinal)),
                    StringComparer.Ordinal
                );
                return Task.FromResult(AnOrderPasses.All(type => found[type] > 0));
            },
            $"gateway, order, kitchen and worker write of order {Short(placed)} under one correlation id",
            cancellation
        );

        // What operators filter by.
        var ofRequest = string.Concat(
            Lines("gateway").Concat(Lines("order")).Where(line => line.Contains(correlation, StringComparison.Ordinal))
        );
        var lacking = FieldsOfARequest.Where(field => !ofRequest.Contains($"\"{field}\":", StringComparison.Ordinal)).ToList();
        NotSoException.Unless(lacking.Count == 0, $"the lines of a request lack {string.Join(", ", lacking)}");

        var lines = 0;
        foreach (var line in types.SelectMany(Lines))
        {
            lines++;
            NotSoException.Unless(Message(line) is not null, $"a line is no JSON object: {string.Concat(line.EnumerateRunes().Take(100))}");
            NotSoException.Unless(!line.Contains("Quillfeather", StringComparison.Ordinal), "a customer's name stands in a log line");
        }

        var followed = found.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}");
        return $"{lines} lines, each one JSON object; order {Short(placed)} followed by its correlation id ({string.Join(", ", followed)} lines); its customer's name is in none";
    }

    /// <summary>One-off processes of the same executables, twice the same as once.</summary>
    private async Task<string> AdminAsync(CancellationToken cancellation)
    {
        foreach (var command in Preparing.Concat(Preparing))
        {
            var run = await subject.RunAsync("menu", [command], configured: true, cancellation);
            NotSoException.Unless(run.ExitCode == 0, $"menu {command} ended with {run.ExitCode}: {run.All}");
        }

        var pizzas = (await subject.GetAsync("/api/menu", cancellation)).GetProperty("pizzas").GetArrayLength();
        var unknown = await subject.RunAsync("order", ["no-such-command"], configured: true, cancellation);
        NotSoException.Unless(
            unknown.ExitCode == 1 && unknown.Error.Contains("Unknown command: no-such-command", StringComparison.Ordinal),
            $"a wrong command ended with {unknown.ExitCode}: {unknown.All}"
        );
        var healthy = await subject.RunAsync("order", ["healthcheck"], configured: true, cancellation);
        NotSoException.Unless(healthy.ExitCode == 0, $"order healthcheck ended with {healthy.ExitCode}: {healthy.All}");
        return $"migrate and seed of menu, each twice: {pizzas} pizzas as before; a wrong command is named and ends with 1; healthcheck of a running process ends with 0";
    }

    /// <summary>What the replicas of a type have written of late.</summary>
    private IEnumerable<string> Lines(string type) =>
        Directory
            .EnumerateFiles(subject.Checkout.State.Logs, type + ".*.log")
            .SelectMany(file =>
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var skipped = Math.Max(0, stream.Length - LatestBytes);
                stream.Seek(skipped, SeekOrigin.Begin);
                using var reader = new StreamReader(stream);
                var text = reader.ReadToEnd();
                // The first line may be cut by where the reading began, and the last one is perhaps still being written.
                var begin = skipped == 0 ? 0 : text.IndexOf('\n', StringComparison.Ordinal) + 1;
                var end = text.LastIndexOf('\n') + 1;
                return end <= begin ? [] : text[begin..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            });

    private static string? Message(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.GetProperty("message").GetString() : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static async Task<Dictionary<string, string>> LockedAsync(string file, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation));
        return json
            .RootElement.GetProperty("dependencies")
            .EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .GroupBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                group => group.Key,
                group => group.First().Value.GetProperty("resolved").GetString()!,
                StringComparer.OrdinalIgnoreCase
            );
    }

    private static void Refused(Action act, string otherwise)
    {
        try
        {
            act();
        }
        catch (PizzeriaException)
        {
            return;
        }

        throw new NotSoException(otherwise);
    }

    private static void ChangeAByte(string file)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Seek(stream.Length / 2, SeekOrigin.Begin);
        var value = stream.ReadByte();
        stream.Seek(-1, SeekOrigin.Current);
        stream.WriteByte((byte)(value ^ 1));
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string Short(JsonElement order) => order.GetProperty("id").GetString() is { } id ? id[..Math.Min(8, id.Length)] : "?";
}
