namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Finds and installs packages that are missing on this machine.</summary>
internal static class Packages
{
    private const string PolicyFile = "/usr/sbin/policy-rc.d";

    private static readonly string[] Browsers = ["chromium-headless-shell", "chromium", "google-chrome"];

    /// <summary>A program that the pizzeria needs, and the name of its package on each system.</summary>
    public sealed record RequiredPackage(string Name, bool Present, string Apt, string Dnf, string Brew)
    {
        /// <summary>The command that installs it, as a sentence.</summary>
        public string HowToGet => $"To get it: {CommandFor([this])}";
    }

    public static RequiredPackage For(ServerKind kind) =>
        kind switch
        {
            ServerKind.Redis => new("Redis", ServerPrograms.Has(kind), "redis-server", "redis", "redis"),
            ServerKind.RabbitMq => new("RabbitMQ", ServerPrograms.Has(kind), "rabbitmq-server", "rabbitmq-server", "rabbitmq"),
            ServerKind.Postgres => new("PostgreSQL", ServerPrograms.Has(kind), "postgresql", "postgresql-server", "postgresql@17"),
            _ => new("MongoDB", ServerPrograms.Has(kind), "mongodb-org", "mongodb-org", "mongodb-community"),
        };

    /// <summary>The browser of the tests. Debian's headless build renders a page in half the time.</summary>
    public static RequiredPackage Chromium =>
        new(
            "Chromium",
            Present: Browsers.Any(name => ServerPrograms.OnPath(name) is not null),
            Apt: "chromium-headless-shell",
            Dnf: "chromium",
            Brew: "chromium"
        );

    /// <summary>The program that runs the supervisor configuration, also in the configuration's test.</summary>
    public static RequiredPackage Supervisor => Same("supervisord", ServerPrograms.OnPath("supervisord"), "supervisor");

    /// <summary>The server that bench compares the menu with. Debian starts it on port 80 as soon as it is installed.</summary>
    public static RequiredPackage Nginx => Same("nginx", ServerPrograms.OnPath("nginx"), "nginx");

    /// <summary>The tool that bench compares orders with; Debian has it in the server's package.</summary>
    public static RequiredPackage Pgbench =>
        new(
            "pgbench",
            ServerPrograms.Postgres() is { } folder && File.Exists(Path.Combine(folder, "pgbench")),
            "postgresql",
            "postgresql-contrib",
            "postgresql@17"
        );

    private static RequiredPackage Same(string name, string? program, string package) =>
        new(name, program is not null, package, package, package);

    /// <summary>The command that installs the packages on this system.</summary>
    public static string CommandFor(IEnumerable<RequiredPackage> needs) =>
        ServerPrograms.OnPath("apt-get") is not null
            ? $"sudo apt-get install --no-install-recommends {string.Join(' ', needs.Select(n => n.Apt))}"
        : ServerPrograms.OnPath("dnf") is not null ? $"sudo dnf install {string.Join(' ', needs.Select(n => n.Dnf))}"
        : ServerPrograms.OnPath("brew") is not null ? $"brew install {string.Join(' ', needs.Select(n => n.Brew))}"
        : $"install {string.Join(", ", needs.Select(n => n.Name))} with this system's package manager";

    /// <summary>Installs the missing packages, if that is possible without a password prompt.</summary>
    /// <exception cref="PizzeriaException">It is not possible; the message contains the command to run.</exception>
    public static async Task InstallAsync(IEnumerable<RequiredPackage> needs, Action<string> report, CancellationToken cancellation)
    {
        RequiredPackage[] missing = [.. needs.Where(n => !n.Present)];
        if (missing.Length == 0)
        {
            return;
        }

        var names = string.Join(", ", missing.Select(n => n.Name));
        if (ServerPrograms.OnPath("apt-get") is null || await RootPrefixAsync(cancellation) is not { } asRoot)
        {
            throw new PizzeriaException($"This machine lacks {names}. To get it: {CommandFor(missing)}");
        }

        report($"installing {names}");
        // Debian starts a server as soon as it is installed, unless this file forbids it. An existing file is kept.
        var ownPolicy = !File.Exists(PolicyFile);
        if (ownPolicy)
        {
            await RootAsync(asRoot, $"printf '#!/bin/sh\\nexit 101\\n' > {PolicyFile} && chmod 755 {PolicyFile}", cancellation);
        }

        try
        {
            var install =
                "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "
                + string.Join(' ', missing.Select(n => n.Apt));
            var result = HasLists() ? await RootAsync(asRoot, install, cancellation) : null;
            if (result is null or { ExitCode: not 0 })
            {
                // There are no lists, or outdated lists that name deleted files.
                await RootAsync(asRoot, "apt-get update -o DPkg::Lock::Timeout=300", cancellation);
                result = await RootAsync(asRoot, install, cancellation);
            }

            if (result.ExitCode != 0)
            {
                throw new PizzeriaException($"{names} could not be installed ({CommandFor(missing)}):\n{result.All}");
            }
        }
        finally
        {
            if (ownPolicy)
            {
                await RootAsync(asRoot, $"rm -f {PolicyFile}", CancellationToken.None);
            }
        }
    }

    /// <summary>Whether <see cref="InstallAsync"/> can install on this machine without a password prompt.</summary>
    public static async Task<bool> CanInstallAsync(CancellationToken cancellation) =>
        ServerPrograms.OnPath("apt-get") is not null && await RootPrefixAsync(cancellation) is not null;

    private static bool HasLists() =>
        Directory.Exists("/var/lib/apt/lists") && Directory.EnumerateFiles("/var/lib/apt/lists").Any(f => f.Contains("_Packages"));

    private static async Task<string[]?> RootPrefixAsync(CancellationToken cancellation)
    {
        if (Posix.IsRoot)
        {
            return [];
        }

        if (ServerPrograms.OnPath("sudo") is null)
        {
            return null;
        }

        var asked = await ChildProcess.RunAsync("sudo", ["-n", "true"], cancellation);
        return asked.ExitCode == 0 ? ["sudo", "-n"] : null;
    }

    private static Task<ToolResult> RootAsync(string[] asRoot, string script, CancellationToken cancellation)
    {
        string[] command = [.. asRoot, "sh", "-c", script];
        return ChildProcess.RunAsync(command[0], command[1..], cancellation);
    }
}
