using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>What this machine lacks, and getting it.</summary>
internal static class Packages
{
    private const string PolicyFile = "/usr/sbin/policy-rc.d";

    /// <summary>Something the pizzeria needs, and under which name each system offers it.</summary>
    public sealed record Need(string Name, bool Present, string Apt, string Dnf, string Brew);

    public static Need For(ServerKind kind) =>
        kind switch
        {
            ServerKind.Redis => new("Redis", ServerPrograms.Has(kind), "redis-server", "redis", "redis"),
            ServerKind.RabbitMq => new("RabbitMQ", ServerPrograms.Has(kind), "rabbitmq-server", "rabbitmq-server", "rabbitmq"),
            ServerKind.Postgres => new("PostgreSQL", ServerPrograms.Has(kind), "postgresql", "postgresql-server", "postgresql@17"),
            _ => new("MongoDB", ServerPrograms.Has(kind), "mongodb-org", "mongodb-org", "mongodb-community"),
        };

    /// <summary>The browser that page tests drive.</summary>
    public static Need Chromium =>
        new(
            "Chromium",
            (ServerPrograms.OnPath("chromium") ?? ServerPrograms.OnPath("google-chrome")) is not null,
            "chromium",
            "chromium",
            "chromium"
        );

    /// <summary>What the supervisor configuration is for; its test runs it.</summary>
    public static Need Supervisor =>
        new("supervisord", ServerPrograms.OnPath("supervisord") is not null, "supervisor", "supervisor", "supervisor");

    /// <summary>The command that would install these on this system.</summary>
    public static string CommandFor(IEnumerable<Need> needs)
    {
        if (ServerPrograms.OnPath("apt-get") is not null)
        {
            return $"sudo apt-get install --no-install-recommends {string.Join(' ', needs.Select(n => n.Apt))}";
        }

        if (ServerPrograms.OnPath("dnf") is not null)
        {
            return $"sudo dnf install {string.Join(' ', needs.Select(n => n.Dnf))}";
        }

        return ServerPrograms.OnPath("brew") is not null
            ? $"brew install {string.Join(' ', needs.Select(n => n.Brew))}"
            : $"install {string.Join(", ", needs.Select(n => n.Name))} with this system's package manager";
    }

    /// <summary>Installs what is missing, where that can be done without asking anyone.</summary>
    /// <exception cref="PizzeriaException">It cannot; the message says what to run.</exception>
    public static async Task InstallAsync(IEnumerable<Need> needs, Action<string> report, CancellationToken cancellation)
    {
        Need[] missing = [.. needs.Where(n => !n.Present)];
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
        // Debian starts a server the moment it is installed unless this file forbids it; one that is there already is left alone.
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
                // No lists, or lists so old that they name files which are gone.
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

    /// <summary>Whether <see cref="InstallAsync"/> may install here without asking.</summary>
    public static async Task<bool> CanInstallAsync(CancellationToken cancellation) =>
        ServerPrograms.OnPath("apt-get") is not null && await RootPrefixAsync(cancellation) is not null;

    private static bool HasLists() =>
        Directory.Exists("/var/lib/apt/lists")
        && Directory.EnumerateFiles("/var/lib/apt/lists").Any(f => f.Contains("_Packages", StringComparison.Ordinal));

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

        var asked = await Child.RunAsync("sudo", ["-n", "true"], cancellation);
        return asked.ExitCode == 0 ? ["sudo", "-n"] : null;
    }

    private static Task<ToolResult> RootAsync(string[] asRoot, string script, CancellationToken cancellation)
    {
        string[] command = [.. asRoot, "sh", "-c", script];
        return Child.RunAsync(command[0], command[1..], cancellation);
    }
}
