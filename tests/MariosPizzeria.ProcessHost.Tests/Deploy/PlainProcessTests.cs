using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>Runs the files for operators who start plain processes without the process host.</summary>
public sealed partial class PlainProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plain-").FullName;
    private readonly PortRange _ports = new();

    public void Dispose()
    {
        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Supervisord_keeps_every_replica_running_and_brings_back_one_that_was_killed()
    {
        // Uses the stand-in under every process's name: nineteen real processes would use all of the machine for a while.
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            PutStandIn(project.Assembly);
        }

        await File.WriteAllTextAsync(
            Path.Combine(_folder, "supervisord.conf"),
            _ports.MovedTo(await File.ReadAllTextAsync(Path.Combine(PublishedProduct.Root, "deploy", "supervisord.conf")))
        );
        using var supervisord = Start("supervisord -c supervisord.conf");
        try
        {
            await Eventually.HoldsAsync(async () => (await StatesAsync()).Count(s => s.Running) == 19, "19 replicas run");
            var replicas = await StatesAsync();
            Count("web:").ShouldBe(16);
            Count("worker:").ShouldBe(2);
            Count("scheduler:").ShouldBe(1);
            (await Playground.Http.GetStringAsync(_ports.Url(8033, "environment"))).ShouldContain(
                _ports.Url(8013, "").ToString().TrimEnd('/')
            );

            var victim = replicas.Single(r => r.Name == "web:order-2");
            Posix.Signal(victim.Pid, Posix.SigKill);

            await Eventually.HoldsAsync(
                async () => (await StatesAsync()).Single(r => r.Name == victim.Name) is { Running: true } back && back.Pid != victim.Pid,
                "order-2 is back"
            );

            int Count(string kind) => replicas.Count(r => r.Name.StartsWith(kind, StringComparison.Ordinal));
        }
        finally
        {
            Posix.Signal(supervisord.Id, Posix.SigTerm);
            await supervisord.WaitForExitAsync(Eventually.Soon);
        }
    }

    private async Task<IReadOnlyList<(string Name, bool Running, int Pid)>> StatesAsync()
    {
        var asked = await ChildProcess.RunAsync(
            "supervisorctl",
            ["-c", "supervisord.conf", "status"],
            Eventually.Soon,
            workingDirectory: _folder,
            environment: Variables()
        );
        return
        [
            .. Status()
                .Matches(asked.Output)
                .Select(match =>
                    (
                        match.Groups["name"].Value,
                        match.Groups["state"].Value == "RUNNING",
                        int.TryParse(match.Groups["pid"].Value, CultureInfo.InvariantCulture, out var pid) ? pid : 0
                    )
                ),
        ];
    }

    private Dictionary<string, string?> Variables() =>
        new()
        {
            ["PIZZERIA_APP"] = _folder,
            ["PIZZERIA_RUN"] = _folder,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
        };

    private Process Start(string command)
    {
        var info = new ProcessStartInfo("sh", ["-c", "exec " + command + " >log 2>&1"]) { WorkingDirectory = _folder };
        foreach (var (name, value) in Variables())
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }

    private void PutStandIn(string assembly)
    {
        var built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "MariosPizzeria.StandIn", "release"));
        var target = Directory.CreateDirectory(Path.Combine(_folder, assembly)).FullName;
        foreach (var extension in new[] { ".dll", ".runtimeconfig.json" })
        {
            File.Copy(Path.Combine(built, "MariosPizzeria.StandIn" + extension), Path.Combine(target, assembly + extension));
        }
    }

    [GeneratedRegex(
        @"^(?<name>\S+)\s+(?<state>[A-Z]+)(\s+pid (?<pid>\d+))?",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        Timeout.Infinite
    )]
    private static partial Regex Status();
}
