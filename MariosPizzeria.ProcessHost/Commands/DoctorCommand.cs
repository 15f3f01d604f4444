using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Commands;

internal static partial class DoctorCommand
{
    /// <summary>The result of one check: whether it is good, whether it is needed, and what to do about it.</summary>
    private sealed record Finding(string What, bool Good, string Says, bool Needed = true);

    public static Command Create()
    {
        var command = new Command("doctor", "Lists what this machine has and lacks, and how to install it. Exit 0 if up would work.");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        List<Finding> findings = [await SdkAsync(checkout, cancellation), Manifest(checkout, out var kinds)];
        foreach (var kind in kinds)
        {
            findings.Add(await ServerAsync(kind, cancellation));
        }

        findings.Add(Disk(checkout.State));
        findings.Add(Memory());
        findings.Add(await PortAsync(checkout.State, cancellation));
        var engine = await ContainerEngine.FindAsync(cancellation);
        var says = engine is null ? "none is running; none is needed" : $"{engine} is running";
        findings.Add(new("container engine", engine is not null, says, Needed: false));
        foreach (var need in (Packages.RequiredPackage[])[Packages.Nginx, Packages.Pgbench])
        {
            findings.Add(new(need.Name, need.Present, need.Present ? "installed" : $"only bench uses it. {need.HowToGet}", Needed: false));
        }

        foreach (var finding in findings)
        {
            var mark = finding switch
            {
                { Good: true } => "ok     ",
                { Needed: true } => "MISSING",
                _ => "-      ",
            };
            Console.WriteLine($"{mark}  {finding.What}: {finding.Says}");
        }

        var works = findings.TrueForAll(f => f.Good || !f.Needed);
        Console.WriteLine(works ? "./pizzeria up works here." : "./pizzeria up does not work here yet: see MISSING.");
        return works ? 0 : 1;
    }

    private static async Task<Finding> SdkAsync(Checkout checkout, CancellationToken cancellation)
    {
        var version = await ChildProcess.RunAsync("dotnet", ["--version"], cancellation, workingDirectory: checkout.Root);
        return version.ExitCode == 0
            ? new(".NET SDK", true, version.All)
            : new(".NET SDK", false, "https://dotnet.microsoft.com/download/dotnet/10.0");
    }

    private static Finding Manifest(Checkout checkout, out IReadOnlyList<ServerKind> kinds)
    {
        kinds = [ServerKind.Redis, ServerKind.RabbitMq, ServerKind.Postgres];
        try
        {
            var manifest = AspireManifest.Read(checkout.ManifestPath);
            kinds = [.. SystemPlan.KindsOf(manifest, ServerPrograms.Mongo is not null)];
            return new(AspireManifest.FileName, true, $"processes {string.Join(", ", manifest.Projects.Select(p => p.Name))}");
        }
        catch (PizzeriaException e)
        {
            return new(AspireManifest.FileName, false, e.Message);
        }
    }

    private static async Task<Finding> ServerAsync(ServerKind kind, CancellationToken cancellation)
    {
        var need = Packages.For(kind);
        if (need.Present)
        {
            return new(need.Name, true, await VersionAsync(kind, cancellation));
        }

        var installs = await Packages.CanInstallAsync(cancellation);
        return new(need.Name, installs, installs ? "not installed; up installs it" : Packages.CommandFor([need]));
    }

    private static async Task<string> VersionAsync(ServerKind kind, CancellationToken cancellation)
    {
        // rabbitmq-server --version would start a server.
        if (kind == ServerKind.RabbitMq)
        {
            var folder = Files.FoldersIn("/usr/lib/rabbitmq/lib").FirstOrDefault();
            return $"{Path.GetFileName(folder)?.Replace("rabbitmq_server-", "")} {ServerPrograms.RabbitMq}".Trim();
        }

        var program = kind switch
        {
            ServerKind.Redis => ServerPrograms.Redis!,
            ServerKind.Postgres => Path.Combine(ServerPrograms.Postgres()!, "postgres"),
            _ => ServerPrograms.Mongo!,
        };
        var said = await ChildProcess.RunAsync(program, ["--version"], cancellation);
        return $"{VersionNumber().Match(said.All).Value} {program}";
    }

    private static Finding Disk(StateFolder state)
    {
        var free = new DriveInfo(state.Path).AvailableFreeSpace / (double)(1 << 30);
        return new("disk", free >= 1, $"{free:0.0} GiB free, 1 is needed");
    }

    private static Finding Memory()
    {
        var total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return new("memory", total >= 2, $"{total:0.0} GiB; the system uses about 1", Needed: false);
    }

    private static async Task<Finding> PortAsync(StateFolder state, CancellationToken cancellation)
    {
        var what = $"port {CommandExtensions.UsualPort}";
        if (LoopbackPort.IsFree(CommandExtensions.UsualPort))
        {
            return new(what, true, "free");
        }

        var owner = LoopbackPort.Owner(CommandExtensions.UsualPort) ?? "another process";
        using var host = await ControlClient.ConnectAsync(state, cancellation);
        return host is not null && StateFolder.Read<HostRecord>(state.HostRecord)?.Port == CommandExtensions.UsualPort
            ? new(what, true, "used by this checkout's running system")
            : new(what, false, $"in use by {owner}; choose another: ./pizzeria up --port {CommandExtensions.UsualPort + 1}");
    }

    [GeneratedRegex(@"\d+(\.\d+)+", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex VersionNumber();
}
