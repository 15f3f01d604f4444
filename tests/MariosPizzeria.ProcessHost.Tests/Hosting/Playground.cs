using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>
/// A checkout with its own port, in which every process is the stand-in. Calls run the real command as a child process. Processes that a
/// test leaves running end with it.
/// </summary>
internal sealed class Playground : IAsyncDisposable
{
    private static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
    private readonly JsonObject _manifest;

    /// <summary>Creates the checkout without starting anything.</summary>
    /// <param name="resources">The resources of the pizzeria's manifest to include; parameters and values are added automatically.</param>
    public Playground(params string[] resources)
    {
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        CopyAll(
            Path.Combine(Artifacts, "MariosPizzeria.StandIn", "release"),
            Path.Combine(Root, "artifacts", "bin", "MariosPizzeria.StandIn", "release")
        );

        _manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "pizzeria-manifest.json")))!.AsObject();
        var all = _manifest["resources"]!.AsObject();
        foreach (var (name, resource) in all.ToArray())
        {
            if ((string?)resource!["type"] is "project.v0" or "container.v0" && !resources.Contains(name))
            {
                all.Remove(name);
            }
        }

        foreach (var project in Projects)
        {
            project["path"] = "tests/StandIn/MariosPizzeria.StandIn.csproj";
            var variables = project["env"]!.AsObject();
            foreach (var (name, text) in variables.ToArray())
            {
                if (
                    new[] { "mongo", "redis", "rabbitmq", "menu", "order", "kitchen" }
                        .Except(resources)
                        .Any(absent => RefersTo((string)text!, absent))
                )
                {
                    variables.Remove(name);
                }
            }
        }

        foreach (var (name, value) in all.Where(r => (string?)r.Value!["type"] == "value.v0").ToArray())
        {
            if (!resources.Contains("mongo") && RefersTo((string)value!["connectionString"]!, "mongo"))
            {
                all.Remove(name);
            }
        }

        Set("STANDIN_JOURNAL", Journal);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("playground-").FullName;

    /// <summary>The state folder; a value set here is passed to the shell too.</summary>
    public string State
    {
        get => ShellVariables.GetValueOrDefault("PIZZERIA_STATE", Path.Combine(Root, ".pizzeria"));
        init => ShellVariables["PIZZERIA_STATE"] = value;
    }

    public int Port { get; } = LoopbackPort.Free();

    public string Gateway => $"http://127.0.0.1:{Port}";

    /// <summary>The file to which the migrate and seed commands of all services write.</summary>
    public string Journal => Path.Combine(Root, "journal");

    public static HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The environment variables of the shell that runs the command.</summary>
    public Dictionary<string, string> ShellVariables { get; } = new(StringComparer.Ordinal);

    /// <summary>The command as a shell would run it.</summary>
    public string CommandLine => $"dotnet {Command}";

    private static string Command => Path.Combine(Artifacts, "MariosPizzeria.ProcessHost", "release", "MariosPizzeria.ProcessHost.dll");

    private IEnumerable<JsonObject> Projects =>
        _manifest["resources"]!.AsObject().Select(r => r.Value!.AsObject()).Where(r => (string?)r["type"] == "project.v0");

    /// <summary>Sets a variable for every process, or for one process if a name is given.</summary>
    public void Set(string variable, string value, string? process = null)
    {
        foreach (var project in process is null ? Projects : [_manifest["resources"]![process]!.AsObject()])
        {
            project["env"]![variable] = value;
        }

        WriteManifest();
    }

    /// <summary>Removes a variable from a process.</summary>
    public void Unset(string variable, string process)
    {
        _manifest["resources"]![process]!["env"]!.AsObject().Remove(variable);
        WriteManifest();
    }

    /// <summary>Adds a resource, unchanged, to the manifest.</summary>
    public void Add(string name, string json)
    {
        _manifest["resources"]![name] = JsonNode.Parse(json);
        WriteManifest();
    }

    /// <summary>Writes <c>deploy/{environment}/configuration.json</c>.</summary>
    public void Configure(string environment, string json)
    {
        Directory.CreateDirectory(Path.Combine(Root, "deploy", environment));
        File.WriteAllText(Path.Combine(Root, "deploy", environment, EnvironmentConfiguration.FileName), json);
    }

    /// <summary>Creates an artifact of the current manifest and build, and a release of it.</summary>
    public Release Release(string version, string environment)
    {
        var layout = Path.Combine(Root, "published-" + version);
        CopyAll(
            Path.Combine(Artifacts, "MariosPizzeria.StandIn", "release"),
            Path.Combine(layout, Artifact.ProcessesFolder, "MariosPizzeria.StandIn")
        );
        CopyAll(Path.GetDirectoryName(Command)!, Path.Combine(layout, Artifact.HostFolder));
        File.Copy(Path.Combine(Root, "aspire-manifest.json"), Path.Combine(layout, "aspire-manifest.json"));
        var store = ReleaseStore.Of(Root);
        store.AddArtifact(version, layout);
        return store.Create(Root, version, environment, DateTimeOffset.UtcNow);
    }

    /// <summary>Deletes the build, so that only releases can run.</summary>
    public void ForgetBuild() => Directory.Delete(Path.Combine(Root, "artifacts"), recursive: true);

    /// <summary>Starts everything and waits until it is ready.</summary>
    public async Task UpAsync(params string[] arguments) =>
        (await CallAsync(["up", "--detach", "--no-build", "--port", $"{Port}", .. arguments])).ShouldSucceed();

    /// <summary>Runs the command and reads its output to the end, so that a file descriptor left open makes the call time out.</summary>
    public async Task<Call> CallAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var deadline = Eventually.Soon;
        var output = process.StandardOutput.ReadToEndAsync(deadline);
        var error = process.StandardError.ReadToEndAsync(deadline);
        await process.WaitForExitAsync(deadline);
        return new Call(string.Join(' ', arguments), process.ExitCode, await output, await error);
    }

    /// <summary>Starts the command without waiting for its end.</summary>
    public Process Start(params string[] arguments)
    {
        // A shell without job control ignores SIGINT in what it starts in the background, and all its descendants inherit that.
        var info = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Command, .. arguments])
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Remove("PIZZERIA_STATE");
        ShellVariables.ToList().ForEach(v => info.Environment[v.Key] = v.Value);
        return Process.Start(info)!;
    }

    /// <summary>Returns the status as <c>status --json</c> requests it, without starting a process for each query.</summary>
    public async Task<SystemStatus> StatusAsync()
    {
        var deadline = Eventually.Soon;
        using var host = await ControlClient.ConnectAsync(new StateFolder(State), deadline);
        var answer = host is null ? null : await ControlClient.SendAsync(host, new HostRequest("status"), null, deadline);
        return answer?.Status ?? SystemStatus.NothingRuns;
    }

    public async Task<ProcessStatus> ProcessAsync(string name, int replica = 0) =>
        (await StatusAsync()).Processes.Single(p => p.Name == name && p.Replica == replica);

    /// <summary>Returns the actual environment variables of a process.</summary>
    public async Task<Dictionary<string, string>> VariablesOfAsync(string name, int replica = 0) =>
        (await Http.GetFromJsonAsync<Dictionary<string, string>>(new Uri($"{(await ProcessAsync(name, replica)).Url}/environment")))!;

    /// <summary>Returns every recorded process that is still alive.</summary>
    public IReadOnlyList<StartedProcess> Living() => new ProcessRegistry(new StateFolder(State)).Living();

    /// <summary>
    /// Returns all processes of the machine that belong to this checkout: those that run in one of its folders or have one in their command
    /// line.
    /// </summary>
    public IReadOnlyList<(int Pid, string Command)> Processes() =>
        [
            .. from pid in ProcessIdentity.ParentsByPid().Keys
            let folder = new FileInfo($"/proc/{pid}/cwd").LinkTarget ?? ""
            let command = CommandLineOf(pid)
            where new[] { Root, State }.Any(path => folder.StartsWith(path, StringComparison.Ordinal) || command.Contains(path))
            select (pid, command),
        ];

    public HostRecord? Host() => StateFolder.Read<HostRecord>(new StateFolder(State).HostRecord);

    public async ValueTask DisposeAsync()
    {
        (await CallAsync("down")).ShouldSucceed();
        Living().ShouldBeEmpty();
        Directory.Delete(Root, recursive: true);
    }

    private static string CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // The process has ended in the meantime.
        }
    }

    private void WriteManifest() => File.WriteAllText(Path.Combine(Root, "aspire-manifest.json"), _manifest.ToJsonString());

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    /// <summary>Whether a text refers to the resource; mongo is also referred to by its databases.</summary>
    private static bool RefersTo(string text, string resource) =>
        text.Contains($"{{{resource}.", StringComparison.Ordinal)
        || (resource == "mongo" && text.Contains("db.connectionString}", StringComparison.Ordinal));
}

/// <summary>A completed run of the command.</summary>
internal sealed record Call(string Arguments, int ExitCode, string Output, string Error)
{
    public Call ShouldSucceed()
    {
        ExitCode.ShouldBe(0, $"{Arguments}:\n{Output}{Error}");
        return this;
    }

    /// <summary>Checks that the command failed with a message for the operator, without a stack trace.</summary>
    public Call ShouldFail()
    {
        ExitCode.ShouldBe(1, $"{Arguments}:\n{Output}{Error}");
        Error.ShouldNotContain("   at ");
        return this;
    }
}

/// <summary>Waits for a condition.</summary>
internal static class Eventually
{
    /// <summary>The seconds that a test waits unless it checks the time itself: many times what a busy machine needs.</summary>
    public const int Deadline = 180;

    /// <summary>A token that is cancelled after <see cref="Deadline"/>, so that a test that waits for a process fails and does not hang.</summary>
    public static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(Deadline)).Token;

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, int seconds = Deadline)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(seconds), what);
            await Task.Delay(50);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, string what, int seconds = Deadline) =>
        HoldsAsync(() => Task.FromResult(condition()), what, seconds);
}
