using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>
/// A full disk: a small file system if the user may mount one (root). Otherwise, a file in the place of the registry's folder, which
/// makes every record fail as a full disk does.
/// </summary>
public sealed class FullDiskTests
{
    [SmallDiskFact]
    public async Task While_the_disk_is_full_nothing_unknown_runs_and_once_there_is_room_all_is_well_again()
    {
        await using var disk = await SmallDisk.MountAsync("1200m");
        await using var playground = new Playground("mongo", "redis", "menu", "gateway") { State = disk.Path };
        await playground.UpAsync();
        var before = await playground.StatusAsync();

        disk.Fill();
        foreach (var pid in before.Servers.Where(s => s.Name == "redis").Select(s => s.Pid).Append(before.Processes[0].Pid))
        {
            Posix.Signal(pid!.Value, Posix.SigKill).ShouldBeTrue();
        }

        await Eventually.HoldsAsync(
            async () =>
                await playground.StatusAsync() is var now
                && now.Servers.Single(s => s.Name == "redis").Restarts > 0
                && now.Processes[0].Restarts > 0,
            "they are started again"
        );
        Unknown(playground).ShouldBeEmpty();
        disk.MakeRoom();

        await Eventually.HoldsAsync(async () => (await playground.StatusAsync()).Ready, "everything is ready again");
        Unknown(playground).ShouldBeEmpty();
        disk.Fill();
        (await playground.CallAsync("down")).ShouldSucceed();
        playground.Living().ShouldBeEmpty();
        disk.MakeRoom();
    }

    [SmallDiskFact]
    public async Task A_broker_that_died_on_a_full_disk_is_not_started_before_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync("200m");
        var settings = new ServerSettings
        {
            Folder = Path.Combine(disk.Path, "rabbitmq"),
            LogFile = Path.Combine(disk.Path, "rabbitmq.log"),
        };
        await using var server = new RabbitMqServer(settings);
        using var ending = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await server.StartAsync(ending.Token);

        disk.Fill();
        server.Kill();
        await server.WaitForExitAsync(ending.Token);
        (await Should.ThrowAsync<PizzeriaException>(() => server.StartAsync(ending.Token))).Message.ShouldContain("full disk");
        server.Pid.ShouldBeNull();
        disk.MakeRoom();
        await server.StartAsync(ending.Token);

        (await server.AnswersAsync(ending.Token)).ShouldBeTrue();
    }

    [SmallDiskFact]
    public async Task A_host_that_was_killed_on_a_full_disk_leaves_nothing_that_down_cannot_end()
    {
        await using var disk = await SmallDisk.MountAsync("1200m");
        await using var playground = new Playground("redis", "menu", "gateway") { State = disk.Path };
        await playground.UpAsync();
        var started = playground.Living();

        disk.Fill();
        playground.Host()!.Process.Signal(Posix.SigKill).ShouldBeTrue();
        (await playground.CallAsync("down")).ShouldSucceed().Output.ShouldContain("Stopped.");

        started.Count.ShouldBe(3);
        started.ShouldAllBe(p => !p.Process.IsAlive);
        disk.MakeRoom();
    }

    [Fact]
    public async Task A_process_that_cannot_be_recorded_is_not_started_and_is_once_it_can_be()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        await playground.UpAsync();
        var records = new StateFolder(playground.State).ProcessRecords;
        var before = await playground.StatusAsync();

        // A file in the place of the folder, so that nothing can be recorded.
        Directory.Move(records, records + ".aside");
        await File.WriteAllTextAsync(records, "");
        Posix.Signal(before.Servers[0].Pid!.Value, Posix.SigKill).ShouldBeTrue();
        Posix.Signal(before.Processes.Single(p => p.Name == "menu").Pid!.Value, Posix.SigKill).ShouldBeTrue();
        await Eventually.HoldsAsync(
            async () =>
                await playground.StatusAsync() is var now
                && now.Servers[0].Restarts >= 2
                && now.Processes.Single(p => p.Name == "menu").Restarts >= 2,
            "both are tried again and again"
        );
        (await playground.StatusAsync()).Servers[0].Pid.ShouldBeNull();
        File.Delete(records);
        Directory.Move(records + ".aside", records);

        await Eventually.HoldsAsync(async () => (await playground.StatusAsync()).Ready, "everything is ready again");
    }

    [SmallDiskFact]
    public async Task A_log_whose_copy_fails_keeps_its_lines_and_the_earlier_ones()
    {
        await using var disk = await SmallDisk.MountAsync("1m");
        var log = Path.Combine(disk.Path, "menu.0.log");
        await File.WriteAllTextAsync(LogRotation.Earlier(log), "the earlier lines");
        await File.WriteAllTextAsync(log, new string('x', 600_000));

        Should.Throw<IOException>(() => LogRotation.Rotate(log));

        (await File.ReadAllTextAsync(LogRotation.Earlier(log))).ShouldBe("the earlier lines");
        new FileInfo(log).Length.ShouldBe(600_000);
        Directory.EnumerateFiles(disk.Path).Count().ShouldBe(2, "nothing of the copy that failed stays");
    }

    [Fact]
    public async Task Rotation_goes_on_after_a_failure()
    {
        var folder = Directory.CreateTempSubdirectory("logs-").FullName;
        var log = Path.Combine(folder, "menu.0.log");
        await using (var file = File.Create(log))
        {
            file.SetLength(33 * 1024 * 1024);
        }

        // A folder in the place of the copy: the rotation fails while it exists.
        Directory.CreateDirectory(LogRotation.Earlier(log));
        using var ending = new CancellationTokenSource();
        var rotating = LogRotation.RunAsync(folder, ending.Token);
        rotating.IsCompleted.ShouldBeFalse();
        new FileInfo(log).Length.ShouldBeGreaterThan(0);
        Directory.Delete(LogRotation.Earlier(log));

        await Eventually.HoldsAsync(() => new FileInfo(log).Length == 0, "the log is rotated");
        await ending.CancelAsync();
        await rotating;
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_secret_that_cannot_be_kept_is_not_used()
    {
        var folder = Directory.CreateTempSubdirectory("secrets-").FullName;
        var secrets = new Secrets(Path.Combine(folder, "gone", "secrets.json"));
        var inputs = new Dictionary<string, ParameterInput> { ["value"] = new(true, null) };
        var parameter = new ParameterResource("redis-password", "{redis-password.inputs.value}", inputs);

        Should.Throw<IOException>(() => secrets.Value(parameter, "value"));
        Should.Throw<IOException>(() => secrets.Value(parameter, "value"), "nor the second time");
        Directory.CreateDirectory(Path.Combine(folder, "gone"));
        secrets.Value(parameter, "value").ShouldNotBeEmpty();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Lists programs of this checkout without a record, except child processes of servers, and shells before exec.</summary>
    private static List<string> Unknown(Playground playground)
    {
        var running = playground.Processes().Select(p => (Identity: ProcessIdentity.Of(p.Pid), p.Command)).ToList();
        var parents = ProcessIdentity.ParentsByPid();
        var known = playground.Living().Select(p => p.Process.Pid).ToHashSet();
        return
        [
            .. from process in running
            where process.Identity is { IsAlive: true } && process.Identity.Pid != playground.Host()!.Process.Pid
            where !known.Contains(process.Identity!.Pid) && !known.Contains(parents.GetValueOrDefault(process.Identity.Pid))
            where !process.Command.StartsWith("bash -c", StringComparison.Ordinal)
            select process.Command,
        ];
    }
}

/// <summary>A fact that needs its own file system, which only root may mount.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Refused = new(() =>
    {
        try
        {
            SmallDisk.MountAsync("1m").GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e) when (e is ShouldAssertException or PizzeriaException)
        {
            return "This user may not mount a file system.";
        }
    });

    public SmallDiskFactAttribute() => Skip = Refused.Value;
}

/// <summary>An in-memory file system that can be filled completely.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts the file system; only root may.</summary>
    public static async Task<SmallDisk> MountAsync(string size)
    {
        var path = Directory.CreateTempSubdirectory("disk-").FullName;
        (
            await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={size},mode=755", "tmpfs", path], Eventually.Soon)
        ).ExitCode.ShouldBe(0);
        return new SmallDisk(path);
    }

    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 20, 4096, 1 })
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // The file takes as many bytes as fit.
            }
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        (await ChildProcess.RunAsync("umount", ["--lazy", Path], Eventually.Soon)).ExitCode.ShouldBe(0);
        Directory.Delete(Path);
    }
}
